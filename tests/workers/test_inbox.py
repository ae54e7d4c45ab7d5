"""The inbox: files in S3 become documents once, whatever comes twice; what cannot be taken in stays where it is."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import boto3
import pytest
from sqlalchemy import select

from errors import SheafError
from storage.tables import Document
from tests.papers import pdf
from workers.inbox import Inbox, Put, Refused, files_of, take_in
from workers.work import Work


@dataclass(frozen=True)
class Post:
    """A versioned bucket that tells a queue of what is put below inbox/, as infra/terraform makes them."""

    s3: Any
    sqs: Any
    bucket: str
    queue: str
    dead_letters: str

    def put(self, key: str, content: bytes) -> Put:
        answer = self.s3.put_object(Bucket=self.bucket, Key=key, Body=content)
        return Put(self.bucket, key, answer["VersionId"])

    def keys(self) -> list[str]:
        """Every version of everything."""
        listed = self.s3.list_object_versions(Bucket=self.bucket)
        return [entry["Key"] for entry in (*listed.get("Versions", ()), *listed.get("DeleteMarkers", ()))]

    def waiting(self, queue: str) -> int:
        names = ["ApproximateNumberOfMessages", "ApproximateNumberOfMessagesNotVisible"]
        found = self.sqs.get_queue_attributes(QueueUrl=queue, AttributeNames=names)["Attributes"]
        return sum(map(int, found.values()))


@pytest.fixture
def post(aws: str, request: pytest.FixtureRequest) -> Iterator[Post]:
    s3, sqs = boto3.client("s3"), boto3.client("sqs")
    name = f"inbox-{abs(hash(request.node.name))}"
    s3.create_bucket(Bucket=name, CreateBucketConfiguration={"LocationConstraint": "eu-central-1"})
    s3.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": "Enabled"})
    dead = sqs.create_queue(QueueName=f"{name}_dlq")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=dead, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    redrive = json.dumps({"deadLetterTargetArn": arn, "maxReceiveCount": 2})
    attributes = {"VisibilityTimeout": "1", "RedrivePolicy": redrive}
    queue = sqs.create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
    rule = {
        "QueueArn": arn.removesuffix("_dlq"),
        "Events": ["s3:ObjectCreated:*"],
        "Filter": {"Key": {"FilterRules": [{"Name": "prefix", "Value": "inbox/"}]}},
    }
    s3.put_bucket_notification_configuration(
        Bucket=name, NotificationConfiguration={"QueueConfigurations": [rule]}, SkipDestinationValidation=True
    )
    sqs.purge_queue(QueueUrl=queue)
    yield Post(s3, sqs, name, queue, dead)
    for client in (s3, sqs):
        client.close()


def event(key: str, name: str = "ObjectCreated:Put", version: str | None = None) -> str:
    file = {"key": quote_plus(key), **({"versionId": version} if version else {})}
    return json.dumps({"Records": [{"eventName": name, "s3": {"bucket": {"name": "b"}, "object": file}}]})


def eventually(holds: Callable[[], bool], seconds: float = 30.0) -> None:
    deadline = time.monotonic() + seconds
    while not holds():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_an_event_names_files() -> None:
    assert list(files_of(event("inbox/April & May.pdf", version="7"))) == [Put("b", "inbox/April & May.pdf", "7")]
    assert list(files_of(event("inbox/orders/"))) == []
    assert list(files_of(event("inbox/a.pdf", "ObjectRemoved:Delete"))) == []
    assert list(files_of('{"Service": "Amazon S3", "Event": "s3:TestEvent", "Bucket": "b"}')) == []


@pytest.mark.parametrize("strange", ["", "[]", "{}", "7", '{"Records": [{}]}', '{"Records": [{"s3": null}]}'])
def test_a_strange_event_is_refused(strange: str) -> None:
    with pytest.raises(Refused):
        list(files_of(strange))


@pytest.mark.parametrize(
    ("key", "collection", "filename"),
    [
        ("inbox/a.pdf", "default", "a.pdf"),
        ("inbox/orders/a.pdf", "orders", "a.pdf"),
        ("inbox/orders/2026/ä\x07.pdf", "orders", "ä.pdf"),
    ],
)
def test_the_folder_is_the_collection(key: str, collection: str, filename: str) -> None:
    put = Put("b", key, None)
    assert (put.collection, put.filename) == (collection, filename)


def test_a_file_becomes_a_document_once(work: Work, post: Post) -> None:
    put = post.put("inbox/orders/first.pdf", pdf(["Put into the inbox once."]))
    received = take_in(work, post.s3, put)
    assert received is not None
    assert not received.duplicate
    with work.stores.database.read() as session:
        document = session.get_one(Document, received.document_id)
        assert (document.filename, document.collection, document.source) == ("first.pdf", "orders", "inbox")
    assert work.stores.objects.exists(document.original_key)
    assert post.keys() == []
    assert take_in(work, post.s3, put) is None  # the event came twice
    again = take_in(work, post.s3, post.put("inbox/orders/copy.pdf", pdf(["Put into the inbox once."])))
    assert again is not None
    assert (again.document_id, again.duplicate) == (received.document_id, True)
    assert post.keys() == []


def test_a_version_put_meanwhile_stays(work: Work, post: Post) -> None:
    first = post.put("inbox/same.pdf", pdf(["The first of two."]))
    second = post.put("inbox/same.pdf", pdf(["The second of two."]))
    one, other = take_in(work, post.s3, first), take_in(work, post.s3, second)
    assert one is not None
    assert other is not None
    assert one.document_id != other.document_id
    assert post.keys() == []


def test_a_file_that_cannot_be_read_stays(work: Work, post: Post) -> None:
    put = post.put("inbox/broken.pdf", b"%PDF-1.7 and nothing more")
    with pytest.raises(SheafError, match="damaged"):
        take_in(work, post.s3, put)
    assert post.keys() == ["inbox/broken.pdf"]
    assert list(work.stores.incoming.iterdir()) == []


def test_the_queue_is_emptied_and_what_is_bad_is_laid_aside(work: Work, post: Post) -> None:
    post.sqs.send_message(QueueUrl=post.queue, MessageBody="no event")
    post.put("inbox/broken.pdf", b"%PDF-1.7 and nothing more")
    gone = post.put("inbox/gone.pdf", pdf(["Taken back by its sender."]))
    post.s3.delete_object(Bucket=gone.bucket, Key=gone.key, VersionId=gone.version)
    post.put("inbox/Büro/", b"")  # what some programs call a folder
    post.put("inbox/Büro/März + 50%.pdf", pdf(["Behind two bad ones."]))
    post.put("elsewhere/good.pdf", pdf(["Not in the inbox."]))
    inbox = Inbox(work, post.queue)
    try:
        eventually(lambda: post.waiting(post.queue) == 0 and post.waiting(post.dead_letters) == 2)
    finally:
        inbox.close()
    assert sorted(post.keys()) == ["elsewhere/good.pdf", "inbox/Büro/", "inbox/broken.pdf"]
    with work.stores.database.read() as session:
        taken = select(Document.filename).where(Document.source == "inbox", Document.collection == "Büro")
        assert session.scalars(taken).all() == ["März + 50%.pdf"]


def test_a_queue_that_is_not_there_is_named(work: Work, aws: str) -> None:
    with pytest.raises(SheafError, match="SHEAF_INBOX_QUEUE is nowhere"):
        Inbox(work, "nowhere")
