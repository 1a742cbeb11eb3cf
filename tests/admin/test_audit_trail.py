"""The audit trail: nobody changes it, it is swept and blanked through one door alone, searched, and written out."""

from __future__ import annotations

import json
from datetime import timedelta
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError, connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from accounts.actions.forget_account import forget_account
from accounts.actions.sweep_audit_trail import sweep_audit_trail
from accounts.audit import open_door
from accounts.models import AuditEntry, User
from accounts.querysets import audit
from electroports.history import CHANGE, record, record_change, record_changes, watching
from electroports.records import AppendOnlyError
from electroports.transactions import in_transaction
from tests import factories
from tests.admin.pages import sign_in_with

pytestmark = pytest.mark.django_db
LIST = "/admin/accounts/auditentry/"


@pytest.fixture
def member(db: None) -> User:
    return factories.make_user(is_staff=True)


@pytest.fixture
def kept(member: User) -> AuditEntry:
    """An entry of a price that changed."""
    variant = factories.make_product().variants.get()
    record(acting_user=member, row=variant, changes={"price": (Decimal(900), Decimal(1000))}, message="Newer price")
    found: AuditEntry = AuditEntry.objects.get()
    return found


STATEMENTS = [
    "UPDATE accounts_auditentry SET message = 'nothing'",
    "DELETE FROM accounts_auditentry",
]


@pytest.mark.parametrize("statement", STATEMENTS)
def test_the_database_refuses_to_change_an_entry(kept: AuditEntry, statement: str) -> None:
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.get().message == "Newer price"


def test_the_database_refuses_to_empty_or_replace(kept: AuditEntry) -> None:
    statement = "TRUNCATE accounts_auditentry"
    if connection.vendor == "sqlite":
        statement = "INSERT OR REPLACE INTO accounts_auditentry SELECT * FROM accounts_auditentry"

    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(statement)

    assert AuditEntry.objects.count() == 1


def test_the_code_refuses_first(kept: AuditEntry) -> None:
    for attempt in (kept.save, kept.delete, AuditEntry.objects.all().delete):
        with pytest.raises(AppendOnlyError):
            attempt()


def test_the_door_is_shut_again(kept: AuditEntry) -> None:
    with open_door():
        AuditEntry._base_manager.update(message="through the door")

    assert AuditEntry.objects.get().message == "through the door"
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditEntry._base_manager.update(message="too late")


def test_who_did_it_is_known_when_the_account_is_gone(kept: AuditEntry, member: User) -> None:
    name, key = member.username, member.pk

    User.objects.filter(pk=key).delete()

    entry = AuditEntry.objects.select_related("user").get()
    assert (entry.name, entry.user_id, entry.user) == (name, key, None)


def test_entries_are_swept_when_they_are_old_enough(kept: AuditEntry, settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 10

    assert sweep_audit_trail(at=kept.at + timedelta(days=9)) == 0
    assert sweep_audit_trail(at=kept.at + timedelta(days=11)) == 1
    assert not AuditEntry.objects.exists()


def test_a_sweep_of_entries_stops_in_time(kept: AuditEntry, settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 10

    assert sweep_audit_trail(at=kept.at + timedelta(days=11), seconds=0) == 0

    assert AuditEntry.objects.get() == kept


def test_nothing_is_swept_where_all_is_kept(kept: AuditEntry, settings: Any) -> None:
    settings.AUDIT_KEEP_DAYS = 0

    assert sweep_audit_trail(at=kept.at + timedelta(days=100_000)) == 0


def test_what_is_said_of_an_erased_person_is_blanked(member: User) -> None:
    customer, other = factories.make_user(email="wanjiku@example.com"), factories.make_user()
    for user in (customer, other):
        changes = {"email": (user.email, "n@example.com")}
        record(acting_user=member, row=user, changes=changes, message=f"For {user.username}")

    forget_account(user=customer, at=timezone.now())

    blank, kept = AuditEntry.objects.order_by("pk")
    assert (blank.words, blank.changes, blank.message) == ("", {}, "")
    assert (blank.name, blank.object_id, blank.action) == (member.username, str(customer.pk), "changed")
    assert kept.changes["email"][0] == other.email


def test_no_secret_is_written(member: User) -> None:
    secret = "8f3a1c"
    pairs = dict.fromkeys(("password", "refresh_jti", "api_key", "code_hash", "otp"), (secret, f"{secret}2"))

    record(acting_user=member, row=member, changes={**pairs, "nested": ({"token": secret}, {"token": f"{secret}2"})})

    assert secret not in str(AuditEntry.objects.values())


def test_entry_and_change_are_there_together_or_not_at_all(member: User) -> None:
    product = factories.make_product()

    def change() -> None:
        type(product).objects.filter(pk=product.pk).update(popularity=9)

    def fail() -> None:
        change()
        raise ZeroDivisionError

    with watching(acting_user=member, row=product, message="Test"):
        with pytest.raises(ZeroDivisionError):
            in_transaction(fail)
        assert not AuditEntry.objects.exists()
        in_transaction(change)

    assert AuditEntry.objects.get().changes == {"popularity": [0, 9]}


def test_many_rows_are_few_statements_and_a_flood_is_one_entry(member: User, monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [factories.make_user() for _ in range(30)]
    with CaptureQueriesContext(connection) as captured:
        record_changes(acting_user=member, rows=rows, flag=CHANGE, message="Many.")
    assert len([each for each in captured if "accounts_auditentry" in each["sql"]]) == 1
    assert AuditEntry.objects.count() == 30

    monkeypatch.setattr("accounts.audit.MOST_ROWS", 29)
    record_changes(acting_user=member, rows=rows, flag=CHANGE, message="Many.")

    assert AuditEntry.objects.count() == 31
    assert AuditEntry.objects.latest("pk").message == "Many. 30 rows, too many for an entry each."


def test_nobody_is_named_for_what_nobody_did(member: User) -> None:
    record_change(acting_user=None, row=member, flag=CHANGE, message="By the shop.")

    assert not AuditEntry.objects.exists()


def ids(response: Any) -> list[int]:
    assert response.status_code == 200, response.headers
    return [row.pk for row in response.context_data["cl"].result_list]


@pytest.mark.parametrize("words", ["newer PRICE", "900", "price", "{sku}", "{name}"])
def test_search_finds_words_numbers_fields_and_values(kept: AuditEntry, words: str) -> None:
    office = sign_in_with("accounts.view_auditentry")
    asked = words.format(sku=kept.words, name=kept.name)

    assert kept.pk in ids(office.get(LIST, {"q": asked}))
    assert ids(office.get(LIST, {"q": "no such thing"})) == []


def test_a_search_goes_so_far_and_offers_to_go_on(kept: AuditEntry, monkeypatch: pytest.MonkeyPatch) -> None:
    office = sign_in_with("accounts.view_auditentry")
    monkeypatch.setattr(audit, "MOST_SEARCHED", 3)
    for _ in range(3):
        record(acting_user=kept.user, row=kept.user, changes={"phone": ("1", "2")})

    first: Any = office.get(LIST, {"q": "900"})
    address = first.context_data["cl"].paginator.address

    assert ids(first) == []
    assert ids(office.get(f"{LIST}{address}")) == [kept.pk]


def test_a_long_list_goes_on_from_its_last_row_and_counts_nothing(member: User) -> None:
    office = sign_in_with("accounts.view_auditentry")
    record_changes(acting_user=member, rows=[factories.make_user() for _ in range(60)], flag=CHANGE, message="Many.")

    with CaptureQueriesContext(connection) as captured:
        first: Any = office.get(LIST)
    asked = [each["sql"] for each in captured if 'FROM "accounts_auditentry"' in each["sql"]]
    second: Any = office.get(f"{LIST}{first.context_data['cl'].paginator.address}")

    assert [len(ids(first)), len(ids(second))] == [50, 10]
    assert set(ids(first)) & set(ids(second)) == set()
    assert len(asked) == 1
    assert "COUNT(" not in asked[0]
    assert "OFFSET" not in asked[0]


def test_filters_keep_who_what_and_how(kept: AuditEntry) -> None:
    office = sign_in_with("accounts.view_auditentry")
    mine = {"user__id__exact": kept.user_id, "kind": "catalog.variant", "action__exact": "changed"}

    assert ids(office.get(LIST, mine)) == [kept.pk]
    assert ids(office.get(LIST, {**mine, "kind": "catalog.product"})) == []
    assert ids(office.get(LIST, {"model__exact": kept.model, "object_id__exact": kept.object_id})) == [kept.pk]


@pytest.mark.parametrize("right", ["accounts.view_user", "accounts.view_auditentry"])
def test_the_trail_is_read_by_those_who_may_and_written_by_nobody(kept: AuditEntry, right: str) -> None:
    may = right == "accounts.view_auditentry"
    office: Client = sign_in_with(right)

    assert office.get(LIST).status_code == (200 if may else 403)
    assert office.get(f"{LIST}{kept.pk}/change/").status_code == (200 if may else 403)
    boss = Client()
    boss.force_login(factories.make_user(is_staff=True, is_superuser=True))
    for page in ("add/", f"{kept.pk}/delete/"):
        assert boss.post(f"{LIST}{page}", {"post": "yes"}).status_code == 403
    assert boss.post(f"{LIST}{kept.pk}/change/", {"message": "x"}).status_code == 403
    assert AuditEntry.objects.get(pk=kept.pk).message == "Newer price"


def test_a_page_shows_before_and_after_and_leads_to_the_row(kept: AuditEntry) -> None:
    office = sign_in_with("accounts.view_auditentry", "catalog.view_variant")

    page = office.get(f"{LIST}{kept.pk}/change/").content.decode()
    history = office.get(f"/admin/catalog/variant/{kept.object_id}/history/").content.decode()

    assert ">900</span>" in page
    assert ">1000</span>" in page
    assert f"/admin/catalog/variant/{kept.object_id}/change/" in page
    assert f"?model__exact=catalog.variant&amp;object_id__exact={kept.object_id}" in history


def test_the_trail_is_written_out_line_by_line(kept: AuditEntry) -> None:
    def lines(**options: Any) -> list[dict[str, Any]]:
        out = StringIO()
        call_command("export_audit", stdout=out, **options)
        return [json.loads(line) for line in out.getvalue().splitlines()]

    (line,) = lines(since=kept.at)
    assert (line["id"], line["changes"], line["name"]) == (kept.pk, {"price": ["900", "1000"]}, kept.name)
    assert lines(since=kept.at + timedelta(seconds=1)) == []
    assert lines(until=kept.at) == []
