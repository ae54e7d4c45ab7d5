"""The queue, by its URL. What is sent over it is left to tasks.py; that nothing is lost, to the sweeper.

Retries, time limits and dead letters are ours and the same on every broker, so none has any middleware.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import dramatiq
from dramatiq.brokers.stub import StubBroker

from errors import SheafError
from settings import without_password

#: Milliseconds that an idle worker waits for a message before it asks again. Each question to SQS costs money.
POLL_MS = {"memory": 200, "redis": 200, "rediss": 200, "sqs": 5000}

#: Seconds until a Redis that does not answer counts as away; its client would wait for ever, and uploads with it.
REDIS_SECONDS = 3.0

#: How many of a million questions to Redis have what a dead worker had taken put back. Dramatiq's own thousand
#: may leave it there for minutes while a queue is quiet.
CLEAN_UPS = 50_000


def kind(url: str) -> str:
    """The scheme of a QUEUE_URL; raises bad_settings for one that is unknown."""
    scheme = urlsplit(url).scheme
    if scheme not in POLL_MS:
        raise SheafError(
            "bad_settings",
            detail=f"QUEUE_URL is {without_password(url) or 'empty'}",
            advice="Use memory://, redis://host:port/number or sqs://namespace.",
        )
    return scheme


def is_shared(url: str) -> bool:
    """Whether several processes may work on this queue."""
    return kind(url) != "memory"


def open_broker(url: str) -> dramatiq.Broker:
    """The broker of a QUEUE_URL. Region, endpoint and credentials of SQS are boto3's own settings."""
    match kind(url):
        case "memory":
            return StubBroker(middleware=[])
        case "sqs":
            from workers import sqs

            broker: dramatiq.Broker = sqs.Broker(urlsplit(url).netloc or None)
            return broker
        case _:
            import redis
            from dramatiq.brokers.redis import RedisBroker

            client = redis.Redis.from_url(url, socket_timeout=REDIS_SECONDS, socket_connect_timeout=REDIS_SECONDS)
            return RedisBroker(  # type: ignore[no-untyped-call]
                client=client, middleware=[], namespace="sheaf", maintenance_chance=CLEAN_UPS
            )


def open_worker(url: str, broker: dramatiq.Broker, queues: set[str], threads: int) -> dramatiq.Worker:
    """A worker of so many threads, not yet started. It takes no more messages than it has threads."""
    worker = dramatiq.Worker(broker, queues=queues, worker_threads=threads, worker_timeout=POLL_MS[kind(url)])
    worker.queue_prefetch = threads  # dramatiq would keep twice as many, while other workers are idle
    return worker


def reach(url: str) -> None:
    """Raise what is in the way when the server of a queue does not answer."""
    broker: Any = open_broker(url)
    try:
        if kind(url) == "sqs":
            try:
                broker.sqs.get_queue_by_name(QueueName=f"{urlsplit(url).netloc}_finish")
            except broker.sqs.meta.client.exceptions.QueueDoesNotExist:
                return  # it answers; sending makes the queue
        elif is_shared(url):
            broker.client.ping()
    finally:
        broker.close()
