output "environment" {
  description = "Settings of the processes: what OBJECTS_URL, QUEUE_URL and the inbox are called in Sheaf"
  value = {
    OBJECTS_URL       = "s3://${module.storage.bucket}/${var.objects_prefix}"
    QUEUE_URL         = "sqs://${var.name}"
    SHEAF_INBOX_QUEUE = module.inbox.url
  }
}

output "inbox" {
  description = "Where files are put to be taken in; a folder below it names the collection"
  value       = "s3://${module.storage.bucket}/${var.inbox_prefix}"
}

output "dead_letters" {
  description = "Queues that ought to be empty: watch them"
  value       = concat(values(module.queues.dead_letter_urls), [module.inbox.dead_letter_url])
}

output "roles" {
  description = "Task roles, by the command that runs under them"
  value       = module.access.role_arns
}
