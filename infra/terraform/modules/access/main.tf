# A role for each command, with what it uses and nothing else. `frontend` uses nothing of AWS: its role is empty, so that
# nobody lends it another's.

data "aws_iam_policy_document" "trust" {
  statement {
    actions = ["sts:AssumeRole"]

    principals {
      type        = "Service"
      identifiers = ["ecs-tasks.amazonaws.com"]
    }

    condition {
      test     = "StringEquals"
      variable = "aws:SourceAccount"
      values   = [data.aws_caller_identity.current.account_id]
    }
  }
}

data "aws_caller_identity" "current" {}

resource "aws_iam_role" "task" {
  for_each = toset(["api", "frontend", "migrate", "worker"])

  name               = "${var.name}-${each.key}"
  assume_role_policy = data.aws_iam_policy_document.trust.json
}

# What a command is permitted, by the statements below.
locals {
  permitted = {
    api = [data.aws_iam_policy_document.reaching.json, data.aws_iam_policy_document.working.json]
    worker = [
      data.aws_iam_policy_document.reaching.json,
      data.aws_iam_policy_document.working.json,
      data.aws_iam_policy_document.receiving.json,
      data.aws_iam_policy_document.inbox.json,
    ]
    migrate = [data.aws_iam_policy_document.reaching.json]
  }
}

data "aws_iam_policy_document" "task" {
  for_each = local.permitted

  source_policy_documents = each.value
}

resource "aws_iam_role_policy" "task" {
  for_each = local.permitted

  name   = "work"
  role   = aws_iam_role.task[each.key].id
  policy = data.aws_iam_policy_document.task[each.key].json
}

# Every command waits at its start until what it needs answers.
data "aws_iam_policy_document" "reaching" {
  # The whole bucket, which holds nothing else: without it, or with a condition on the prefix, S3 answers "forbidden"
  # and not "not found" for what is not there.
  statement {
    sid       = "SeeWhatIsThere"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }

  statement {
    sid       = "FindQueues"
    actions   = ["sqs:GetQueueUrl"]
    resources = var.queue_arns
  }
}

data "aws_iam_policy_document" "working" {
  statement {
    sid       = "Objects"
    actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.objects_prefix}/*"]
  }

  statement {
    sid       = "SendWork"
    actions   = ["sqs:SendMessage"]
    resources = var.queue_arns
  }
}

data "aws_iam_policy_document" "receiving" {
  statement {
    sid       = "ReceiveWork"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:ReceiveMessage"]
    resources = var.queue_arns
  }
}

data "aws_iam_policy_document" "inbox" {
  statement {
    sid       = "ReceiveInbox"
    actions   = ["sqs:ChangeMessageVisibility", "sqs:DeleteMessage", "sqs:GetQueueUrl", "sqs:ReceiveMessage"]
    resources = [var.inbox_queue_arn]
  }

  statement {
    sid       = "TakeFromInbox"
    actions   = ["s3:DeleteObjectVersion", "s3:GetObject", "s3:GetObjectVersion"]
    resources = ["${var.bucket_arn}/${var.inbox_prefix}*"]
  }
}
