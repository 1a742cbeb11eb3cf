"""What the tests of the lists of products ask."""

from __future__ import annotations

from rest_framework.test import APIClient


def names(api: APIClient, query: str, path: str = "/api/products") -> list[str]:
    response = api.get(f"{path}?{query}")
    assert response.status_code == 200, (query, response.content)
    body = response.json()
    assert body["count"] == len(body["results"])
    return [row["name"] for row in body["results"]]


def refused_fields(api: APIClient, url: str) -> list[tuple[str, str]]:
    response = api.get(url)
    assert (response.status_code, response["Content-Type"]) == (400, "application/problem+json"), url
    assert response.json()["code"] == "invalid"
    return [(error["field"], error["code"]) for error in response.json()["errors"]]
