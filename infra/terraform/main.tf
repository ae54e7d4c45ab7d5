# What Sheaf needs of AWS to keep originals, share work among processes, and take files from an inbox.
# Where the processes themselves run is left to modules that are yet to come; see ../README.md.

provider "aws" {
  region            = var.region
  s3_use_path_style = var.s3_use_path_style

  default_tags {
    tags = merge({ application = var.name, managed-by = "terraform" }, var.tags)
  }
}

data "aws_caller_identity" "current" {}

locals {
  # Names of buckets are shared by the whole world.
  bucket = coalesce(var.bucket, "${var.name}-${data.aws_caller_identity.current.account_id}-${var.region}")
}

module "storage" {
  source = "./modules/storage"

  bucket        = local.bucket
  kept_days     = var.kept_days
  force_destroy = var.force_destroy
  tls_only      = var.tls_only
}

module "queues" {
  source = "./modules/queues"

  namespace = var.name
  queues    = var.queues
}

module "inbox" {
  source = "./modules/inbox"

  name       = "${var.name}-inbox"
  bucket     = module.storage.bucket
  bucket_arn = module.storage.arn
  prefix     = var.inbox_prefix
}

module "access" {
  source = "./modules/access"

  name            = var.name
  bucket_arn      = module.storage.arn
  objects_prefix  = var.objects_prefix
  inbox_prefix    = var.inbox_prefix
  queue_arns      = module.queues.arns
  inbox_queue_arn = module.inbox.arn
}
