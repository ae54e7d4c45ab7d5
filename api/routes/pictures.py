"""Pictures of pages for browsers, which cannot say who asks: the signed address is the proof (see signing.py)."""

from __future__ import annotations

from fastapi import APIRouter
from fastapi.responses import StreamingResponse

from api.dependencies import ReadSession, WorkDep
from api.signing import signer
from api.streaming import stored

router = APIRouter(prefix="/pictures", tags=["pages"])


@router.get("/{token}", response_class=StreamingResponse)
def get_picture(token: str, work: WorkDep, session: ReadSession) -> StreamingResponse:
    """A page's picture, by its `image_url` or `thumbnail_url`. The address works for some minutes."""
    key, left = signer(session).read(token)
    headers = {"Cache-Control": f"private, max-age={left}, immutable"}
    return stored(work.stores.objects, key, f"image/{key.rpartition('.')[2]}", headers)
