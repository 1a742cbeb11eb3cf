"""Copies and erasure for whoever asks by letter, with an account and without."""

from __future__ import annotations

import json
from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError
from django.utils import timezone
from django_q.models import Task

from accounts.actions import erase_person as erasing
from accounts.models import AuditEntry, User
from electroports.history import CHANGE, record_change
from orders.actions.claim_orders import claim_orders
from orders.models import Order
from tests.admin.money import make_order
from tests.factories import make_product, make_user
from tests.privacy.person import CONTACT, MARKS, PLACE, client_at_home, fill, registered, texts_of_the_database, traces

pytestmark = pytest.mark.django_db

TO_BE_SENT = "accounts_accountmessage.recipient"  # the last message, deleted once it is sent


@pytest.fixture(autouse=True)
def own_folder(settings: Any, tmp_path: Any) -> None:
    settings.MEDIA_ROOT = tmp_path


def run(command: str, *arguments: str) -> str:
    out = StringIO()
    call_command(command, *arguments, stdout=out)
    return out.getvalue()


def guest_order() -> Order:
    body = {
        "items": [{"product": make_product().pk, "quantity": 1}],
        "contact": CONTACT,
        "address": PLACE,
        "note": MARKS["note"],
    }
    response = client_at_home().post("/api/orders/create", body, headers={"Idempotency-Key": "g1"})
    assert response.status_code == 201, response.content
    return Order.objects.get(number=response.json()["number"])


def test_a_copy_of_an_account() -> None:
    user, client = registered()
    fill(user, client)

    copy = json.loads(run("export_person", MARKS["e-mail"].upper()))

    assert copy["accounts"]["user"][0]["username"] == MARKS["user name"]
    assert AuditEntry.objects.filter(action="exported", message=f"Everything about user {user.pk}.").count() == 1


def test_nothing_is_erased_unless_it_is_meant() -> None:
    user, client = registered()
    fill(user, client)
    before = sorted(texts_of_the_database())

    said = run("erase_person", MARKS["user name"])

    assert "orders.order: 2" in said
    assert "Nothing was changed." in said
    assert sorted(texts_of_the_database()) == before


def test_an_account_is_erased() -> None:
    user, client = registered()
    fill(user, client)

    assert f"Erased user {user.pk}." in run("erase_person", MARKS["user name"], "--really")

    assert User.objects.get(pk=user.pk).erased_at is not None
    with pytest.raises(CommandError, match="There is no user"):
        run("erase_person", MARKS["user name"], "--really")


def test_a_guest_is_erased_by_address() -> None:
    order = guest_order()
    reason = f"{MARKS['last name']} of {MARKS['street']} rang: {MARKS['note']}"
    record_change(acting_user=make_user(is_staff=True), row=order, flag=CHANGE, message=reason, changes={})
    Task.objects.create(
        id="failed",
        name="mail",
        func="orders.tasks.send_messages",
        started=timezone.now(),
        stopped=timezone.now(),
        success=False,
        result=f"550 {MARKS['e-mail']} is unknown",
    )
    copy = json.loads(run("export_person", MARKS["e-mail"]))
    assert [row["number"] for row in copy["orders"]["order"]] == [order.number]
    with pytest.raises(CommandError, match=f"{order.number} is pending"):
        run("erase_person", MARKS["e-mail"], "--really")
    assert traces(texts_of_the_database()).keys() >= {"e-mail", "street", "note"}

    Order.objects.update(status="expired")
    run("erase_person", MARKS["e-mail"], "--really")

    assert traces(texts_of_the_database()) == {}
    assert Order.objects.get().total == order.total
    assert AuditEntry.objects.filter(model="orders.order", object_id=order.pk).count() == 1  # who, and when


def test_a_guest_with_the_address_of_an_account_that_has_not_shown_it_is_no_part_of_it() -> None:
    order = guest_order()
    user, client = registered()
    User.objects.filter(pk=user.pk).update(email_verified_at=None)

    copy = client.get("/api/users/me/export").json()
    assert client.delete("/api/users/me").status_code == 204

    assert copy["orders"]["order"] == []
    assert Order.objects.get(pk=order.pk).contact["email"] == MARKS["e-mail"]


def test_both_are_found_under_the_address_of_an_account_that_has_not_shown_it() -> None:
    """Whoever asks by letter has shown to the staff that the address is theirs."""
    order = guest_order()
    user, _ = registered()
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    Order.objects.update(status="expired")
    by_name = json.loads(run("export_person", MARKS["user name"]))
    assert "as_a_guest" not in by_name
    copy = json.loads(run("export_person", MARKS["e-mail"]))
    assert copy["accounts"]["user"][0]["id"] == user.pk
    assert [row["number"] for row in copy["as_a_guest"]["orders"]["order"]] == [order.number]
    assert "as a guest, orders.order: 1" in run("erase_person", MARKS["e-mail"])

    run("erase_person", MARKS["e-mail"], "--really")

    assert set().union(*traces(texts_of_the_database()).values()) == {TO_BE_SENT}
    assert User.objects.get(pk=user.pk).erased_at is not None
    assert Order.objects.get().contact == {}


@pytest.mark.parametrize("is_claimed", [True, False])
def test_an_account_goes_with_what_was_ordered_under_its_address(is_claimed: bool) -> None:
    order = guest_order()
    user, _ = registered()
    if is_claimed:
        claim_orders(user=user, at=timezone.now())
    Order.objects.update(status="expired")
    assert set(traces(texts_of_the_database())) >= {"e-mail", "street", "note", "phone"}

    run("erase_person", MARKS["user name"], "--really")

    order.refresh_from_db()
    assert (order.contact, order.address, order.note, order.guest_key) == ({}, None, "", "")
    assert order.user_id == (user.pk if is_claimed else None)
    assert set().union(*traces(texts_of_the_database()).values()) == {TO_BE_SENT}


def test_if_the_account_is_not_erased_neither_is_the_guest() -> None:
    order = guest_order()
    user, _ = registered()
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    Order.objects.update(status="expired")
    shipped = make_order(user=user, status="shipped")

    with pytest.raises(CommandError, match=f"{shipped.number} is shipped"):
        run("erase_person", MARKS["e-mail"], "--really")

    assert Order.objects.get(pk=order.pk).contact["email"] == MARKS["e-mail"]
    assert User.objects.get(pk=user.pk).erased_at is None
    assert not AuditEntry.objects.filter(action="deleted").exists()


def test_an_erasure_and_its_entry_are_there_together_or_not_at_all(monkeypatch: pytest.MonkeyPatch) -> None:
    user, _ = registered()
    User.objects.filter(pk=user.pk).update(email_verified_at=None)
    order = guest_order()
    Order.objects.update(status="expired")

    def fail(**told: object) -> None:
        raise DatabaseError

    with monkeypatch.context() as patch:
        patch.setattr(erasing, "record_event", fail)
        with pytest.raises(DatabaseError):
            run("erase_person", MARKS["e-mail"], "--really")
    assert User.objects.get(pk=user.pk).erased_at is None
    assert Order.objects.get(pk=order.pk).contact["email"] == MARKS["e-mail"]

    run("erase_person", MARKS["e-mail"], "--really")

    entry = AuditEntry.objects.get(action="deleted")
    assert (entry.user_id, entry.how, entry.name) == (None, "command", "command line")
    assert (entry.model, entry.message) == ("accounts.user", f"Erased user {user.pk}.")
