"""The pages of the back office, sorted by what they are: a model's standard pages, a page of its own, the site's."""

from __future__ import annotations

from functools import cache
from typing import Any, NamedTuple

from django.contrib import admin

from tests.security.resolver import routes

STANDARD = ("", "add/", "{object_id}/history/", "{object_id}/delete/", "{object_id}/change/", "{object_id}/")


class Page(NamedTuple):
    """A page of one model that Django's admin does not have by itself."""

    model: str  # as the address has it: orders/order
    rest: str  # what follows in the address: {object_id}/ship/


@cache
def models() -> dict[str, Any]:
    """Every model that the back office shows, by how its addresses begin."""
    return {f"{model._meta.app_label}/{model._meta.model_name}": model for model in admin.site._registry}


@cache
def sorted_routes() -> tuple[list[str], list[Page], list[str]]:
    """Return the standard pages, the pages of models' own, and those of the site."""
    standard, own, site = [], [], []
    for route in routes():
        if not route.path.startswith("/admin/"):
            continue
        model, _, rest = route.path.removeprefix("/admin/").partition("/")
        name, _, rest = rest.partition("/")
        model = f"{model}/{name}"
        if model not in models():
            site.append(route.path)
        elif rest in STANDARD:
            standard.append(route.path)
        else:
            own.append(Page(model, rest))
    return standard, list(dict.fromkeys(own)), site
