"""The queue, by its URL. What is sent over it is left to tasks.py; that nothing is lost, to the sweeper.

Retries, time limits and dead letters are ours and the same on every broker, so none has any middleware.
"""

from __future__ import annotations

from typing import Any
from urllib.parse import urlsplit

import dramatiq
from dramatiq.brokers.stub import StubBroker

from errors import SheafError

#: Seconds SQS hides a message that a worker took. It is never hidden for longer while the work goes on: the lease in
#: the database decides who works, and a second delivery costs one look there.
HIDDEN_SECONDS = 60

#: Milliseconds that an idle worker waits for a message before it asks again. Each question to SQS costs money.
POLL_MS = {"memory": 200, "redis": 200, "rediss": 200, "sqs": 5000}


def kind(url: str) -> str:
    """The scheme of a QUEUE_URL; raises bad_settings for one that is unknown."""
    scheme = urlsplit(url).scheme
    if scheme not in POLL_MS:
        raise SheafError(
            "bad_settings",
            detail=f"QUEUE_URL is {url or 'empty'}",
            advice="Use memory://, redis://host:port/number or sqs://namespace.",
        )
    return scheme


def is_shared(url: str) -> bool:
    """Whether several processes may work on this queue."""
    return kind(url) != "memory"


def open_broker(url: str) -> dramatiq.Broker:
    """The broker of a QUEUE_URL. Region, endpoint and credentials of SQS are boto3's own settings.

    Queues of SQS are called NAMESPACE_queue. They are made when they are not there, which takes the right to; what
    Sheaf cannot read in them stays for SQS to lay aside (a redrive policy, see infra/).
    """
    parts = urlsplit(url)
    match kind(url):
        case "memory":
            return StubBroker(middleware=[])
        case "sqs":
            from dramatiq_sqs import SQSBroker

            broker: dramatiq.Broker = SQSBroker(
                namespace=parts.netloc or None, middleware=[], visibility_timeout=HIDDEN_SECONDS
            )
            return broker
        case _:
            from dramatiq.brokers.redis import RedisBroker

            return RedisBroker(url=url, middleware=[], namespace="sheaf")  # type: ignore[no-untyped-call]


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
