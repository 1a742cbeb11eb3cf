"""Fixtures of the tests of the catalogue."""

from __future__ import annotations

import threading

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from catalog.models import Product
from catalog.revision import ear
from electroports.broadcast import Ear, Moment
from tests.catalog.events import OPENING, StoppedClock
from tests.catalog.reviewing import staff_with
from tests.factories import make_product, make_user
from tests.staff import client_of


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> StoppedClock:
    """The shop's clock, which stands at its opening until the test moves it."""
    return StoppedClock(monkeypatch, OPENING)


@pytest.fixture
def customer() -> User:
    """Somebody with an account."""
    return make_user(first_name="Wanjiku", last_name="Kamau")


@pytest.fixture
def client(customer: User) -> APIClient:
    """The customer, signed in."""
    return client_of(customer)


@pytest.fixture
def product() -> Product:
    """A charger in the shop window."""
    return make_product(slug="charger")


@pytest.fixture
def author() -> User:
    """Who writes reviews."""
    return make_user(first_name="Wanjiku", last_name="Kamau")


@pytest.fixture
def writer(author: User) -> APIClient:
    """The author, signed in."""
    return client_of(author)


@pytest.fixture
def moderator() -> APIClient:
    """A member of staff who moderates reviews."""
    return staff_with("view_review", "moderate_review")


@pytest.fixture
def alone(transactional_db: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let this process hear as in production on SQLite, and as one that never hears on PostgreSQL."""
    monkeypatch.setattr(Ear, "always_ask", False)
    monkeypatch.setattr(Ear, "_start_listening", lambda self: None)
    monkeypatch.setattr(ear, "_moment", Moment(0, -1))
    monkeypatch.setattr(ear, "_local", threading.local())
