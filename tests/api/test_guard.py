"""Other web pages stay out, errors have one shape, and every route asks whether the caller may."""

from __future__ import annotations

import inspect
from collections.abc import Iterator
from dataclasses import replace
from typing import cast

import httpx
import pytest
from fastapi.routing import APIRoute
from starlette.testclient import TestClient
from uvicorn.middleware.proxy_headers import ProxyHeadersMiddleware

from api.backend import refuse_exposed
from api.guard import origin_of
from api.main import ROUTERS, create_app
from errors import SheafError
from settings import Settings
from workers.work import Work

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


def test_pictures_load_at_the_page_and_its_scripts_may_read_them(client: httpx.Client) -> None:
    """The page may stand at 127.0.0.1 and the API at localhost: two sites to a browser."""
    token = "/api/v1/pictures/unsigned"
    shown = {"Host": "localhost:8000", "Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"}
    assert client.get(token, headers=shown).json()["code"] == "address_expired"
    assert client.post(token, headers=shown).json()["code"] == "foreign_origin"
    assert client.get(f"{V1}/documents", headers=shown).json()["code"] == "foreign_origin"
    page = {"Host": "localhost:8000", "Origin": "http://localhost:8501", "Sec-Fetch-Site": "same-site"}
    answer = client.get(token, headers=page)
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8501"
    assert "access-control-allow-origin" not in client.get(token, headers=shown).headers
    elsewhere = client.get(token, headers={**page, "Origin": "http://evil.example"})
    assert elsewhere.json()["code"] == "foreign_origin"
    assert "access-control-allow-origin" not in elsewhere.headers


def test_a_browser_may_ask_first(client: httpx.Client) -> None:
    asking = {"Access-Control-Request-Method": "POST", "Access-Control-Request-Headers": "if-match"}
    page = {"Host": "localhost:8000", "Origin": "http://localhost:8501", "Sec-Fetch-Site": "same-site"}
    answer = client.options(f"{V1}/entities/x/accept", headers={**asking, **page})
    assert answer.status_code == 200
    assert answer.headers["access-control-allow-origin"] == "http://localhost:8501"
    foreign = client.options(f"{V1}/entities/x/accept", headers={**asking, **page, "Origin": "http://evil.example"})
    assert foreign.status_code == 403


@pytest.fixture(scope="module")
def proxied(work: Work) -> Iterator[httpx.Client]:
    """The API under two more names, behind uvicorn's reading of what a proxy on this machine says."""
    named = replace(work, settings=work.settings.model_copy(update={"sheaf_trusted_hosts": "api, Docs.example.org"}))
    app = ProxyHeadersMiddleware(create_app(named), trusted_hosts="127.0.0.1")  # type: ignore[arg-type]
    with TestClient(app, base_url="http://api", client=("127.0.0.1", 5000)) as client:  # type: ignore[arg-type]
        yield cast(httpx.Client, client)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Host": "api:8000"}, 201),
        ({"Host": "docs.example.org"}, 201),
        ({"Host": "docs.example.org.evil.example"}, 403),
        ({"Host": "docs.example.org", "Origin": "https://docs.example.org", "X-Forwarded-Proto": "https"}, 201),
        ({"Host": "docs.example.org", "Origin": "http://docs.example.org"}, 201),
        ({"Host": "docs.example.org", "Origin": "https://docs.example.org"}, 403),
        ({"Host": "docs.example.org", "Origin": "http://docs.example.org:8501"}, 403),
        ({"Host": "docs.example.org", "Origin": "https://other.example.org", "X-Forwarded-Proto": "https"}, 403),
    ],
)
def test_trusted_names_are_answered_at_their_own_address(
    proxied: httpx.Client, headers: dict[str, str], status: int
) -> None:
    assert proxied.post(f"{V1}/batches", json={"name": "by a proxy"}, headers=headers).status_code == status


def test_a_lump_is_refused_unread(client: httpx.Client) -> None:
    answer = client.post(f"{V1}/batches", content=b'{"name": "' + bytes(2 << 20) + b'"}')
    assert answer.status_code == 413
    file = client.post(f"{V1}/documents", files={"file": ("lump.bin", bytes(2 << 20))})
    assert file.json()["code"] == "unsupported_type"


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
        helpers = [name for name in ("change_document", "_decide", "_add", "_rows") if f"{name}(" in source]
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
        refuse_exposed(Settings(_env_file=None, sheaf_host=host))
    assert refused.value.code == "bad_settings"
