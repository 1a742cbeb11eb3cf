"""The documentation page: everything that it needs comes from here, and nothing of it is inline."""

from __future__ import annotations

from html.parser import HTMLParser
from typing import Any
from urllib.parse import urlsplit

import pytest
from django.contrib.staticfiles import finders
from rest_framework.test import APIClient


class Page(HTMLParser):
    """What a page loads, and what it has inline."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.loaded: list[str] = []
        self.inline: list[str] = []
        self._within = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        named = dict(attrs)
        self._within = tag
        self.loaded += [value for name, value in attrs if name in ("src", "href") and value]
        self.inline += [f"{tag} {name}" for name in named if name.startswith("on") or name == "style"]

    def handle_endtag(self, tag: str) -> None:
        self._within = ""

    def handle_data(self, data: str) -> None:
        if self._within in ("script", "style") and data.strip():
            self.inline.append(f"{self._within}: {data.strip()[:80]}")


@pytest.fixture(autouse=True)
def unhashed_static_files(settings: Any) -> None:
    plain = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": plain}


def test_the_page_has_nothing_inline_and_loads_what_is_here(api: APIClient) -> None:
    response = api.get("/api/docs")
    page = Page(response.content.decode())

    assert response["Content-Type"].startswith("text/html")
    assert page.inline == []
    assert len(page.loaded) == 5
    for url in page.loaded:
        parts = urlsplit(url)
        assert (parts.scheme, parts.netloc) == ("", ""), url
        if parts.path.startswith("/static/"):
            assert finders.find(parts.path.removeprefix("/static/")), url
        else:
            assert url == "/api/docs?script="


def test_the_script_reads_the_document_from_here(api: APIClient) -> None:
    response = api.get("/api/docs?script=")

    script = response.content.decode()
    assert response["Content-Type"].startswith("application/javascript")
    assert '"/api/schema"' in script
    assert "http://" not in script
    assert "https://" not in script


@pytest.mark.parametrize("path", ["/api/docs", "/api/docs?script="])
def test_the_policy_allows_this_host_alone(api: APIClient, path: str) -> None:
    policy = api.get(path)["Content-Security-Policy"]

    assert "default-src 'self'" in policy
    assert "unsafe" not in policy
    assert "http" not in policy


@pytest.mark.parametrize("query", ["?lang=%3Cscript%3Ealert(1)", "?version=%22onload=%22x", "?x=%FF%00", "?%3Cb%3E"])
def test_the_query_cannot_write_into_the_page(api: APIClient, query: str) -> None:
    page = Page(api.get(f"/api/docs{query}").content.decode())

    assert page.inline == []
    assert len(page.loaded) == 5


def test_the_page_is_only_read(api: APIClient) -> None:
    response = api.options("/api/docs")

    assert response.status_code == 405
    assert response["Allow"] == "GET, HEAD"
    assert response.json()["code"] == "method_not_allowed"
