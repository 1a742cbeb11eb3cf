"""Calling a row of a table, and taking back what it did."""

from __future__ import annotations

from typing import Any

from django.core.cache import cache
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from electroports import hot
from tests.security.bodies import body_of
from tests.security.objects import address_of
from tests.security.world import World


def call(world: World, caller: str, method: str, path: str, **others: Any) -> Any:
    """Return the response, undone in the database: every call finds the same shop."""
    address = address_of(world, path, **others)
    return send(world.callers[caller].api, method, address, body_of(world, method, path))


def send(client: Any, method: str, address: str, body: Any = None) -> Any:
    """Send a body as what it is, a picture, a form with a file, or JSON, and undo what came of it."""
    extra: dict[str, Any] = {"HTTP_IF_MATCH": "*"}
    if isinstance(body, bytes):
        extra["content_type"] = "image/jpeg"
    elif isinstance(body, dict) and isinstance(body.get("file"), bytes):
        body = {**body, "file": SimpleUploadedFile("a.jpg", body["file"], "image/jpeg")}
        extra["format"] = "multipart"
    cache.clear()
    hot.store.clear()
    with transaction.atomic():
        known = getattr(client, method.lower(), None)
        response = known(address, body, **extra) if known else client.generic(method, address, **extra)
        transaction.set_rollback(True)
    return response
