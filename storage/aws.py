"""How Amazon's services are asked, S3 and SQS alike. Region, endpoint and credentials are boto3's own settings."""

from __future__ import annotations

from botocore.config import Config

#: A service that is away is noticed within seconds, not minutes: people wait. SQS holds a question for twenty.
CONFIG = Config(
    connect_timeout=3, read_timeout=25, retries={"mode": "standard", "total_max_attempts": 3}, max_pool_connections=50
)
