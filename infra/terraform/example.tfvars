# terraform apply -var-file=example.tfvars
name      = "sheaf"
region    = "eu-central-1"
kept_days = 30
tags      = { cost-centre = "operations" }
