variable "name" {
  description = "Name of the installation: begins the names of queues and roles, and is the namespace in QUEUE_URL"
  type        = string
  default     = "sheaf"

  validation {
    condition     = can(regex("^[a-z][a-z0-9-]{1,30}$", var.name))
    error_message = "Small letters, digits and hyphens, at most 31, a letter first."
  }
}

variable "region" {
  description = "AWS region that everything lies in"
  type        = string
}

variable "bucket" {
  description = "Name of the bucket; null: made of name, account and region"
  type        = string
  default     = null
}

variable "objects_prefix" {
  description = "Where in the bucket the API and the workers keep objects, without slashes around it"
  type        = string
  default     = "objects"
}

variable "inbox_prefix" {
  description = "Where in the bucket files are put to be taken in, with a slash at its end"
  type        = string
  default     = "inbox/"

  validation {
    condition     = can(regex("^[^/]+/$", var.inbox_prefix))
    error_message = "One folder with a slash at its end: the folders below it name collections."
  }
}

variable "queues" {
  description = "Queues of the work, as workers/tasks.py names them"
  type        = set(string)
  default     = ["bulk", "finish", "plan", "read"]
}

variable "kept_days" {
  description = "Days that deleted and overwritten objects can be brought back; after them, purged documents are gone"
  type        = number
  default     = 30
}

variable "force_destroy" {
  description = "Let `terraform destroy` remove a bucket that still holds objects: for tests and trials only"
  type        = bool
  default     = false
}

variable "tls_only" {
  description = "Refuse whoever asks the bucket without TLS; false for stand-ins for AWS, which have none"
  type        = bool
  default     = true
}

variable "s3_use_path_style" {
  description = "Write bucket names into paths and not host names, as stand-ins for AWS on a laptop need it"
  type        = bool
  default     = false
}

variable "tags" {
  description = "More tags for everything"
  type        = map(string)
  default     = {}
}
