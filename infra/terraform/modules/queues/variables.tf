variable "namespace" {
  description = "What the names of the queues begin with"
  type        = string
}

variable "queues" {
  description = "Queues of the work"
  type        = set(string)
}

variable "receives" {
  description = "A message received this often without being done with goes to the dead letters"
  type        = number
  default     = 10
}
