"""Whether the process is alive, and whether it is ready to serve."""

import logging
from collections.abc import Callable

from django.core.cache import DEFAULT_CACHE_ALIAS, caches
from django.db import DEFAULT_DB_ALIAS, connections
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse

from electroports.caching import ForgivingRedisCache
from electroports.private import keep_out_of_caches
from electroports.problems import method_not_allowed
from electroports.rendering import dump_json

logger = logging.getLogger(__name__)

SAFE = ("GET", "HEAD")

_migrated: set[str] = set()


def check_database() -> None:
    """Raise if the database does not answer."""
    with connections[DEFAULT_DB_ALIAS].cursor() as cursor:
        cursor.execute("SELECT 1")


def check_migrations() -> None:
    """Raise if the database lacks a migration of this code. Once complete it is not asked again."""
    if DEFAULT_DB_ALIAS in _migrated:
        return
    executor = MigrationExecutor(connections[DEFAULT_DB_ALIAS])
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise RuntimeError("migrations are missing")
    _migrated.add(DEFAULT_DB_ALIAS)


def check_cache() -> None:
    """Raise if the shared cache does not answer. The shop runs without it, more slowly."""
    backend: object = caches[DEFAULT_CACHE_ALIAS]
    if isinstance(backend, ForgivingRedisCache) and not backend.ping():
        raise ConnectionError("Redis does not answer")


ESSENTIAL: dict[str, Callable[[], None]] = {"database": check_database, "migrations": check_migrations}
HELPFUL: dict[str, Callable[[], None]] = {"cache": check_cache}


def healthz(request: HttpRequest) -> HttpResponse:
    """Answer 200 while the process can answer at all."""
    if request.method not in SAFE:
        return method_not_allowed(request, SAFE)
    return keep_out_of_caches(HttpResponse(b'{"status":"ok"}', content_type="application/json"))


def readyz(request: HttpRequest) -> HttpResponse:
    """Answer 200 when requests can be served, 503 when something essential is missing; each check by name."""
    if request.method not in SAFE:
        return method_not_allowed(request, SAFE)
    checks: dict[str, str] = {}
    ready = True
    for name, check in {**ESSENTIAL, **HELPFUL}.items():
        try:
            check()
            checks[name] = "ok"
        except Exception:
            logger.exception("readiness check failed", extra={"facts": {"check": name}})
            checks[name] = "failed"
            ready = ready and name in HELPFUL
    body = dump_json({"status": "ready" if ready else "not_ready", "checks": checks})
    response = HttpResponse(body, status=200 if ready else 503, content_type="application/json")
    return keep_out_of_caches(response)
