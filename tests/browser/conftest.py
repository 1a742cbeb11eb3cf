"""A real Chromium, where one is installed, that notes everything that goes wrong on a page."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, ConsoleMessage, Page, Request, Response, sync_playwright

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
MISSING = "no Chromium is installed here (on Debian: apt-get install chromium)"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Leave the browser tests out where there is no browser."""
    if CHROMIUM is None:
        for item in items:
            if item.get_closest_marker("browser"):
                item.add_marker(pytest.mark.skip(reason=MISSING))


def pytest_terminal_summary(terminalreporter: Any) -> None:
    """Say that the browser tests were left out, whatever the verbosity."""
    if CHROMIUM is None:
        terminalreporter.write_line(f"Browser tests skipped: {MISSING}.", yellow=True)


class Watched:
    """A page, and all that went wrong on it: errors in the console, failed requests, requests to other hosts."""

    def __init__(self, page: Page, home: str) -> None:
        self.page = page
        self.home = home
        self.wrongs: list[str] = []
        page.on("console", self._hear)
        page.on("pageerror", lambda error: self.wrongs.append(f"error on {page.url}: {error}"))
        page.on("request", self._see_request)
        page.on("response", self._see_response)

    def open(self, path: str) -> None:
        """Go to a page of the shop; it must answer 200 and be without fault."""
        response = self.page.goto(self.home + path)
        assert response is not None
        assert response.status == 200, (path, response.status)
        self.check()

    def check(self) -> None:
        """Let the page's scripts settle; fail with whatever went wrong since the last check."""
        self.page.evaluate("() => new Promise(done => requestAnimationFrame(() => setTimeout(done)))")
        wrongs, self.wrongs = self.wrongs, []
        assert wrongs == []

    def _hear(self, message: ConsoleMessage) -> None:
        if message.type == "error":
            self.wrongs.append(f"console of {self.page.url}: {message.text}")

    def _see_request(self, request: Request) -> None:
        if request.url.startswith("data:"):
            return
        if urlsplit(request.url).netloc != urlsplit(self.home).netloc:
            self.wrongs.append(f"{self.page.url} asks {request.url}")

    def _see_response(self, response: Response) -> None:
        if response.status >= 400:
            self.wrongs.append(f"{self.page.url} got {response.status} from {response.url}")


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium. Playwright keeps an event loop in this thread, in which Django would refuse to use the database."""
    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setitem(os.environ, "DJANGO_ALLOW_ASYNC_UNSAFE", "1")
        chromium = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield chromium
        chromium.close()


@pytest.fixture
def watched(browser: Browser, live_server: Any, settings: Any) -> Iterator[Watched]:
    """A new page that looks at the shop, served over plain HTTP from unhashed files."""
    settings.STORAGES = {
        **settings.STORAGES,
        "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
    }
    settings.SESSION_COOKIE_SECURE = settings.CSRF_COOKIE_SECURE = False
    settings.STAFF_SECOND_FACTOR = False  # it has tests of its own
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    page = context.new_page()
    page.set_default_timeout(15_000)
    yield Watched(page, live_server.url)
    context.close()
