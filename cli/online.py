"""Commands that need the stores: they talk to the running backend, or start one for the length of the call."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import httpx
from filelock import FileLock, Timeout

from cli import output
from cli.offline import password_from
from errors import CATALOGUE, SheafError
from settings import load
from workers.order import BUSY

#: Seconds between looks at documents that are being read.
PATIENCE = 0.3


@contextmanager
def backend() -> Iterator[httpx.Client]:
    """A client of the backend that runs on our data folder, else of one that is started for the call."""
    announced = running_address()
    if announced:
        with _client(announced) as client:
            yield client
        return
    # Heavy, and not needed when one is running.
    from api.backend import serving
    from workers.broker import is_shared
    from workers.tasks import QUEUES

    settings = load().model_copy(update={"sheaf_port": 0})
    queues = () if is_shared(settings.queue_url) else tuple(QUEUES)  # shared ones have workers of their own
    with serving(settings, queues) as address, _client(address) as client:
        yield client


def running_address() -> str | None:
    """The address of the backend that runs on our data folder, if it answers.

    A killed backend leaves its announcement behind, and another installation may answer there by now: only while
    somebody holds the folder's lock is the announcement to be believed.
    """
    folder = load().sheaf_data
    if not (folder / "lock").exists():
        return None
    try:
        with FileLock(folder / "lock", timeout=0):
            return None
    except Timeout:
        pass
    with suppress(OSError, ValueError, KeyError, httpx.HTTPError):
        announcement = json.loads((folder / "backend.json").read_text(encoding="utf-8"))
        address: str = announcement["address"]
        if httpx.get(f"{address}/api/v1/health", timeout=5).is_success:
            return address
    return None


def _client(address: str) -> httpx.Client:
    return httpx.Client(base_url=address, timeout=httpx.Timeout(300, connect=5), headers={"X-Sheaf-Actor": "cli"})


def ask(client: httpx.Client, method: str, path: str, **request: Any) -> dict[str, Any]:
    """The JSON of an answer; raises the SheafError the backend named, not_ready where something else answers."""
    answer = client.request(method, f"/api/v1{path}", **request)
    try:
        body: dict[str, Any] = answer.json()
        if answer.is_error:
            raise Told(body)
    except (ValueError, KeyError, TypeError):
        raise SheafError("not_ready", detail=f"what answers at {client.base_url} is not Sheaf") from None
    return body


class Told(SheafError):
    """An error as the backend worded it."""

    def __init__(self, problem: dict[str, Any]) -> None:
        super().__init__(problem["code"] if problem["code"] in CATALOGUE else "internal", support=problem["code"])
        self._problem = problem

    @property
    def message(self) -> str:
        return str(self._problem["message"])

    @property
    def advice(self) -> str:
        return str(self._problem["advice"])


def open_batch(client: httpx.Client, name: str, source: str) -> str:
    """The id of a new batch."""
    return str(ask(client, "POST", "/batches", json={"name": name, "source": source})["id"])


def send_files(
    client: httpx.Client, files: Sequence[Path], **form: str | None
) -> Iterator[tuple[Path, dict[str, Any]]]:
    """Send files; yields each with the document it became, or with {"error": …} where it was refused."""
    fields = {name: value for name, value in form.items() if value}
    for file in files:
        try:
            with file.open("rb") as stream:
                yield file, ask(client, "POST", "/documents", data=fields, files={"file": (file.name, stream)})
        except SheafError as error:
            yield file, {"error": error.as_json()}
        except OSError as error:
            yield file, {"error": SheafError("bad_request", detail=f"it cannot be opened ({error.strerror})").as_json()}


def ingest_paths(
    paths: Sequence[Path], wait: bool, as_json: bool, collection: str, languages: str, password_file: Path | None
) -> int:
    """Send files, and those of folders; returns the exit code. A backend started for the call always waits."""
    files = [
        file for path in paths for file in (sorted(path.rglob("*")) if path.is_dir() else [path]) if not file.is_dir()
    ]
    if not files:
        raise SheafError("bad_request", detail="there are no files to send")
    started = time.monotonic()
    code = 0
    wait = wait or running_address() is None
    form = {"source": "cli", "collection": collection, "languages": languages, "password": password_from(password_file)}
    with backend() as client:
        batch = open_batch(client, _batch_name(paths), "cli")
        waiting: dict[str, list[tuple[Path, dict[str, Any]]]] = {}
        with output.bar("Sending", len(files)) as step:
            for file, answer in send_files(client, files, batch_id=batch, **form):
                step(1)
                if wait and answer.get("status") in BUSY:
                    waiting.setdefault(answer["id"], []).append((file, answer))
                else:
                    code = max(code, _report(file, answer, as_json, started))
        with output.bar("Reading", len(waiting)) as step:
            for document_id, document in _ended(client, batch, waiting):
                step(1)
                for file, answer in waiting[document_id]:  # the same bytes may have been sent under several names
                    told = {**document, "duplicate": answer["duplicate"]}
                    code = max(code, _report(file, told, as_json, started))
    return code


def _ended(client: httpx.Client, batch: str, documents: Iterable[str]) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each of the documents once it has ended; {"error": …} for one that was removed meanwhile."""
    waiting = dict.fromkeys(documents)
    while waiting:
        busy = _busy(client, batch_id=batch)
        for document_id in [one for one in waiting if one not in busy]:
            try:
                document = ask(client, "GET", f"/documents/{document_id}")
            except SheafError as error:
                document = {"error": error.as_json()}
            if document.get("status") not in BUSY:  # a duplicate in an older batch may still be busy
                del waiting[document_id]
                yield document_id, document
        time.sleep(PATIENCE if waiting else 0)


def _busy(client: httpx.Client, **of: str) -> set[str]:
    """The ids of the documents that are not done."""
    ids: set[str] = set()
    query: dict[str, Any] = {**of, "status": BUSY, "limit": 200}
    while True:
        page = ask(client, "GET", "/documents", params=query)
        ids |= {document["id"] for document in page["items"]}
        if page["next_cursor"] is None:
            return ids
        query["cursor"] = page["next_cursor"]


def _report(file: Path, document: dict[str, Any], as_json: bool, started: float) -> int:
    error = document.get("error")
    if as_json:
        plain = {key: document.get(key) for key in ("id", "sha256", "status")}
        pages = (document.get("progress") or {}).get("pages")
        seconds = round(time.monotonic() - started, 3)
        extra = {"duplicate": True} if document.get("duplicate") else {}
        named = {"file": str(file), "filename": file.name}
        output.line({**named, **plain, "pages": pages, "seconds": seconds, "error": error, **extra})
    elif error:
        output.words.print(f"{file}: {error['message']} {error['advice']}", style="red", markup=False)
    else:
        output.say(f"{file}: {document['status']}{' (already there)' if document.get('duplicate') else ''}")
    return output.INPUT_FAILED if error else 0


def _batch_name(paths: Sequence[Path]) -> str:
    return paths[0].name if len(paths) == 1 else f"{len(paths)} paths from the command line"


def search_documents(query: str, top: int, as_json: bool) -> int:
    """Print the hits; returns the exit code."""
    with backend() as client:
        answer = ask(client, "GET", "/search", params={"q": query, "top": top})
    if as_json:
        output.line({"seconds": answer["seconds"], "hits": answer["hits"]})
        return 0
    for hit in answer["hits"]:
        output.say(f"{hit['filename']}, page {hit['page']}: {' '.join(hit['snippet'].split())}")
    if not answer["hits"]:
        output.words.print("Nothing found. Try other words, or a whole question.")
    return 0


def check_stores(repair: bool, as_json: bool) -> int:
    """Print what disagrees; returns the exit code, 2 when something does and was not repaired."""
    with backend() as client:
        answer = ask(client, "POST", "/check", params={"repair": repair})
    if as_json:
        output.line(answer)
    else:
        for finding in answer["findings"]:
            done = " (repaired)" if finding["repaired"] else ""
            output.say(f"{finding['kind']}: {finding['id']}: {finding['detail']}{done}")
        output.say(f"{answer['documents']} documents, {len(answer['findings'])} disagreements")
    return 0 if all(finding["repaired"] for finding in answer["findings"]) else output.INPUT_FAILED
