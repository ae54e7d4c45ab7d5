output "arn" {
  value = aws_sqs_queue.events.arn
}

output "url" {
  value = aws_sqs_queue.events.url
}

output "dead_letter_url" {
  value = aws_sqs_queue.dead_letters.url
}
