variable "bucket" {
  description = "Name of the bucket"
  type        = string
}

variable "kept_days" {
  description = "Days that deleted and overwritten objects are kept"
  type        = number
}

variable "force_destroy" {
  description = "Whether the bucket may be destroyed with objects in it"
  type        = bool
}

variable "tls_only" {
  description = "Whether requests without TLS are refused"
  type        = bool
}
