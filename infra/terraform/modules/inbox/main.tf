# Tells a queue of every file that is put below the prefix. What cannot be taken in ends in the dead letters.

locals {
  # Known before the queue is there, so that it is made together with its policy.
  queue_arn = trimsuffix(aws_sqs_queue.dead_letters.arn, "_dlq")
}

resource "aws_sqs_queue" "dead_letters" {
  name                      = "${var.name}_dlq"
  message_retention_seconds = 14 * 24 * 3600
  sqs_managed_sse_enabled   = true
}

resource "aws_sqs_queue" "events" {
  name                       = var.name
  message_retention_seconds  = 14 * 24 * 3600
  receive_wait_time_seconds  = 20
  visibility_timeout_seconds = var.visibility_seconds
  sqs_managed_sse_enabled    = true

  policy = data.aws_iam_policy_document.events.json

  redrive_policy = jsonencode({
    deadLetterTargetArn = aws_sqs_queue.dead_letters.arn
    maxReceiveCount     = var.receives
  })
}

# Only this bucket may put events in.
data "aws_iam_policy_document" "events" {
  statement {
    sid       = "EventsOfTheBucket"
    actions   = ["sqs:SendMessage"]
    resources = [local.queue_arn]

    principals {
      type        = "Service"
      identifiers = ["s3.amazonaws.com"]
    }

    condition {
      test     = "ArnEquals"
      variable = "aws:SourceArn"
      values   = [var.bucket_arn]
    }
  }
}

resource "aws_s3_bucket_notification" "inbox" {
  bucket = var.bucket

  queue {
    queue_arn     = aws_sqs_queue.events.arn
    events        = ["s3:ObjectCreated:*"]
    filter_prefix = var.prefix
  }
}
