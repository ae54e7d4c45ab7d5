"""SQS as a broker, with what dramatiq-sqs lacks. Which queue is chosen, and when, is left to broker.py."""

from __future__ import annotations

from typing import Any

from dramatiq_sqs import SQSBroker
from dramatiq_sqs.broker import SQSConsumer

from storage.aws import CONFIG

#: Seconds SQS hides a message that a worker took. It is never hidden for longer while the work goes on: the lease in
#: the database decides who works, and a second delivery costs one look there.
HIDDEN_SECONDS = 60


class Consumer(SQSConsumer):  # type: ignore[misc]
    """Counts a message as done with, whether or not SQS could be told: it comes again, and is looked at again.

    The library takes no more than it may have in hand, and would count such a message for ever.
    """

    message_refc: int

    def ack(self, message: Any) -> None:
        try:
            message._sqs_message.delete()
        finally:
            self.message_refc = max(0, self.message_refc - 1)  # it may be one of a consumer before this

    nack = ack


class Broker(SQSBroker):  # type: ignore[misc]
    """Queues of SQS, called NAMESPACE_queue. They are made when they are not there, which takes the right to.

    What Sheaf cannot read in them stays for SQS to lay aside (a redrive policy, see infra/).
    """

    def __init__(self, namespace: str | None) -> None:
        super().__init__(namespace=namespace, middleware=[], visibility_timeout=HIDDEN_SECONDS, config=CONFIG)

    @property
    def consumer_class(self) -> type[Consumer]:
        return Consumer
