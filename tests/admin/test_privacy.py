"""A person's copy and erasure by staff: each for a permission of its own, and in the audit trail."""

from __future__ import annotations

import json
from typing import Any

import pytest
from django.contrib.admin.models import LogEntry
from django.test import Client
from django.utils import timezone

from accounts import tasks
from accounts.models import AuditEntry, User
from electroports.history import CHANGE, record_change
from tests.admin.money import make_order
from tests.admin.pages import sign_in_with
from tests.factories import make_user
from tests.staff import member_with

pytestmark = pytest.mark.django_db
WORDS = ("Users", "Orders", "Order events", "Order lines")
REASON = "Asked by letter; we called the number of the last order."


@pytest.fixture
def zawadi() -> User:
    return make_user(username="zawadikip", email="zawadi.k@barua.example", first_name="Zawadi", phone="+254719876543")


def page_of(user: User, name: str) -> str:
    return f"/admin/accounts/user/{user.pk}/{name}-person/"


def errors_of(response: Any) -> set[str]:
    assert response.status_code == 200
    return set(response.context_data["form"].errors)


def test_a_copy_is_sent_for_a_reason(zawadi: User) -> None:
    client = sign_in_with("accounts.view_user", "accounts.export_person")
    assert b"Export personal data" in client.get(f"/admin/accounts/user/{zawadi.pk}/change/").content
    assert errors_of(client.post(page_of(zawadi, "export"), {"reason": " "})) == {"reason"}
    assert not AuditEntry.objects.exists()

    response = client.post(page_of(zawadi, "export"), {"reason": REASON})

    assert response.status_code == 200
    assert response["Content-Disposition"] == f'attachment; filename="user-{zawadi.pk}.json"'
    assert "no-store" in response["Cache-Control"]
    assert json.loads(response.content)["accounts"]["user"][0]["email"] == zawadi.email
    entry = AuditEntry.objects.get()
    assert (entry.action, entry.object_id, entry.person_id) == ("exported", str(zawadi.pk), zawadi.pk)
    assert REASON in entry.message
    assert entry.changes == {}


@pytest.mark.parametrize(
    ("name", "rights"),
    [
        ("export", ["view_user", "change_user", "erase_person"]),
        ("export", ["export_person"]),
        ("erase", ["view_user", "change_user", "delete_user", "export_person"]),
        ("erase", ["erase_person"]),
    ],
)
def test_each_page_wants_its_own_permission(zawadi: User, name: str, rights: list[str]) -> None:
    client = sign_in_with(*[f"accounts.{right}" for right in rights])

    for method in ("get", "post"):
        assert getattr(client, method)(page_of(zawadi, name)).status_code == 403

    assert User.objects.get(pk=zawadi.pk).erased_at is None
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["export", "erase"])
def test_staff_are_left_to_administrators(name: str) -> None:
    client, colleague = sign_in_with("accounts.view_user", f"accounts.{name}_person"), member_with()

    assert client.get(page_of(colleague, name)).status_code == 404
    assert client.post(page_of(colleague, name), {"reason": REASON}).status_code == 404

    assert not AuditEntry.objects.exists()


def test_a_person_is_erased_by_name(zawadi: User) -> None:
    client = sign_in_with("accounts.view_user", "accounts.erase_person")
    order = make_order(user=zawadi, status="cancelled", note="The blue gate")
    page = client.get(page_of(zawadi, "erase"))
    assert page.context_data["facts"] == {"User": "zawadikip", **dict.fromkeys(WORDS, 1)}
    assert User.objects.get(pk=zawadi.pk).erased_at is None, "a look changes nothing"

    response = client.post(page_of(zawadi, "erase"), {"reason": REASON, "typed": "zawadikip"})

    assert response.status_code == 302
    zawadi.refresh_from_db()
    assert (zawadi.username, zawadi.email, zawadi.phone) == (f"erased@{zawadi.pk}", "", "")
    order.refresh_from_db()
    assert order.note == ""
    tasks.sweep_erasures()
    entry = AuditEntry.objects.get(action="deleted")
    assert entry.message == f"Erased user {zawadi.pk}: {REASON}"
    assert entry.name
    assert "zawadi" not in str([*AuditEntry.objects.values(), *LogEntry.objects.values()]).lower()
    assert client.get(page_of(zawadi, "erase")).status_code == 404


@pytest.mark.parametrize(
    ("entered", "field"),
    [
        ({"reason": REASON, "typed": "zawadi"}, "typed"),
        ({"reason": REASON, "typed": ""}, "typed"),
        ({"reason": "", "typed": "zawadikip"}, "reason"),
        ({"reason": "Zawadi came to the counter", "typed": "zawadikip"}, "reason"),
        ({"reason": "Called 0719-876 543", "typed": "zawadikip"}, "reason"),
    ],
)
def test_what_is_not_confirmed_or_names_them_erases_nobody(zawadi: User, entered: dict[str, str], field: str) -> None:
    client = sign_in_with("accounts.view_user", "accounts.erase_person")

    assert errors_of(client.post(page_of(zawadi, "erase"), entered)) == {field}

    assert User.objects.get(pk=zawadi.pk).erased_at is None
    assert not AuditEntry.objects.exists()


def test_what_is_open_is_said_on_the_page(zawadi: User) -> None:
    client = sign_in_with("accounts.view_user", "accounts.erase_person")
    order = make_order(user=zawadi, status="shipped")

    response = client.post(page_of(zawadi, "erase"), {"reason": REASON, "typed": "zawadikip"})

    assert f"{order.number} is shipped." in str(response.context_data["form"].errors)
    assert User.objects.get(pk=zawadi.pk).email == zawadi.email
    assert not AuditEntry.objects.exists()


def test_what_staff_did_before_is_blanked(office: Client, boss: User, zawadi: User) -> None:
    record_change(
        acting_user=boss, row=zawadi, flag=CHANGE, message="Called Zawadi.", changes={"phone": ("0711", zawadi.phone)}
    )

    office.post(page_of(zawadi, "erase"), {"reason": REASON, "typed": "zawadikip"})

    entry = AuditEntry.objects.get(person_id=zawadi.pk, action="changed")
    assert (entry.words, entry.changes, entry.message, entry.user_id) == ("", {}, "", boss.pk)
    assert timezone.now() > entry.at
