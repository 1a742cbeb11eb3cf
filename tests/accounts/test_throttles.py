"""Which calls of this app are limited, and under which name."""

from __future__ import annotations

import pytest
from rest_framework.test import APIClient

from electroports.throttling import ScopedThrottle
from tests.accounts.calls import refused


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("register", "register"),
        ("login", "login"),
        ("token/refresh", "token"),
        ("logout", "default"),
        ("login/google", "login"),
        ("login/apple", "login"),
        ("login/code", "codes"),
        ("login/code/confirm", "login"),
    ],
)
def test_a_guest_is_limited_by_address(api: APIClient, path: str, scope: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {**ScopedThrottle.THROTTLE_RATES, scope: "2/min"})
    url = f"/api/users/{path}"
    for _ in range(2):
        refused(api.post(url, {}), 400, "invalid")

    response = api.post(url, {}, headers={"X-Forwarded-For": "203.0.113.7"})

    refused(response, 429, "throttled")
    assert 0 < int(response["Retry-After"]) <= 60
