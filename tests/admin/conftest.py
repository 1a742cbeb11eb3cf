"""Fixtures of the back office's tests."""

from __future__ import annotations

from typing import Any

import pytest
from django.template.base import Template
from django.template.response import TemplateResponse
from django.test import Client

from accounts.models import User
from catalog.models import Product
from tests import factories


@pytest.fixture(autouse=True)
def plain_static_files(settings: Any) -> None:
    """Name static files as they are: their hashed names exist only after collectstatic."""
    storage = {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}
    settings.STORAGES = {**settings.STORAGES, "staticfiles": storage}


@pytest.fixture(autouse=True)
def password_alone(settings: Any) -> None:
    """Let staff in with a password alone: the second factor is tested by its own tests, for every page."""
    settings.STAFF_SECOND_FACTOR = False


@pytest.fixture(autouse=True)
def quick_templates(monkeypatch: pytest.MonkeyPatch) -> None:
    """Render as in production: a page here is made of hundreds of templates, each of which the test client records."""
    monkeypatch.setattr(Template, "_render", lambda template, context: template.nodelist.render(context))


@pytest.fixture
def unrendered(monkeypatch: pytest.MonkeyPatch) -> None:
    """Answer with blank pages, for tests of what a page is made of and does: its text is nearly all that it costs."""
    monkeypatch.setattr(TemplateResponse, "rendered_content", "")


@pytest.fixture
def boss(db: None) -> User:
    """An administrator."""
    return factories.make_user(is_staff=True, is_superuser=True)


@pytest.fixture
def office(boss: User) -> Client:
    """A browser in which the administrator is signed in."""
    client = Client()
    client.force_login(boss)
    return client


@pytest.fixture
def product(db: None) -> Product:
    return factories.make_product(name="Nano II 65W", slug="nano-ii-65w", specs=[["Power", "65 W"], ["Ports", "1"]])
