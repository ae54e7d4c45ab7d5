# The queues of the work, each with its dead letters, named as dramatiq-sqs looks them up: NAMESPACE_QUEUE and
# NAMESPACE_QUEUE_dlq. The database knows all work that is open, so a message that is lost costs time, not work.

resource "aws_sqs_queue" "dead_letters" {
  for_each = var.queues

  name                      = "${var.namespace}_${each.key}_dlq"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "work" {
  for_each = var.queues

  name                      = "${var.namespace}_${each.key}"
  message_retention_seconds = 14 * 24 * 3600
  receive_wait_time_seconds = 20
  sqs_managed_sse_enabled   = true

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters[each.key].arn
    maxReceiveCount     = var.receives
  })
}
