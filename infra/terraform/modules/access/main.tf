# A role for each command, with what it uses and nothing else. `frontend` and `migrate` use nothing of AWS: their roles
# are empty, so that nobody lends them another's.

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

data "aws_iam_policy_document" "api" {
  source_policy_documents = [data.aws_iam_policy_document.objects.json, data.aws_iam_policy_document.sending.json]
}

data "aws_iam_policy_document" "worker" {
  source_policy_documents = [
    data.aws_iam_policy_document.objects.json,
    data.aws_iam_policy_document.sending.json,
    data.aws_iam_policy_document.receiving.json,
    data.aws_iam_policy_document.inbox.json,
  ]
}

resource "aws_iam_role_policy" "api" {
  name   = "work"
  role   = aws_iam_role.task["api"].id
  policy = data.aws_iam_policy_document.api.json
}

resource "aws_iam_role_policy" "worker" {
  name   = "work"
  role   = aws_iam_role.task["worker"].id
  policy = data.aws_iam_policy_document.worker.json
}

data "aws_iam_policy_document" "objects" {
  statement {
    sid       = "Objects"
    actions   = ["s3:AbortMultipartUpload", "s3:DeleteObject", "s3:GetObject", "s3:PutObject"]
    resources = ["${var.bucket_arn}/${var.objects_prefix}/*"]
  }

  # Of the whole bucket, which holds nothing else: without it, or with a condition on the prefix, S3 answers "forbidden"
  # and not "not found" for what is not there.
  statement {
    sid       = "SeeWhatIsThere"
    actions   = ["s3:ListBucket"]
    resources = [var.bucket_arn]
  }
}

data "aws_iam_policy_document" "sending" {
  statement {
    sid       = "SendWork"
    actions   = ["sqs:GetQueueAttributes", "sqs:GetQueueUrl", "sqs:SendMessage"]
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
