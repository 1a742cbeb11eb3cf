"""A copy is of one moment, holds up nobody, and what there is is counted without being read."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from functools import partial
from typing import Any

import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts import exports
from accounts.actions.export_person import export_person
from accounts.exports import counts_of_guest, counts_of_user, export_guest, export_user
from accounts.models import AuditEntry, User
from catalog.people import CatalogKeeper
from electroports.transactions import at_one_moment
from tests.concurrency import at_once
from tests.factories import make_user
from tests.privacy.person import MARKS, fill, registered
from tests.privacy.test_commands import guest_order
from tests.privacy.test_declared import HOLDINGS


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def rows_of(copy: Mapping[str, Any]) -> dict[str, int]:
    held = {app: kinds for app, kinds in copy.items() if isinstance(kinds, Mapping)}
    return {f"{app}.{kind}": len(rows) for app, kinds in held.items() for kind, rows in kinds.items() if rows}


def names_seen(user: User, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Export a user while somebody writes: return the name that is read before that is committed, and after it."""
    seen: list[str] = []

    def look(self: CatalogKeeper, *, user: User) -> dict[str, Any]:
        seen.append(User.objects.get(pk=user.pk).first_name)
        rename = partial(User.objects.filter(pk=user.pk).update, first_name="After")
        assert at_once(rename) == [1], "the export holds up nobody"
        seen.append(User.objects.get(pk=user.pk).first_name)
        return {}

    monkeypatch.setattr(CatalogKeeper, "export", look)
    export_user(user=user, at=timezone.now())
    return seen


@pytest.mark.django_db(transaction=True)
def test_a_copy_is_as_of_one_moment_and_holds_up_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user(first_name="Before")

    assert names_seen(user, monkeypatch) == ["Before", "Before"]

    assert User.objects.get(pk=user.pk).first_name == "After"


@pytest.mark.django_db(transaction=True)
def test_control_each_query_by_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(exports, "at_one_moment", nullcontext)
    user = make_user(first_name="Before")

    assert names_seen(user, monkeypatch) == ["Before", "After"]


@pytest.mark.django_db(transaction=True)
def test_transactions_after_a_copy_are_as_before() -> None:
    user = make_user()
    export_user(user=user, at=timezone.now())

    with CaptureQueriesContext(connection) as queries, transaction.atomic():
        User.objects.filter(pk=user.pk).update(first_name="Zawadi")

    assert User.objects.get(pk=user.pk).first_name == "Zawadi"
    begun = [row["sql"] for row in queries.captured_queries if row["sql"].startswith("BEGIN")]
    assert begun == ["BEGIN IMMEDIATE" if connection.vendor == "sqlite" else "BEGIN"]


@pytest.mark.django_db
def test_inside_a_transaction_nothing_is_changed() -> None:
    user = make_user()

    with at_one_moment():
        assert User.objects.filter(pk=user.pk).update(first_name="Zawadi") == 1


@pytest.mark.django_db
def test_what_is_counted_is_what_a_copy_would_have() -> None:
    user, client = registered()
    fill(user, client)
    guest_order()
    at = timezone.now()

    assert counts_of_user(user) == rows_of(export_user(user=user, at=at))
    assert counts_of_guest(MARKS["e-mail"]) == rows_of(export_guest(email=MARKS["e-mail"], at=at))
    assert counts_of_user(user)["orders.order"] > 0
    assert counts_of_guest(MARKS["e-mail"].upper())["orders.order"] == 1


@pytest.mark.django_db
def test_what_is_counted_is_not_read() -> None:
    user, client = registered()
    fill(user, client)

    with CaptureQueriesContext(connection) as queries:
        counts_of_user(user)

    sql = [row["sql"] for row in queries.captured_queries]
    kinds = [holding.model for holding in HOLDINGS if holding.exported]
    # Beside the counts: the references by which what providers sent is found, whichever app has it.
    others = [text for text in sql if not text.startswith("SELECT COUNT(")]
    assert len(sql) - len(others) == len(kinds)
    assert [text for text in others if "reference" not in text and "orders_providermessage" not in text] == []


@pytest.mark.django_db
@pytest.mark.parametrize("is_by_staff", [True, False])
def test_every_copy_for_somebody_else_is_in_the_trail(is_by_staff: bool) -> None:
    user, staff = make_user(), make_user(is_staff=True) if is_by_staff else None
    at = timezone.now()

    export_person(user=user, acting_user=staff, reason="By letter.", at=at)
    export_person(user=None, guest_email="guest@example.com", acting_user=staff, at=at)

    of_user, of_guest = AuditEntry.objects.order_by("pk")
    assert (of_user.action, of_user.person_id, of_user.user_id) == ("exported", user.pk, staff and staff.pk)
    assert of_user.message == f"Everything about user {user.pk}: By letter."
    assert (of_guest.action, of_guest.model, of_guest.object_id) == ("exported", "accounts.user", "")
    assert of_guest.message == "Everything about a guest."
