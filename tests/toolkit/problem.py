"""What every refusal looks like."""

from __future__ import annotations

from typing import Any

MEMBERS = {"type", "title", "status", "detail", "instance", "code", "request_id", "errors"}


def problem_in(response: Any, status: int, code: str) -> dict[str, Any]:
    """The problem document in a response, which has that status and code and everything that a problem has."""
    assert response.status_code == status, (response.status_code, response.content[:500])
    assert response["Content-Type"] == "application/problem+json"
    assert response["Cache-Control"] == "no-store"
    body = dict(response.json())
    assert set(body) == MEMBERS
    assert (body["type"], body["status"], body["code"]) == ("about:blank", status, code)
    assert body["title"]
    assert body["detail"]
    assert body["request_id"] == response["X-Request-ID"]
    assert all(set(error) == {"field", "code", "message"} for error in body["errors"])
    assert ("WWW-Authenticate" in response) == (status == 401)
    assert ("Retry-After" in response) == (status in (429, 503))
    return body
