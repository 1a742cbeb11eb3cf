"""What the tests of carts say to the API."""

from __future__ import annotations

from typing import Any

from rest_framework.test import APIClient

from orders.models import Cart, CartLine


def put(client: APIClient, *, token: str | None = None, headers: dict[str, str] | None = None, **body: Any) -> Any:
    """The response to putting something into the cart; one unless told otherwise."""
    sent = {**(headers or {}), **({"X-Cart-Token": token} if token else {})}
    return client.post("/api/cart/lines", {"quantity": 1, **body}, headers=sent)


def cart(client: APIClient, token: str | None = None, query: str = "") -> dict[str, Any]:
    """The cart as it is read."""
    response = client.get(f"/api/cart{query}", headers={"X-Cart-Token": token} if token else {})
    assert response.status_code == 200, response.content
    return dict(response.json())


def contents(document: dict[str, Any]) -> dict[int, int]:
    """How many of each variant."""
    return {line["variant"]: line["quantity"] for line in document["lines"]}


def codes(document: dict[str, Any]) -> list[tuple[str, int | None]]:
    """The problems, by code and line."""
    return [(problem["code"], problem["line"]) for problem in document["problems"]]


def stored() -> list[Any]:
    """All carts and lines, to show that a refusal wrote nothing."""
    return [list(model._default_manager.order_by("pk").values_list()) for model in (Cart, CartLine)]
