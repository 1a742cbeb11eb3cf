"""The routes of the shop as Django's URL resolver has them, whoever added them."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from functools import cache
from typing import Any, NamedTuple

from django.urls import URLPattern, URLResolver, get_resolver

ANY = ("GET", "POST")  # what a page without a list of its own takes
METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE")
# Views that are functions say nowhere what they take.
FUNCTIONS = {
    "/": ("GET",),
    "/healthz": ("GET",),
    "/readyz": ("GET",),
    "/media/{path}": ("GET",),
    "/marketing/stop/{token}": ("GET", "POST"),
    "/notices/unsubscribe/{token}": ("GET", "POST"),
}


class Route(NamedTuple):
    """One pattern of the resolver."""

    path: str  # as OpenAPI writes it: /api/orders/{id}
    methods: tuple[str, ...]
    name: str | None
    view: Any


@cache
def routes() -> list[Route]:
    """Every route, in the order in which the resolver tries them."""
    return list(walk(get_resolver().url_patterns))


def walk(patterns: Iterable[URLPattern | URLResolver], prefix: str = "/") -> Iterator[Route]:
    for pattern in patterns:
        path = prefix + str(pattern.pattern)
        if isinstance(pattern, URLResolver):
            yield from walk(pattern.url_patterns, path)
        else:
            template = as_template(path)
            yield Route(template, methods_of(template, pattern.callback), pattern.name, pattern.callback)


def as_template(path: str) -> str:
    """Return a path with its regular expressions and converters as {name}."""
    path = re.sub(r"\(\?P<(\w+)>(?:[^()]|\([^()]*\))*\)", r"{\1}", path)
    path = re.sub(r"<(?:\w+:)?(\w+)>", r"{\1}", path)
    path = re.sub(r"\(\?:[^()]*(?:\[[^\]]*\])*[^()]*\)\?", "{path}", path)
    return path.replace("^", "").replace("$", "").replace("\\", "")


def methods_of(path: str, view: Any) -> tuple[str, ...]:
    """Return the methods that a view takes; HEAD goes with GET, and OPTIONS is everywhere."""
    actions = getattr(view, "actions", None)
    if actions:
        return tuple(method for method in METHODS if method.lower() in actions)
    found = getattr(view, "cls", None) or getattr(view, "view_class", None)
    if found is not None and not path.startswith("/admin/"):
        allowed = {name.upper() for name in found.http_method_names}
        return tuple(method for method in METHODS if hasattr(found, method.lower()) and method in allowed)
    if path.startswith("/payments/"):
        return ("POST",)
    return FUNCTIONS.get(path, ANY)
