"""What goes wrong on the command line is told in one line and an exit code, whoever's fault it was."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest
from filelock import FileLock

from cli import app, output
from tests.cli.commands import sheaf


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["search"], "bad_request"),
        (["search", "x", "--top", "many"], "bad_request"),
        (["nonsense"], "bad_request"),
        (["read", "--password-file", "no-such-file", "x.pdf"], "bad_request"),
        (["worker"], "bad_settings"),
    ],
)
def test_a_wrong_command_line_is_the_callers_fault(tmp_path: Path, arguments: list[str], code: str) -> None:
    answer = sheaf(tmp_path / "data", *arguments)
    assert (answer.code, answer.error) == (output.INPUT_FAILED, code)


def test_settings_that_are_none_are_named(tmp_path: Path) -> None:
    answer = sheaf(tmp_path / "data", "migrate", SHEAF_PORT="many")
    assert (answer.code, answer.error) == (output.INPUT_FAILED, "bad_settings")
    assert "SHEAF_PORT" in answer.lines[0]["error"]["message"]


def test_a_folder_that_is_none_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    answer = sheaf(tmp_path / "file" / "data", "migrate")
    assert (answer.code, answer.error) == (output.INPUT_FAILED, "bad_request")
    assert "file" in answer.lines[0]["error"]["message"]


def test_a_password_that_cannot_be_read_is_not_quoted(tmp_path: Path) -> None:
    (tmp_path / "password").write_bytes(b"secret\xe9word\n")
    answer = sheaf(tmp_path / "data", "read", "x.pdf", "--password-file", str(tmp_path / "password"))
    assert (answer.code, answer.error) == (output.INPUT_FAILED, "bad_request")
    message = answer.lines[0]["error"]["message"] + answer.stderr
    assert "UTF-8" in message
    assert "xe9" not in message
    assert "secret" not in message


def test_what_nobody_foresaw_is_ours(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    def broken() -> None:
        raise ZeroDivisionError("a bug")

    monkeypatch.setattr("cli.roles.stopped_by_signal", broken)
    monkeypatch.setattr("cli.roles.is_shared", lambda url: True)
    monkeypatch.setattr("sys.argv", ["sheaf", "worker", "--json"])
    with pytest.raises(SystemExit) as ended:
        app.run()
    assert ended.value.code == output.OUR_FAULT
    printed = capsys.readouterr().out
    assert '"internal"' in printed
    assert "a bug" not in printed
    (record,) = caplog.records
    assert record.exc_info
    assert str(record.args[1]) in printed  # type: ignore[index]  # the support code leads to the log


class Stranger(BaseHTTPRequestHandler):
    """Answers that it lives, and nothing that can be understood after that."""

    def do_GET(self) -> None:
        if "drop" in self.path:
            self.close_connection = True
            return
        self.send_response(200)
        self.end_headers()
        self.wfile.write(b"<html>hello</html>")

    def log_message(self, *_: object) -> None:
        pass


@contextmanager
def stranger() -> Iterator[str]:
    with HTTPServer(("127.0.0.1", 0), Stranger) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_port}"
        finally:
            server.shutdown()
            thread.join()


@pytest.mark.parametrize("query", ["drop", "talk"])
def test_a_backend_that_does_not_answer_is_our_fault(tmp_path: Path, query: str) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with stranger() as address, FileLock(data / "lock"):
        (data / "backend.json").write_text(f'{{"address": "{address}"}}')
        answer = sheaf(data, "search", query)
    assert (answer.code, answer.error) == (output.OUR_FAULT, "not_ready")
