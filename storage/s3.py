"""Objects in an S3 bucket; what they are for, and what a key may be, is told in objects.py."""

from __future__ import annotations

import io
import tempfile
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, cast

import boto3
from boto3.exceptions import RetriesExceededError, S3UploadFailedError
from botocore.exceptions import ClientError, ConnectionError, HTTPClientError

from storage.aws import CONFIG
from storage.objects import Listed, ObjectsAway, checked, checked_prefix

#: What S3 says, beside any 5xx, when it cannot now.
_BUSY = ("RequestTimeout", "Throttling", "ThrottlingException", "TooManyRequestsException")


class S3Objects:
    """An object a key in one bucket, below a prefix. Large files go up in parts, which S3 puts together at the end."""

    def __init__(self, bucket: str, prefix: str = "", scratch: Path | None = None) -> None:
        self._bucket = bucket
        self._prefix = f"{prefix}/" if prefix else ""
        self._scratch = scratch
        self._client: Any = boto3.client("s3", config=CONFIG)

    def put(self, key: str, path: Path, consume: bool = False) -> None:
        with _asked(key):
            self._client.upload_file(str(path), self._bucket, self._name(key))
        if consume:
            path.unlink(missing_ok=True)

    def put_bytes(self, key: str, data: bytes) -> None:
        with _asked(key):
            self._client.put_object(Bucket=self._bucket, Key=self._name(key), Body=data)

    def open(self, key: str) -> io.BufferedIOBase:
        with _asked(key):
            answer = self._client.get_object(Bucket=self._bucket, Key=self._name(key))
        return io.BufferedReader(cast(io.RawIOBase, answer["Body"]), 1 << 16)

    @contextmanager
    def local(self, key: str) -> Iterator[Path]:
        with tempfile.TemporaryDirectory(dir=self._scratch) as folder:
            path = Path(folder) / Path(checked(key)).name
            with _asked(key):
                self._client.download_file(self._bucket, self._name(key), str(path))
            yield path

    def exists(self, key: str) -> bool:
        try:
            with _asked(key):
                self._client.head_object(Bucket=self._bucket, Key=self._name(key))
        except FileNotFoundError:
            return False
        return True

    def delete(self, key: str) -> None:
        with _asked(key):
            self._client.delete_object(Bucket=self._bucket, Key=self._name(key))

    def delete_prefix(self, prefix: str) -> None:
        for page in self._pages(checked_prefix(prefix)):
            names = [{"Key": item["Key"]} for item in page]
            with _asked(prefix):
                answer = self._client.delete_objects(Bucket=self._bucket, Delete={"Objects": names, "Quiet": True})
            if failed := answer.get("Errors"):
                raise OSError(f"{len(failed)} objects below {prefix} could not be deleted: {failed[0]['Message']}")

    def list(self, prefix: str = "") -> Iterator[Listed]:
        for page in self._pages(checked_prefix(prefix) if prefix else ""):
            for item in page:
                yield Listed(item["Key"].removeprefix(self._prefix), item["Size"], item["LastModified"])

    def free_bytes(self) -> int | None:
        return None

    def _pages(self, prefix: str) -> Iterator[Sequence[dict[str, Any]]]:
        listing = self._client.get_paginator("list_objects_v2")
        with _asked(prefix):
            for page in listing.paginate(Bucket=self._bucket, Prefix=self._prefix + prefix):
                if items := page.get("Contents"):
                    yield items

    def _name(self, key: str) -> str:
        return self._prefix + checked(key)


@contextmanager
def _asked(key: str) -> Iterator[None]:
    """Say in the words of the port what boto3 says of the object, or of S3 itself."""
    try:
        yield
    except (ConnectionError, HTTPClientError, RetriesExceededError) as error:
        raise ObjectsAway(str(error)) from error
    except (ClientError, S3UploadFailedError) as error:
        answer = (error if isinstance(error, ClientError) else error.__context__).response
        code, status = answer["Error"]["Code"], answer["ResponseMetadata"]["HTTPStatusCode"]
        if code in ("NoSuchKey", "404"):
            raise FileNotFoundError(key) from error
        if status >= 500 or code in _BUSY:
            raise ObjectsAway(str(error)) from error
        raise
