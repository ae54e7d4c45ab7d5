"""Takes in files that were put into an S3 inbox, as the bucket's events name them. The rest is left to arrival.

`s3://bucket/inbox/file.pdf` goes into the collection "default", `s3://bucket/inbox/orders/2026/file.pdf` into "orders".
Once the document is committed the file leaves the inbox, for its original is kept with it. What cannot be taken in
stays in the inbox, and its event goes to the queue's dead letters after as many tries as the queue says. An event may
come twice: the same bytes are the same document, and a file that has gone was taken in.
"""

from __future__ import annotations

import hashlib
import json
import logging
import threading
import uuid
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote_plus

import boto3
from botocore.exceptions import BotoCoreError, ClientError

from errors import SheafError
from storage.aws import CONFIG
from storage.stores import AWAY, in_short
from workers.arrival import Arrival, Received, clean_name, make_room, receive
from workers.work import Work

log = logging.getLogger(__name__)

#: Seconds that one request waits for an event (the most SQS allows), and that are waited after a failure.
LISTEN_SECONDS = 20
BREATH_SECONDS = 5.0

GONE = ("NoSuchKey", "NoSuchVersion", "404")


class Refused(ValueError):
    """An event that is none of an S3 bucket."""


@dataclass(frozen=True)
class Put:
    """A file that was put into the inbox."""

    bucket: str
    key: str
    version: str | None

    @property
    def collection(self) -> str:
        folders = self.key.split("/")[1:-1]
        return folders[0] if folders else "default"

    @property
    def filename(self) -> str:
        return clean_name(self.key)

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.key}"


def files_of(event: str) -> Iterator[Put]:
    """The files that an event of S3 names, none for the one it sends to try the queue. Folders are no files.

    Raises Refused for anything else.
    """
    try:
        said = json.loads(event)
        if said.get("Event") == "s3:TestEvent":
            return
        for record in said["Records"]:
            file = record["s3"]["object"]
            put = Put(record["s3"]["bucket"]["name"], unquote_plus(file["key"]), file.get("versionId"))
            if record["eventName"].startswith("ObjectCreated:") and not put.key.endswith("/"):
                yield put
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise Refused(f"no event of an S3 bucket: {error!r}") from None


def take_in(work: Work, s3: Any, put: Put) -> Received | None:
    """Make a document of the file and remove it from the inbox; None when it has gone, because it was taken in before.

    Raises what arrival raises; then the file is still there. Just the version that was read is removed: one that was
    put there meanwhile has an event of its own.
    """
    path = work.stores.incoming / uuid.uuid4().hex
    try:
        version = {"VersionId": put.version} if put.version else {}
        try:
            found = s3.get_object(Bucket=put.bucket, Key=put.key, **version)
        except ClientError as error:
            if error.response["Error"]["Code"] in GONE:
                return None
            raise
        limit = work.settings.sheaf_max_file_mb
        if found["ContentLength"] > limit * 2**20:
            raise SheafError("too_many_bytes", limit_mb=limit)
        make_room(work, found["ContentLength"])
        sha256 = _fetch(found["Body"], path)
        arrived = Arrival(
            path=path,
            sha256=sha256,
            size=found["ContentLength"],
            filename=put.filename,
            uploader="inbox",
            source="inbox",
            collection=put.collection,
        )
        received = receive(work, arrived)
        read = {"VersionId": found["VersionId"]} if "VersionId" in found else {}
        s3.delete_object(Bucket=put.bucket, Key=put.key, **read)
        return received
    finally:
        path.unlink(missing_ok=True)


class Inbox:
    """Listens to the queue of events until closed, one event at a time."""

    def __init__(self, work: Work, queue: str) -> None:
        """`queue`: its URL or its name. Raises bad_settings when it is not there."""
        self._work = work
        self._sqs: Any = boto3.client("sqs", config=CONFIG)
        self._s3: Any = boto3.client("s3", config=CONFIG)
        self._queue = self._url(queue)
        self._stop = threading.Event()
        self._thread = threading.Thread(target=self._listen, name="inbox", daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Begin nothing more. What is under way may go on for a moment; its event comes again if it does not end."""
        self._stop.set()
        self._thread.join(timeout=1)

    def _url(self, queue: str) -> str:
        try:
            return str(self._sqs.get_queue_url(QueueName=queue.rpartition("/")[2])["QueueUrl"])
        except (BotoCoreError, ClientError) as error:
            raise SheafError(
                "bad_settings",
                detail=f"SHEAF_INBOX_QUEUE is {queue}, which cannot be opened ({error})",
                advice="Name a queue that this process may receive from, or leave the setting empty.",
            ) from None

    def _listen(self) -> None:
        while not self._stop.is_set():
            try:
                heard = self._sqs.receive_message(
                    QueueUrl=self._queue, MaxNumberOfMessages=1, WaitTimeSeconds=LISTEN_SECONDS
                )
                for message in heard.get("Messages", ()):
                    if not self._stop.is_set():
                        self._handle(message)
            except Exception as error:  # whatever it was must not end the listening
                if not self._stop.is_set():
                    unforeseen = not isinstance(error, (*AWAY, BotoCoreError, ClientError))
                    log.error("the inbox has to wait: %s", in_short(error), exc_info=unforeseen)
                    self._stop.wait(BREATH_SECONDS)

    def _handle(self, message: dict[str, Any]) -> None:
        """Take in what the event names, then forget it; left as it is where that fails, so that SQS gives it again."""
        try:
            for put in files_of(message["Body"]):
                received = take_in(self._work, self._s3, put)
                log.info("%s: %s", put, received.document_id if received else "has gone")
        except (Refused, SheafError) as error:
            log.warning("an event of the inbox is left for another try: %s (%s)", error, message["Body"][:500])
            return
        self._sqs.delete_message(QueueUrl=self._queue, ReceiptHandle=message["ReceiptHandle"])


def _fetch(body: Any, path: Path) -> str:
    """Write what comes into the file; returns its SHA-256."""
    digest = hashlib.sha256()
    with path.open("wb") as target:
        for piece in body.iter_chunks(1 << 20):
            digest.update(piece)
            target.write(piece)
    return digest.hexdigest()
