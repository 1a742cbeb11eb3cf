"""What the tests of this app say to the API."""

from __future__ import annotations

from typing import Any

from django.db.models import Model
from rest_framework.test import APIClient

from accounts.models import Session, User
from tests.factories import PASSWORD


def bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def log_in(user: User, **extra: Any) -> dict[str, Any]:
    """The body of a successful log-in."""
    response = APIClient().post("/api/users/login", {"username": user.username, "password": PASSWORD}, **extra)
    assert response.status_code == 200, response.content
    return dict(response.json())


def me(access: str) -> Any:
    return APIClient().get("/api/users/me", headers=bearer(access))


def refresh(token: str) -> Any:
    return APIClient().post("/api/users/token/refresh", {"refresh": token})


def refused(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document of a refusal."""
    assert response.status_code == status, response.content
    assert response["Content-Type"] == "application/problem+json"
    problem = dict(response.json())
    assert (problem["status"], problem["code"]) == (status, code)
    assert ("WWW-Authenticate" in response) == (status == 401)
    return problem


def field_codes(problem: dict[str, Any]) -> set[tuple[str | None, str]]:
    return {(error["field"], error["code"]) for error in problem["errors"]}


def everything() -> list[list[tuple[Any, ...]]]:
    """All that this app has written, to show that a refusal wrote nothing."""
    models: list[type[Model]] = [User, Session]
    return [list(model._default_manager.order_by("pk").values_list()) for model in models]
