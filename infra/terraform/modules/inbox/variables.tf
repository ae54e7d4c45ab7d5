variable "name" {
  description = "Name of the queue of events"
  type        = string
}

variable "bucket" {
  description = "The bucket that tells of new files"
  type        = string
}

variable "bucket_arn" {
  description = "ARN of that bucket"
  type        = string
}

variable "prefix" {
  description = "Where files are put to be taken in"
  type        = string
}

variable "visibility_seconds" {
  description = "Longer than taking in the largest file lasts; another worker tries again after it"
  type        = number
  default     = 300
}

variable "receives" {
  description = "Tries before an event goes to the dead letters"
  type        = number
  default     = 5
}
