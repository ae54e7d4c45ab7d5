"""What comes out of archives, under which limits, and what of them is refused alone."""

from __future__ import annotations

import hashlib
import struct
import zlib
from pathlib import Path

import pytest

from errors import SheafError
from nlp.reading import archives
from nlp.reading.intake import Inspection, IntakeLimits, inspect
from nlp.reading.media_types import DOCX, ZIP
from nlp.reading.members import Member, UnpackLimits
from tests.archives import link, marked_encrypted, open_document, open_xml, packed

LIMITS = UnpackLimits(max_members=5, max_file_mb=1, max_unpacked_mb=3)
MEGABYTE = bytes(1 << 20)


def unpacked(tmp_path: Path, content: bytes, limits: UnpackLimits = LIMITS) -> list[Member]:
    path, folder = tmp_path / "a.zip", tmp_path / "out"
    path.write_bytes(content)
    folder.mkdir()
    return archives.unpack(path, folder, limits)


def code_of(tmp_path: Path, content: bytes, limits: UnpackLimits = LIMITS) -> str:
    path = tmp_path / "a.zip"
    path.write_bytes(content)
    with pytest.raises(SheafError) as caught:
        inspect(path, IntakeLimits(10, 1, limits))
    assert "unknown)" not in str(caught.value), "every blank of the sentence is filled"
    return caught.value.code


def test_each_file_comes_out_under_a_number(tmp_path: Path) -> None:
    members = unpacked(tmp_path, packed({"post/1.txt": b"one", "post/zwei ä.txt": b"two"}, "post"))
    assert [(member.path, member.size, member.error) for member in members] == [
        ("post/1.txt", 3, None),
        ("post/zwei ä.txt", 3, None),
    ]
    assert [member.file and member.file.read_bytes() for member in members] == [b"one", b"two"]
    assert members[0].sha256 == hashlib.sha256(b"one").hexdigest()
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"0", "1"}


def test_what_nobody_sent_is_left_out(tmp_path: Path) -> None:
    junk = ["__MACOSX/._a.txt", "__MACOSX/x", "post/.DS_Store", "Thumbs.db", "post/._a.txt", "post\\desktop.ini"]
    members = unpacked(tmp_path, packed({**dict.fromkeys(junk, b"x"), "a.txt": b"a", ".profile": b"p"}, "empty"))
    assert [member.path for member in members] == ["a.txt", ".profile"]
    assert code_of(tmp_path, packed(dict.fromkeys(junk, b"x"), "empty")) == "empty_archive"


@pytest.mark.parametrize("name", ["../up.txt", "a/../../up.txt", "/etc/passwd", "C:\\up.txt", "..\\up.txt", "a/.."])
def test_a_name_that_leads_elsewhere_costs_its_file(tmp_path: Path, name: str) -> None:
    bad, good = unpacked(tmp_path, packed({name: b"bad", "good.txt": b"good"}))
    assert bad.error is not None
    assert (bad.file, bad.error.code) == (None, "unsafe_name")
    assert good.file is not None
    assert not list(tmp_path.rglob("*up.txt"))


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    (member,) = unpacked(tmp_path, link("passwords", "/etc/passwd"))
    assert member.error is not None
    assert member.error.code == "unsafe_name"


def test_a_locked_file_costs_itself_and_a_locked_archive_all(tmp_path: Path) -> None:
    both = packed({"a.txt": b"a", "b.txt": b"b"})
    locked, plain = unpacked(tmp_path, marked_encrypted(both, "a.txt"))
    assert locked.error is not None
    assert (locked.file, locked.error.code) == (None, "locked_file")
    assert plain.file is not None
    assert code_of(tmp_path, marked_encrypted(marked_encrypted(both, "a.txt"), "b.txt")) == "locked_file"


def test_a_damaged_file_costs_itself(tmp_path: Path) -> None:
    content = packed({"a.txt": b"a" * 1000, "b.txt": b"b"})
    at = content.index(b"a.txt") + 5
    bad, good = unpacked(tmp_path, content[:at] + b"\xff\xff\xff" + content[at + 3 :])
    assert bad.error is not None
    assert (bad.file, bad.error.code) == (None, "damaged_file")
    assert good.file is not None
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["1"]


def test_too_many_files_are_refused_together(tmp_path: Path) -> None:
    assert code_of(tmp_path, packed({f"{number}.txt": b"x" for number in range(6)})) == "too_many_members"


def test_a_file_too_large_costs_itself_and_too_much_in_all_the_archive(tmp_path: Path) -> None:
    large, small = unpacked(tmp_path, packed({"large": MEGABYTE + b"x", "small": MEGABYTE}))
    assert large.error is not None
    assert (large.file, large.error.code) == (None, "too_many_bytes")
    assert small.file is not None
    assert code_of(tmp_path, packed({f"{number}": MEGABYTE for number in range(4)})) == "unpacks_too_large"


def test_a_size_that_lies_gives_no_more_than_it_says(tmp_path: Path) -> None:
    """A bomb that claims to be 10 bytes, where it is a megabyte."""
    content = bytearray(packed({"bomb": MEGABYTE}))
    crc = zlib.crc32(MEGABYTE[:10])
    for signature, crc_at in ((b"PK\x03\x04", 14), (b"PK\x01\x02", 16)):
        at = content.index(signature) + crc_at
        content[at : at + 4] = struct.pack("<I", crc)
        content[at + 8 : at + 12] = struct.pack("<I", 10)
    (member,) = unpacked(tmp_path, bytes(content))
    assert member.size <= 10


def test_an_office_file_is_looked_through_before_anything_believes_it(tmp_path: Path) -> None:
    word = "vnd.openxmlformats-officedocument.wordprocessingml.document"
    path = tmp_path / "a.docx"
    path.write_bytes(open_xml(word, "word/vbaProject.bin"))
    assert inspect(path, IntakeLimits(10, 1)) == Inspection(DOCX, None, False, ("macros",))
    content = open_xml(word, "word/document.xml")
    at = content.index(b"word/document.xml") + 17
    assert code_of(tmp_path, content[:at] + b"\xff\xff" + content[at + 2 :]) == "damaged_file"
    assert code_of(tmp_path, open_document("text", "<manifest:encryption-data/>")) == "locked_file"
    assert code_of(tmp_path, open_xml(word), UnpackLimits(max_unpacked_mb=-1)) == "unpacks_too_large"


def test_an_archive_has_no_pages_of_its_own(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    path.write_bytes(packed({"a.txt": b"a"}))
    assert inspect(path, IntakeLimits(10, 1)) == Inspection(ZIP, 0, False)
