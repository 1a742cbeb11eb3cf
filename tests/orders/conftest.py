"""Fixtures of the tests of orders."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from rest_framework.test import APIClient

from accounts.models import User
from tests.factories import make_user
from tests.orders import assert_invariants, client_of


@pytest.fixture
def shopper(db: None) -> User:
    return make_user(first_name="Wanjiku", last_name="Kamau", phone="+254712345678")


@pytest.fixture
def client(shopper: User) -> APIClient:
    """The shopper, signed in."""
    return client_of(shopper)


@pytest.fixture(autouse=True)
def invariants_hold(request: pytest.FixtureRequest) -> Iterator[None]:
    """After every test that touches the database the invariants hold."""
    uses_database = request.node.get_closest_marker("django_db") or "db" in request.fixturenames
    if uses_database:
        request.getfixturevalue("transactional_db" if "transactional_db" in request.fixturenames else "db")
    yield
    if uses_database:
        assert_invariants()
