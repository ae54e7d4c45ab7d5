"""Sends damaged files to intake, and keeps those that it neither takes nor refuses: `python -m scripts.fuzz`.

`--seed` and `--count` choose which and how many; the same seed makes the same files. In a guarded child each is
looked into, and unpacked where others came in it; else its first page is drawn and its text layer read. What is kept
in FAILURES is a test case from then on (tests/nlp/reading/test_fuzzed.py). The status is 1 when anything was.
"""

from __future__ import annotations

import argparse
import hashlib
import io
import os
import random
import re
import sys
import tempfile
import time
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from email.message import EmailMessage
from pathlib import Path

from errors import SheafError
from nlp.reading import pictures, text_layer
from nlp.reading.intake import IntakeLimits, inspect
from nlp.reading.media_types import CONTAINERS, MEDIA_TYPES, Way, way_of
from nlp.reading.members import UnpackLimits
from nlp.reading.unpacking import unpack
from nlp.sandbox import Limits, Sandbox

ROOT = Path(__file__).resolve().parent.parent
FAILURES = ROOT / "tests" / "nlp" / "reading" / "fuzzed"
#: Seconds until a file counts as one that hangs.
DEADLINE = 20.0
#: Codes that say a child was ended: by itself, or by whoever waits for it.
ENDED = {"page_crashed", "page_timeout"}
LIMITS = IntakeLimits(200, 40, UnpackLimits(max_members=50, max_file_mb=20, max_unpacked_mb=50))

Mutation = Callable[[bytearray, random.Random, list[bytes]], None]


def look_into(path: Path) -> str:
    """The media type of what is taken. Raises SheafError for what is refused, anything else for a defect of ours."""
    with tempfile.TemporaryDirectory() as folder:
        working = Path(folder) / "working"
        found = inspect(path, LIMITS, unlocked=working)
        way = way_of(found.media_type)
        if way in CONTAINERS:
            unpack(path, found.media_type, Path(folder), LIMITS.unpack)
        if way is Way.PICTURE:
            pictures.load_image(path, found.media_type, 1, megapixels=1)
        if way is Way.PDF:
            with pictures.pdf_page(working if working.exists() else path, 1) as page:
                text_layer.extract(page, 1)
                pictures.render(page, dpi=72, megapixels=1)
    return found.media_type


def seeds() -> list[bytes]:
    """The samples, and an archive and a mail of some of them."""
    suffixes = {suffix for known in MEDIA_TYPES.values() for suffix in known.suffixes} - {".md"}
    files = sorted(file for file in (ROOT / "samples").iterdir() if file.suffix in suffixes)
    samples = [file.read_bytes() for file in files]
    small = sorted(zip(map(len, samples), files, strict=True))[:3]
    archive, mail = io.BytesIO(), EmailMessage()
    with zipfile.ZipFile(archive, "w", zipfile.ZIP_DEFLATED) as packed:
        for _, file in small:
            packed.writestr(zipfile.ZipInfo(file.name), file.read_bytes(), zipfile.ZIP_DEFLATED)
    mail["Subject"], mail["From"] = "Größe", "Jane <jane@example.com>"
    mail.set_content("See the papers.")
    mail.add_alternative("<p>See the <b>papers</b>.</p>", subtype="html")
    mail.add_attachment(small[0][1].read_bytes(), maintype="application", subtype="pdf", filename="paper.pdf")
    mail.set_boundary("between")
    return [*samples, archive.getvalue(), mail.as_bytes()]


def mutants(seed: int, count: int) -> Iterator[bytes]:
    chance, known = random.Random(seed), seeds()
    for _ in range(count):
        content = bytearray(chance.choice(known))
        for _ in range(chance.choice((1, 1, 2, 4, 16))):
            chance.choice(MUTATIONS)(content, chance, known)
        yield bytes(content)


def _flip(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    for _ in range(chance.choice((1, 8, 64))):
        if content:
            content[_place(content, chance)] ^= 1 << chance.randrange(8)


def _overwrite(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    at, length = _place(content, chance), chance.choice((1, 2, 4, 400))
    content[at : at + length] = chance.choice((b"\0", b"\xff", b"\x7f", b"\x80")) * length


def _cut_out(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    at = _place(content, chance)
    del content[at : at + chance.randrange(1, 2000)]


def _repeat(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    at = _place(content, chance)
    content[at:at] = content[at : at + chance.randrange(1, 2000)] * chance.choice((1, 2, 50))


def _cut_off(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    del content[_place(content, chance) :]


def _splice(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    other = chance.choice(known)
    at, start = _place(content, chance), chance.randrange(len(other))
    content[at : at + 4000] = other[start : start + 4000]


def _other_number(content: bytearray, chance: random.Random, known: list[bytes]) -> None:
    """Formats in letters keep sizes, counts and places of things as digits."""
    numbers = list(re.finditer(rb"\d+", content[:200_000]))
    if numbers:
        number = chance.choice(numbers)
        content[number.start() : number.end()] = chance.choice((b"0", b"-1", b"1", b"65536", b"4294967295", b"9" * 30))


MUTATIONS: tuple[Mutation, ...] = (_flip, _flip, _overwrite, _cut_out, _repeat, _cut_off, _splice, _other_number)


def _place(content: bytearray, chance: random.Random) -> int:
    """Somewhere, as often as not near an end: headers and tables of contents are there."""
    end = len(content)
    begins, ends = chance.randrange(600) % (end or 1), max(0, end - 1 - chance.randrange(600))
    return chance.choice((chance.randrange(end or 1), begins, ends))


def outcome_of(sandbox: Sandbox, content: bytes) -> tuple[str, str]:
    """ "taken", "refused" or "failed", and as what or why."""
    with tempfile.NamedTemporaryFile() as file:
        file.write(content)
        file.flush()
        try:
            return "taken", sandbox.call(look_into, Path(file.name), deadline=DEADLINE)
        except SheafError as error:
            return ("failed" if error.code in ENDED else "refused"), error.code
        except Exception as error:  # what is looked for
            return "failed", f"{type(error).__name__}: {error}"


def run(seed: int, count: int) -> int:
    """How many files failed. Prints how many of them became what."""
    began, workers = time.monotonic(), os.cpu_count() or 1
    seen: Counter[tuple[str, str]] = Counter()
    with ThreadPoolExecutor(workers) as threads, Sandbox(workers, Limits(memory_mb=1500, nice=5)) as sandbox:

        def attempt(content: bytes) -> None:
            what, why = outcome_of(sandbox, content)
            seen[what, why] += 1
            if what == "failed":
                FAILURES.mkdir(exist_ok=True)
                kept = FAILURES / hashlib.sha256(content).hexdigest()[:16]
                kept.write_bytes(content)
                print(f"failed: {why}; kept as {kept.relative_to(ROOT)}", flush=True)

        list(threads.map(attempt, mutants(seed, count)))
    for (what, why), number in sorted(seen.items()):
        print(f"{number:6,}  {what:8} {why}")
    totals: Counter[str] = Counter({"taken": 0, "refused": 0, "failed": 0})
    for (what, _), number in seen.items():
        totals[what] += number
    said = ", ".join(f"{number:,} {what}" for what, number in totals.items())
    print(f"{count:,} files with seed {seed} in {time.monotonic() - began:.0f} s: {said}")
    return totals["failed"]


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Sends damaged files to intake.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--count", type=int, default=2000)
    asked = parser.parse_args()
    sys.exit(1 if run(asked.seed, asked.count) else 0)
