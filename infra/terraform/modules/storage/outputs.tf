output "bucket" {
  value = aws_s3_bucket.objects.bucket
}

output "arn" {
  value = aws_s3_bucket.objects.arn
}
