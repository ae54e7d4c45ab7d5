"""The service itself: is it alive, is it ready, do its stores agree. Comparing the stores is left to workers.check."""

from __future__ import annotations

from importlib.metadata import version

from fastapi import APIRouter, Response
from sqlalchemy import func, select

from api import schemas
from api.auth import authorize
from api.dependencies import ActorDep, WorkDep
from storage.generations import current_generation
from storage.tables import Step
from workers.check import check
from workers.work import Work

router = APIRouter(tags=["service"])


@router.get("/health")
def health(actor: ActorDep) -> schemas.Health:
    """Whether the process answers."""
    authorize(actor, "read", "service")
    return schemas.Health(status="ok", version=version("sheaf"))


@router.get("/ready", responses={503: {"model": schemas.Ready}})
def ready(work: WorkDep, actor: ActorDep, response: Response) -> schemas.Ready:
    """Whether the stores answer, and how much work is open."""
    authorize(actor, "read", "service")
    checks = {name: _tried(probe, work) for name, probe in _PROBES.items()}
    good = all(answer == "ok" for answer in checks.values())
    response.status_code = 200 if good else 503
    open_steps: dict[str, int] = {}
    if checks["database"] == "ok":
        with work.stores.database.read() as session:
            counted = select(Step.stage, func.count()).where(Step.status.in_(("waiting", "running")))
            open_steps = dict(session.execute(counted.group_by(Step.stage)).all())
    return schemas.Ready(status="ready" if good else "not ready", checks=checks, work=open_steps)


@router.post("/check")
def check_stores(work: WorkDep, actor: ActorDep, repair: bool = False) -> schemas.CheckResult:
    """Compare database, objects and vectors; `repair` mends what can be mended."""
    authorize(actor, "operate", "stores")
    return schemas.CheckResult(**check(work, repair))


def _database(work: Work) -> None:
    work.stores.database.ping()


def _objects(work: Work) -> None:
    work.stores.objects.exists("ready")


def _index(work: Work) -> None:
    with work.stores.database.read() as session:
        work.stores.index.collection(current_generation(session).collection).count()


_PROBES = {"database": _database, "objects": _objects, "index": _index}


def _tried(probe: object, work: Work) -> str:
    try:
        probe(work)  # type: ignore[operator]
    except Exception as error:
        return f"{type(error).__name__}: {error}"
    return "ok"
