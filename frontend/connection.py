"""How the API is reached: requests, refusals, nobody there, browsers. Routes are left to api_client.py."""

from __future__ import annotations

from typing import Any, Self
from urllib.parse import urlsplit

import httpx

from frontend.shapes import Problem

#: Seconds for an ordinary answer.
PATIENCE = 10.0

#: What a balancer answers for an API that is not there, and the API where its database is not: all of it will pass.
NOT_NOW = (502, 503, 504)


class ApiError(Exception):
    """The API refused, and says why and what to do."""

    def __init__(self, problem: Problem, status: int) -> None:
        super().__init__(problem.message)
        self.problem = problem
        self.status = status


class Away(Exception):
    """The API does not answer at all; trying again later is right."""


class Connection:
    """One API, asked in one name. `http` is an httpx.Client with a base address, or behaves like one (a TestClient).

    Every method raises ApiError for a refusal and Away when nobody answers.
    """

    def __init__(self, http: httpx.Client, actor: str = "", public_address: str | None = None) -> None:
        self._http = http
        self._headers = {"X-Sheaf-Actor": actor.encode()} if actor else {}
        self._public_address = public_address
        self.address = str(http.base_url).rstrip("/")

    def known_as(self, actor: str) -> Self:
        """The same API, asked in another name."""
        return type(self)(self._http, actor, self._public_address)

    def public(self, page_address: str | None) -> str:
        """What a browser puts before the API's paths: as configured, else the API's port at the host it sees us at.

        To a browser localhost and 127.0.0.1 are two sites, so the name that the person used is kept.
        """
        if self._public_address is not None:
            return self._public_address.rstrip("/")
        api, page = urlsplit(self.address), urlsplit(page_address or self.address)
        host = f"[{page.hostname}]" if ":" in (page.hostname or "") else page.hostname
        return f"{api.scheme}://{host}" + (f":{api.port}" if api.port else "")

    def json(self, method: str, path: str, **request: Any) -> Any:
        return self.request(method, path, **request).json()

    def request(
        self,
        method: str,
        path: str,
        headers: dict[str, str | bytes] | None = None,
        timeout: float = PATIENCE,
        **request: Any,
    ) -> httpx.Response:
        headers = {**self._headers, **(headers or {})}
        try:
            answer = self._http.request(method, f"/api/v1{path}", headers=headers, timeout=timeout, **request)
        except (httpx.TransportError, OSError) as error:
            raise Away(str(error)) from None
        if answer.is_success:
            return answer
        if answer.status_code in NOT_NOW:
            raise Away(_problem(answer).message)
        raise ApiError(_problem(answer), answer.status_code)


def _problem(answer: httpx.Response) -> Problem:
    try:
        return Problem.model_validate(answer.json())
    except ValueError:  # something between us and the API answered
        return Problem(
            code=f"http_{answer.status_code}",
            message="The answer was not understood.",
            advice="Check that SHEAF_API_URL is the address of Sheaf's API.",
        )
