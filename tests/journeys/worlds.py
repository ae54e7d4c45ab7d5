"""Worlds of several processes: what the URLs are, and the processes that live there. The servers are tests.servers'."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import boto3
import pytest
import redis

from tests.journeys.process import Backend, Process, sheaf, started
from tests.postgres import Postgres
from tests.servers import aws_environment


@dataclass(frozen=True)
class World:
    """Two APIs and two workers over the same servers, each with a folder of its own, as on a machine of its own."""

    urls: Mapping[str, str]
    apis: tuple[Backend, Backend]
    workers: tuple[Process, Process]


@contextmanager
def server_urls(request: pytest.FixtureRequest, queue: str) -> Iterator[dict[str, str]]:
    """The environment of a world of servers, its stores empty; `queue`: redis or sqs."""
    postgres: Postgres = request.getfixturevalue("postgres_server")
    aws = aws_environment(request.getfixturevalue("aws_server"))
    name = f"sheaf-{uuid.uuid4().hex}"
    s3 = boto3.client(
        "s3",
        endpoint_url=aws["AWS_ENDPOINT_URL"],
        region_name=aws["AWS_DEFAULT_REGION"],
        aws_access_key_id="test",
        aws_secret_access_key="test",
    )
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": aws["AWS_DEFAULT_REGION"]})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    s3.close()
    if queue == "redis":
        server = request.getfixturevalue("redis_server")
        with redis.Redis.from_url(server) as client:
            client.flushall()
        queue_url = f"{server}/1"
    else:
        queue_url = f"sqs://{name}"
    with postgres.database() as database_url:
        yield {
            **aws,
            "DATABASE_URL": database_url,
            "OBJECTS_URL": f"s3://{name}/documents",
            "QUEUE_URL": queue_url,
            "INDEX_URL": request.getfixturevalue("chroma_server"),
        }


@contextmanager
def running_world(folder: Path, urls: Mapping[str, str], **settings: str) -> Iterator[World]:
    """Two APIs and two workers of one reading child each, prepared, started, and stopped in the end."""
    of = {**urls, "SHEAF_READERS": "1", **settings}
    apis = (Backend(folder / "api-0", ("api",), of), Backend(folder / "api-1", ("api",), of))
    workers = (Process(folder / "worker-0", ("worker",), of), Process(folder / "worker-1", ("worker",), of))
    sheaf(apis[0], "migrate")
    with started(*workers, *apis):
        yield World(of, apis, workers)
