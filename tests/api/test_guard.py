"""Other web pages stay out, errors have one shape, and every route asks whether the caller may."""

from __future__ import annotations

import inspect

import httpx
import pytest
from fastapi.routing import APIRoute

from api.backend import refuse_impossible
from api.guard import origin_of
from api.main import ROUTERS
from errors import SheafError
from settings import Settings

V1 = "/api/v1"


@pytest.mark.parametrize(
    "headers",
    [
        {"Host": "evil.example"},
        {"Origin": "http://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost:9999"},
        {"Origin": "http://127.0.0.1:8000", "Host": "127.0.0.1:8501"},
        {"Origin": "https://localhost:8501"},
        {"Host": "127.0.0.1.evil.example:8000"},
        {"Sec-Fetch-Site": "cross-site"},
    ],
)
def test_other_pages_are_refused(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.post(f"{V1}/batches", json={"name": "intruder"}, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "foreign_origin")


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "http://localhost:8501", "Host": "localhost:8000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://127.0.0.1:8501", "Host": "127.0.0.1:8000", "Sec-Fetch-Site": "same-site"},
        {"Origin": "http://[::1]:8501", "Host": "[::1]:8000"},
        {"Origin": "http://localhost:8000", "Host": "localhost:8000", "Sec-Fetch-Site": "same-origin"},
        {"Host": "localhost:8000"},
    ],
)
def test_our_own_pages_and_programs_are_let_in(client: httpx.Client, headers: dict[str, str]) -> None:
    answer = client.post(f"{V1}/batches", json={"name": "our own"}, headers=headers)
    assert answer.status_code == 201


@pytest.mark.parametrize(
    ("host", "port", "origin"),
    [
        ("127.0.0.1", 8000, "http://127.0.0.1:8000"),
        ("localhost", 80, "http://localhost"),
        ("::1", 8501, "http://[::1]:8501"),
    ],
)
def test_addresses_are_written_as_browsers_do(host: str, port: int, origin: str) -> None:
    assert origin_of(host, port) == origin


@pytest.mark.parametrize("path", ["/documents/nothing", "/batches/nothing", "/nowhere"])
def test_what_is_not_there_says_so(client: httpx.Client, path: str) -> None:
    problem = client.get(f"{V1}{path}").json()
    assert problem["schema"] == 1
    assert problem["code"] == "not_found"
    assert problem["message"]
    assert problem["advice"]


def test_what_cannot_be_understood_says_where(client: httpx.Client) -> None:
    problem = client.get(f"{V1}/search", params={"q": "x", "top": 0}).json()
    assert problem["code"] == "bad_request"
    assert "top" in problem["message"]


def test_every_route_asks_whether_the_caller_may() -> None:
    routes = [route for module in ROUTERS for route in module.router.routes if isinstance(route, APIRoute)]
    assert len(routes) > 30
    for route in routes:
        module = inspect.getmodule(route.endpoint)
        source = inspect.getsource(route.endpoint)
        helpers = [name for name in ("_change", "_decide", "_add", "_rows") if f"{name}(" in source]
        by_address = "signer(session).read(" in source  # whoever holds the address may
        asked = (
            by_address
            or "authorize(" in source
            or any("authorize(" in inspect.getsource(getattr(module, h)) for h in helpers)
        )
        assert asked, route.path


@pytest.mark.parametrize("host", ["0.0.0.0", "192.168.1.5", "::"])
def test_nobody_else_is_served_without_authentication(host: str) -> None:
    with pytest.raises(SheafError) as refused:
        refuse_impossible(Settings(_env_file=None, sheaf_host=host))
    assert refused.value.code == "bad_settings"
