"""Mails: what their page says, and what comes out of them as attachments."""

from __future__ import annotations

from email.message import EmailMessage
from pathlib import Path

import pytest

from errors import SheafError
from nlp.reading import mail
from nlp.reading.members import Member, UnpackLimits
from nlp.reading.sniffing import sniff
from tests.papers import pdf, picture

LIMITS = UnpackLimits(max_members=3, max_file_mb=1)


def letter(text: str = "See the papers attached.") -> EmailMessage:
    message = EmailMessage()
    message["Subject"] = "Größe, and more"
    message["From"] = "Jane Hartley <jane@example.com>"
    message["To"] = "joe@example.com, ann@example.com"
    message["Date"] = "Fri, 14 Mar 2025 09:30:00 +0000"
    message.set_content(text)
    return message


def page(tmp_path: Path, content: bytes) -> str:
    path = tmp_path / "mail"
    path.write_bytes(content)
    assert sniff(path) == "message/rfc822"
    return mail.page_of(path)[0]


def unpacked(tmp_path: Path, content: bytes) -> list[Member]:
    path, folder = tmp_path / "mail", tmp_path / "out"
    path.write_bytes(content)
    folder.mkdir(exist_ok=True)
    return mail.unpack(path, folder, LIMITS)


def test_the_page_has_headers_and_body(tmp_path: Path) -> None:
    shown = page(tmp_path, letter("Dear Joe,\nsee <below>.\n\nGrüße\n").as_bytes())
    assert "<b>Subject:</b> Größe, and more<br><b>From:</b> Jane Hartley &lt;jane@example.com&gt;<br>" in shown
    assert "<b>To:</b> joe@example.com, ann@example.com<br><b>Date:</b> Fri, 14 Mar 2025 09:30:00 +0000" in shown
    assert "<p>Dear Joe,<br>see &lt;below&gt;.</p><p>Grüße</p>" in shown
    assert "Attachments" not in shown


def test_of_two_ways_to_say_it_the_richer_is_shown_and_clean(tmp_path: Path) -> None:
    message = letter("the plain one")
    message.add_alternative("<p onclick='x()'>the <b>rich</b> one</p><script>bad()</script>", subtype="html")
    shown = page(tmp_path, message.as_bytes())
    assert "<p>the <b>rich</b> one</p>" in shown
    assert "plain" not in shown
    assert "bad()" not in shown
    assert mail.page_of(tmp_path / "mail")[1] == ("javascript",)


def test_attachments_come_out_as_they_were_sent(tmp_path: Path) -> None:
    message = letter()
    message.add_attachment(pdf(["attached"]), maintype="application", subtype="pdf", filename="Rechnung März.pdf")
    message.add_attachment(letter("the mail before"))
    message.add_attachment(b"x" * (1 << 20 | 1), maintype="application", subtype="x", filename="../large.bin")
    paper, before, large = unpacked(tmp_path, message.as_bytes())
    assert paper.path == "Rechnung März.pdf"
    assert paper.file is not None
    assert paper.file.read_bytes() == pdf(["attached"])
    assert before.path == "attachment.eml"
    assert before.file is not None
    assert "the mail before" in page(tmp_path, before.file.read_bytes())
    assert large.error is not None
    assert large.error.code == "too_many_bytes"
    shown = page(tmp_path, message.as_bytes())
    assert "<b>Attachments:</b> Rechnung März.pdf, attachment.eml, ../large.bin" in shown
    assert {file.name for file in (tmp_path / "out").iterdir()} == {"0", "1"}


def test_a_picture_in_the_text_is_shown_there_and_is_no_attachment(tmp_path: Path) -> None:
    message = letter()
    html = '<p>Look: <img src="cid:look"> <img src="https://example.com/track.gif"></p>'
    message.add_alternative(html, subtype="html")
    (_, rich) = message.iter_parts()
    assert isinstance(rich, EmailMessage)
    rich.add_related(picture("look"), maintype="image", subtype="png", cid="<look>", filename="look.png")
    rich.add_related(picture("unused"), maintype="image", subtype="png", cid="<unused>", filename="unused.png")
    shown = page(tmp_path, message.as_bytes())
    assert shown.count("<img") == 1
    assert 'src="data:image/png;base64,' in shown
    assert [member.path for member in unpacked(tmp_path, message.as_bytes())] == ["unused.png"]


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (letter("Grüße").as_bytes().replace(b"utf-8", b"no-such-set"), "Grüße"),
        (letter("hello").as_string().encode("utf-16"), "hello"),
        (b"From: a@b\nSubject: =?utf-8?b?broken?=\nContent-Type: multipart/mixed\n\nno boundary", "no boundary"),
        (b"From: a@b\nSubject: caf\xe9\n\ncaf\xe9 au lait", "au lait"),
        (b"From: a@b\nContent-Type: text/html; charset=x\n\n<p>caf\xc3\xa9</p>", "<p>café</p>"),
    ],
)
def test_a_mail_that_breaks_rules_is_read_all_the_same(tmp_path: Path, content: bytes, said: str) -> None:
    assert said in page(tmp_path, content)


def test_a_mail_of_mails_of_mails_is_damaged_and_not_a_crash(tmp_path: Path) -> None:
    head = "".join(f'Content-Type: multipart/mixed; boundary="{n}"\n\n--{n}\n' for n in range(3000))
    path = tmp_path / "mail"
    path.write_text("From: a@b\n" + head)
    with pytest.raises(SheafError) as caught:
        mail.page_of(path)
    assert caught.value.code == "damaged_file"


def test_too_many_attachments_are_refused(tmp_path: Path) -> None:
    message = letter()
    for number in range(4):
        message.add_attachment(b"x", maintype="application", subtype="x", filename=f"{number}")
    with pytest.raises(SheafError) as caught:
        unpacked(tmp_path, message.as_bytes())
    assert caught.value.code == "too_many_members"
