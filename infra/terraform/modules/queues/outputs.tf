output "arns" {
  value = [for queue in aws_sqs_queue.work : queue.arn]
}

output "dead_letter_urls" {
  value = { for name, queue in aws_sqs_queue.dead_letters : name => queue.url }
}
