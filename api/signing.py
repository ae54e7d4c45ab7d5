"""Short-lived addresses of page pictures, for browsers: whoever has one may load that picture, and nothing else.

Sending the picture is left to routes/pictures.py.
"""

from __future__ import annotations

import hashlib
import time

from itsdangerous import BadSignature, URLSafeSerializer
from sqlalchemy.orm import Session

from errors import SheafError
from storage.tables import Secret

ROOT = "/api/v1/pictures/"

#: An address is the same for so many seconds, so that browsers keep the picture; it lives once to twice as long.
WINDOW = 600


class Signer:
    """Makes the addresses of objects and reads them. The key is the installation's, so all its processes agree."""

    def __init__(self, key: str) -> None:
        self._serializer = URLSafeSerializer(key, salt="picture", signer_kwargs={"digest_method": hashlib.sha256})

    def address(self, object_key: str | None, at: float | None = None) -> str | None:
        """The path at which the picture can be loaded for some minutes; None where there is no picture."""
        if object_key is None:
            return None
        ends = (int(time.time() if at is None else at) // WINDOW + 2) * WINDOW
        return f"{ROOT}{self._serializer.dumps([object_key, ends])}"

    def read(self, token: str, at: float | None = None) -> tuple[str, int]:
        """The object's key and the seconds left; raises address_expired for what we did not sign, or long ago."""
        try:
            object_key, ends = self._serializer.loads(token)
        except BadSignature:
            raise SheafError("address_expired") from None
        left = ends - int(time.time() if at is None else at)
        if left <= 0:
            raise SheafError("address_expired")
        return object_key, left


def signer(session: Session) -> Signer:
    return Signer(session.get_one(Secret, "pictures").value)
