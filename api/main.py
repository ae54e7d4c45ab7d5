"""Puts the application together: routers, guard, errors.

Opening the stores and starting workers is left to backend.py.
"""

from __future__ import annotations

import logging
from importlib.metadata import version

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from fastapi.telemetry import TelemetryConfig
from starlette.exceptions import HTTPException
from starlette.middleware.cors import CORSMiddleware

from api import schemas
from api.guard import LOOPBACK, Guard, origin_of
from api.routes import (
    batches,
    documents,
    export,
    findings,
    pages,
    pictures,
    readings,
    reviews,
    search,
    searchable,
    service,
    tables,
    vocabulary,
)
from errors import SheafError, unexpected
from storage.stores import AWAY
from workers.work import Work

log = logging.getLogger(__name__)

#: FastAPI can report requests, bodies and errors to a collector that the environment names; nothing leaves this house.
SILENT: TelemetryConfig = {
    "tracing": False,
    "metrics": False,
    "logs": False,
    "operation_spans": False,
    "auto_configure": False,
}

#: Bytes of a request; files have a limit of their own (SHEAF_MAX_FILE_MB).
LARGEST_BODY = 1 << 20

ROUTERS = (
    documents,
    searchable,
    tables,
    pages,
    readings,
    pictures,
    batches,
    findings,
    reviews,
    search,
    export,
    vocabulary,
    service,
)


def create_app(work: Work | None = None) -> FastAPI:
    """The API over some work; without any it can only describe itself (OpenAPI)."""
    app = FastAPI(
        title="Sheaf",
        version=version("sheaf"),
        description="Documents in, facts out. Every answer has `schema`: 1; every error a code, a message and advice.",
        openapi_url="/api/v1/openapi.json",
        telemetry=SILENT,
        max_body_size=LARGEST_BODY,
        responses={
            "default": {"model": schemas.Problem, "description": "What went wrong, and what to do"},
            412: {"model": schemas.Conflict, "description": "Someone was faster; what it is now"},
        },
    )
    app.state.work = work
    for module in ROUTERS:
        app.include_router(module.router, prefix="/api/v1")
    pages = [origin_of(host, work.settings.sheaf_page_port) for host in LOOPBACK] if work else []
    trusted = work.settings.trusted_hosts() if work else ()
    app.add_middleware(
        CORSMiddleware,
        allow_origins=pages,  # the page has a port of its own on a laptop; behind a proxy both have one address
        allow_methods=["GET", "POST", "PUT", "DELETE"],
        allow_headers=["If-Match", "If-None-Match", "X-Sheaf-Actor"],
        expose_headers=["ETag", "Location"],
    )
    app.add_middleware(Guard, hosts=(*LOOPBACK, *trusted), origins=pages)
    app.add_exception_handler(SheafError, _known_error)
    app.add_exception_handler(RequestValidationError, _invalid_request)
    app.add_exception_handler(HTTPException, _http_error)
    for away in AWAY:
        app.add_exception_handler(away, _away)
    app.add_exception_handler(Exception, _unknown_error)
    return app


def problem(error: SheafError) -> JSONResponse:
    told = {"title": error.message, "status": error.kind.status, **error.as_json()}
    current = error.details.get("current")
    body = schemas.Conflict(**told, current=current) if current else schemas.Problem(**told)
    return JSONResponse(
        body.model_dump(by_alias=True), status_code=error.kind.status, media_type="application/problem+json"
    )


async def _known_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, SheafError)
    return problem(error)


async def _invalid_request(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, RequestValidationError)
    # Where and what, never the input itself: it may hold a password.
    said = "; ".join(f"{'.'.join(map(str, line['loc']))}: {line['msg']}" for line in error.errors())
    return problem(SheafError("bad_request", detail=said))


async def _http_error(request: Request, error: Exception) -> JSONResponse:
    assert isinstance(error, HTTPException)
    if error.status_code == 404:
        return problem(SheafError("not_found", thing="address", id=request.url.path))
    body = schemas.Problem(
        title=str(error.detail),
        status=error.status_code,
        **SheafError("bad_request", detail=error.detail).as_json(),
    )
    return JSONResponse(
        body.model_dump(by_alias=True), status_code=error.status_code, media_type="application/problem+json"
    )


async def _away(request: Request, error: Exception) -> JSONResponse:
    log.warning("%s %s: %s", request.method, request.url.path, error)
    return problem(SheafError("not_ready", detail="one of its servers is away"))


async def _unknown_error(request: Request, error: Exception) -> JSONResponse:
    return problem(unexpected(error, f"{request.method} {request.url.path}"))
