"""Every page and action of the back office that changes something writes what it changed into the audit trail."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from accounts.models import AuditEntry, User
from accounts.office.gate import SHOWN
from accounts.office.second_factor import PENDING
from accounts.office.urls import urlpatterns
from accounts.secrets import seal
from catalog.models import Accessory, SoundDevice, StockLevel
from electroports import history
from electroports.admin_history import AuditedAdmin
from electroports.history import Deed, request_var
from orders.gateways import registry
from orders.models import ProviderMessage
from tests import factories
from tests.accounts.otp import give_second_factor
from tests.admin.deeds import ELSEWHERE, OWN_PAGES, OWN_PAGES_ELSEWHERE, PAGES, pending_review
from tests.admin.money import make_order, make_paid
from tests.admin.pages import change_page, read_form
from tests.admin.rows import MAKERS, make_level, make_picture, make_told
from tests.orders.promoting import make_promotion

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered", "inside", "simulated")]
ADMINS = {model._meta.label: each for model, each in admin.site._registry.items()}
STANDARD = {"changelist", "add", "history", "delete", "change"}
# Pages on which nothing is changed: a document is sent, or one is sent on.
LOOKS = {"accounts_user_deeds", "catalog_variant_receive", "orders_payment_document", "auth_group_matrix"}
ACTIONS = {
    ("catalog.Product", "publish"): "is_published",
    ("catalog.Product", "unpublish"): "is_published",
    ("catalog.Accessory", "publish"): "is_published",
    ("catalog.Accessory", "unpublish"): "is_published",
    ("catalog.SoundDevice", "publish"): "is_published",
    ("catalog.SoundDevice", "unpublish"): "is_published",
    ("catalog.Review", "publish_chosen"): "status",
    ("django_q.Failure", "run_again"): "waits for",
    ("django_q.Success", "run_again"): "waits for",
    ("orders.OrderMessage", "resend"): "status",
    ("orders.Promotion", "switch_on"): "is_active",
    ("orders.Promotion", "switch_off"): "is_active",
}


@pytest.fixture
def inside(monkeypatch: pytest.MonkeyPatch) -> None:
    """Fail where a change is noted after its transaction, or without one: one of the two could be missing.

    A provider's message is acted upon in steps, each a transaction of its own; its entry follows the last of them. So
    does that of Django's page of others' passwords, which hashes while no transaction is open.
    """
    (writer,) = history._writers

    def write(deeds: Sequence[Deed]) -> None:
        # Within the transaction that the test itself is; what the test makes beforehand comes by no request.
        is_inside = bool(connection.savepoint_ids) or request_var.get() is None
        noted = [
            deed for deed in deeds if set(deed.changes) - {"password"} and not isinstance(deed.row, ProviderMessage)
        ]
        assert is_inside or not noted, "the entry is outside of the transaction"
        writer(deeds)

    monkeypatch.setattr(history, "_writers", [write])


@pytest.fixture
def simulated(settings: Any) -> Iterator[None]:
    """A provider that answers at once."""
    settings.DEBUG = True
    registry.gateway.cache_clear()
    yield
    registry.gateway.cache_clear()


def own_pages() -> set[str]:
    names = {str(each.name) for one in ADMINS.values() for each in one.get_urls() if each.name}
    plain = {f"{one.opts.app_label}_{one.opts.model_name}_{name}" for one in ADMINS.values() for name in STANDARD}
    return names - plain


def entry(user: User, *, beside: str = "") -> AuditEntry:
    """The one entry that somebody's deed has left, `beside` those of another kind of row."""
    found: AuditEntry = AuditEntry.objects.exclude(model=beside or "none").get(user=user)
    assert found.name == user.username
    assert found.how == "admin"
    assert found.request_id
    assert all((len(pair) == 2 and pair[0] != pair[1]) or "(hidden)" in pair for pair in found.changes.values())
    return found


def test_every_page_of_its_own_is_in_a_table_here() -> None:
    """If this fails for a page of yours: say what is entered there, and which fields its entry has."""
    assert own_pages() == {*PAGES, *ELSEWHERE, *LOOKS}


def test_every_action_of_a_list_is_in_a_table_here() -> None:
    actions = {(label, name) for label, each in ADMINS.items() for name in each.actions or ()}

    assert actions == set(ACTIONS)


def test_every_admin_notes_what_its_forms_change() -> None:
    """Forms, rows of inlines, lists that are edited and deletions go through these four methods, of one class."""
    hooks = ("construct_change_message", "log_addition", "log_change", "log_deletions")
    others = {
        f"{label}.{name}"
        for label, each in ADMINS.items()
        for name in hooks
        if getattr(type(each), name) is not getattr(AuditedAdmin, name)
    }

    assert others == set()


@pytest.mark.parametrize("name", PAGES)
def test_a_page_of_its_own(office: Client, boss: User, name: str) -> None:
    deed = PAGES[name]
    row = deed.row()
    address = reverse(f"admin:{name}", args=[row.pk])

    response: Any = office.post(address, {**read_form(office, address), **deed.entered})

    assert response.status_code == 302, response.context_data["form"].errors
    found = entry(boss, beside=deed.also)
    assert found.object_id == str(deed.about(row).pk)
    assert deed.fields <= set(found.changes), found.changes
    assert deed.entered.get("reason", "") in found.message
    beside = AuditEntry.objects.filter(user=boss, model=deed.also)
    assert bool(beside) == bool(deed.also)
    assert all(each.changes and each.object_id for each in beside)


def test_every_page_before_the_back_office_is_in_a_table_here() -> None:
    """If this fails for a page of yours: say what is entered there, and what is written of it."""
    assert {str(each.pattern) for each in urlpatterns} == {*OWN_PAGES, *OWN_PAGES_ELSEWHERE}


@pytest.mark.parametrize("path", OWN_PAGES)
def test_what_members_do_to_their_own_accounts(office: Client, boss: User, settings: Any, path: str) -> None:
    settings.STAFF_SECOND_FACTOR = True
    give_second_factor(boss)
    deed, secret, session = OWN_PAGES[path], "A" * 32, office.session
    session[PENDING] = seal(secret)
    if path != "second-factor/":
        session[SHOWN] = timezone.now().timestamp()
    session.save()

    assert office.post(f"/admin/{path}", deed.entered(secret)).status_code in (200, 302)

    entries = AuditEntry.objects.filter(user=boss, model="accounts.user", object_id=str(boss.pk), how="admin")
    assert {entry.message: set(entry.changes) for entry in entries} == deed.entries
    assert all(set(pair) <= {"(hidden)", "set up", "set up anew"} for each in entries for pair in each.changes.values())


def test_received_stock(office: Client, boss: User) -> None:
    level = make_level()
    entered = {"variant": level.variant_id, "location": level.location_id, "quantity": "7", "reference": "N-1"}

    office.post("/admin/catalog/stocklevel/receive/", entered)

    found = entry(boss)
    assert (found.model, found.object_id, found.message) == ("catalog.stocklevel", str(level.pk), "Received: N-1")
    assert found.changes == {"on_hand": [5, 12]}
    assert StockLevel.objects.get(pk=level.pk).on_hand == 12


def test_matched_money(office: Client, boss: User) -> None:
    order, payment = make_order(), make_paid(order=None)

    office.post(reverse("admin:orders_payment_match", args=[payment.pk]), {"number": order.number})

    assert entry(boss).changes["order"] == [None, order.pk]


@pytest.mark.parametrize(("label", "action"), ACTIONS, ids=lambda name: name)
def test_an_action_of_a_list(office: Client, boss: User, label: str, action: str) -> None:
    model = ADMINS[label].model
    row = make_told() if label == "orders.OrderMessage" else MAKERS[model]()
    field = ACTIONS[label, action]
    if field.startswith("is_"):
        model.objects.filter(pk=row.pk).update(**{field: action in ("unpublish", "switch_off")})
    if label == "catalog.Review":
        model.objects.filter(pk=row.pk).update(status="pending")
    address = reverse(f"admin:{label.lower().replace('.', '_')}_changelist")
    entered = {"action": action, ACTION_CHECKBOX_NAME: [str(row.pk)]}
    if label == "catalog.Review":
        from catalog.admin.reviews import version_field, version_of

        row.refresh_from_db()
        entered[version_field(row)] = version_of(row)

    assert office.post(address, entered).status_code == 302

    found = entry(boss)
    assert found.object_id == str(row.pk)
    assert field in found.changes


# Rows that nothing hangs on yet, where those of MAKERS have stock or were used.
UNUSED = {
    "catalog.Accessory": lambda: factories.make_product(model=Accessory, stock=None),
    "catalog.Product": lambda: factories.make_product(stock=None),
    "catalog.SoundDevice": lambda: factories.make_product(model=SoundDevice, stock=None),
    "catalog.Variant": lambda: factories.add_variant(factories.make_product(stock=None), sku="SPARE-1", stock=None),
    "catalog.Review": pending_review,
    "orders.Promotion": lambda: make_promotion(code="SPARE"),
}
# Rows that the back office deletes nowhere: records, and what the shop itself keeps.
KEPT = {
    "accounts.AccountMessage",
    "accounts.AuditEntry",
    "accounts.FailureCount",
    "accounts.Invitation",
    "accounts.User",
    "catalog.Notice",
    "catalog.StockLevel",
    "catalog.StockMovement",
    "django_q.Schedule",
    "orders.LedgerEntry",
    "orders.Order",
    "orders.OrderMessage",
    "orders.Payment",
    "orders.ProviderMessage",
    "orders.Refund",
}


@pytest.mark.parametrize("label", sorted(ADMINS))
@pytest.mark.parametrize("way", ["page", "list"])
def test_what_is_deleted_is_in_the_trail_as_it_was(office: Client, boss: User, label: str, way: str) -> None:
    model = ADMINS[label].model
    row = UNUSED.get(label, MAKERS[model])()
    app = label.lower().replace(".", "_")
    if way == "page":
        office.post(reverse(f"admin:{app}_delete", args=[row.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "post": "yes", ACTION_CHECKBOX_NAME: [str(row.pk)]}
        office.post(reverse(f"admin:{app}_changelist"), chosen)

    is_kept = label in KEPT or (way == "list" and ADMINS[label].actions is None)
    assert model._base_manager.filter(pk=row.pk).exists() == is_kept
    if is_kept:  # then nobody says that it was deleted
        assert not AuditEntry.objects.filter(user=boss).exists()
        return
    found = entry(boss)
    assert (found.action, found.object_id) == ("deleted", str(row.pk))
    assert found.changes
    assert all(after is None for _before, after in found.changes.values())
    assert "argon" not in str(found.changes)


def test_a_form_with_its_inlines_has_before_and_after(office: Client, boss: User) -> None:
    product = factories.make_product()
    picture = make_picture(product)
    variant = product.variants.get()
    address = change_page(product)
    entered = {**read_form(office, address), "popularity": "7", "category": str(factories.make_category("other").pk)}
    prefix = next(name.rpartition("-")[0] for name in entered if name.endswith("-sku") and entered[name] == variant.sku)
    entered |= {f"{prefix}-price": "1234.00"}

    assert office.post(address, entered).status_code == 302

    found = entry(boss)
    was = f"{product.category} (#{product.category_id})"
    assert found.changes["category"] == [was, f"Other (#{entered['category']})"]
    assert found.changes["popularity"] == [0, 7]
    assert found.changes[f"variant {variant.sku}: price"] == ["1000.00", "1234.00"]
    assert str(picture) not in found.changes


def test_what_is_new_is_in_the_trail_as_it_was_entered(office: Client, boss: User) -> None:
    address = reverse("admin:orders_holiday_add")

    office.post(address, {**read_form(office, address), "date": "2030-12-12", "name": "Jamhuri Day"})

    found = entry(boss)
    assert found.action == "added"
    assert found.changes["name"] == [None, "Jamhuri Day"]


def test_a_list_that_is_edited_has_before_and_after(office: Client, boss: User) -> None:
    method = MAKERS[ADMINS["orders.DeliveryMethod"].model]()
    entered = {
        "form-TOTAL_FORMS": "1",
        "form-INITIAL_FORMS": "1",
        "form-0-id": str(method.pk),
        "form-0-is_active": "on",
        "form-0-position": "9",
        "_save": "Save",
    }

    office.post(reverse("admin:orders_deliverymethod_changelist"), entered)

    assert entry(boss).changes == {"position": [method.position, 9]}


def test_rights_and_passwords_of_others(office: Client, boss: User) -> None:
    member = factories.make_user()
    role = MAKERS[ADMINS["auth.Group"].model]()
    address = change_page(member)
    office.post(address, {**read_form(office, address), "is_staff": "on", "groups": [str(role.pk)], "email": "n@x.co"})
    secret = str(uuid4())

    office.post(f"/admin/accounts/user/{member.pk}/password/", {"password1": secret, "password2": secret})

    rights, password = AuditEntry.objects.filter(user=boss).order_by("pk")
    assert rights.changes["is_staff"] == [False, True]
    assert rights.changes["groups"] == [[], [f"{role} (#{role.pk})"]]
    assert rights.changes["email"] == [member.email, "n@x.co"]
    assert (rights.person_id, password.person_id) == (member.pk, member.pk)
    assert password.changes == {"password": ["(hidden)", "(hidden)"]}
    assert secret not in str(AuditEntry.objects.values_list())
