variable "name" {
  description = "What the names of the roles begin with"
  type        = string
}

variable "bucket_arn" {
  description = "ARN of the bucket"
  type        = string
}

variable "objects_prefix" {
  description = "Where in the bucket objects are kept, without slashes around it"
  type        = string
}

variable "inbox_prefix" {
  description = "Where in the bucket files are put to be taken in"
  type        = string
}

variable "queue_arns" {
  description = "ARNs of the queues of the work"
  type        = list(string)
}

variable "inbox_queue_arn" {
  description = "ARN of the queue of events of the inbox"
  type        = string
}
