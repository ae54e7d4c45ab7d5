"""What Terraform makes is all that Sheaf needs of AWS: applied to a stand-in, worked on by processes, destroyed."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import boto3
import httpx

from tests.backend import sent_and_ready, wait
from tests.infra.terraform import Terraform
from tests.journeys.process import Backend, Process, sheaf, started
from tests.papers import invoice, pdf, picture
from tests.postgres import Postgres
from workers.tasks import QUEUES

#: Seconds a file in the inbox may take to become a document, an idle machine's long look at the queue included.
PATIENCE = 60.0


def test_upload_and_inbox_over_what_terraform_made(
    aws: str,
    terraform: Terraform,
    postgres_server: Postgres,
    chroma_server: str,
    tmp_path: Path,
) -> None:
    before, began = everything(), time.monotonic()
    with terraform.applied({name: value for name, value in os.environ.items() if name.startswith("AWS_")}) as made:
        seconds = {"apply": time.monotonic() - began}
        outputs, resources = made.outputs(), made.resources()
        names = {f"sheaf_{queue}{end}" for queue in QUEUES for end in ("", "_dlq")} | {"sheaf-inbox", "sheaf-inbox_dlq"}
        assert everything()["queues"] - before["queues"] == names
        with postgres_server.database() as database:
            stores = {"DATABASE_URL": database, "INDEX_URL": chroma_server}
            api = Backend(tmp_path / "api", ("api",), {**outputs["environment"], **stores})
            worker = Process(tmp_path / "worker", ("worker",), api.world)
            began = time.monotonic()
            sheaf(api, "migrate")
            with started(worker, api), api.client() as client:
                seconds["start"], began = time.monotonic() - began, time.monotonic()
                read_upload(client)
                seconds["upload to ready"], began = time.monotonic() - began, time.monotonic()
                read_inbox(client, outputs["inbox"])
                seconds["inbox to ready"] = time.monotonic() - began
        assert [url for url in outputs["dead_letters"] if messages(url)] == []
        assert set(kept(outputs["inbox"])) == {"objects"}
        began = time.monotonic()
    seconds["destroy"] = time.monotonic() - began
    assert everything() == before
    told = ", ".join(f"{what} {took:.1f} s" for what, took in seconds.items())
    sys.stdout.write(f"\n{len(resources)} resources; {told}\n")


def read_upload(client: httpx.Client) -> None:
    document = sent_and_ready(client, invoice("over S3 and SQS"))
    assert document["type"]["label"] == "invoice"
    page = client.get(f"/api/v1/documents/{document['id']}/pages/1").json()
    shown = client.get(page["image_url"])
    assert shown.headers["content-type"].startswith("image/")
    scan = sent_and_ready(client, picture("A scanned page about a lighthouse"), "scan.png")
    hits = client.get("/api/v1/search", params={"q": "lighthouse"}).json()["hits"]
    assert hits[0]["document_id"] == scan["id"]


def read_inbox(client: httpx.Client, inbox: str) -> None:
    bucket, prefix = inbox.removeprefix("s3://").split("/", 1)
    boto3.client("s3").put_object(Bucket=bucket, Key=f"{prefix}orders/by post.pdf", Body=pdf(["Ordered by post."]))
    deadline = time.monotonic() + PATIENCE
    found: list[dict[str, Any]] = []
    while not found:
        assert time.monotonic() < deadline, "nothing came out of the inbox"
        found = client.get("/api/v1/documents", params={"collection": "orders"}).json()["items"]
    assert found[0]["filename"] == "by post.pdf"
    assert wait(client, found[0]["id"])["status"] == "ready"


def everything() -> dict[str, set[str]]:
    """The names of all that Terraform makes a kind of, in the AWS of the environment."""
    queues = boto3.client("sqs").list_queues().get("QueueUrls", ())
    return {
        "buckets": {bucket["Name"] for bucket in boto3.client("s3").list_buckets()["Buckets"]},
        "queues": {url.rpartition("/")[2] for url in queues},
        "roles": {role["RoleName"] for role in boto3.client("iam").list_roles()["Roles"]},
    }


def kept(inbox: str) -> Iterator[str]:
    """The first folder of every version in the bucket."""
    pages = boto3.client("s3").get_paginator("list_object_versions").paginate(Bucket=inbox.split("/")[2])
    for page in pages:
        yield from (version["Key"].split("/")[0] for version in page.get("Versions", ()))


def messages(queue: str) -> int:
    asked = boto3.client("sqs").get_queue_attributes(QueueUrl=queue, AttributeNames=["ApproximateNumberOfMessages"])
    return int(asked["Attributes"]["ApproximateNumberOfMessages"])
