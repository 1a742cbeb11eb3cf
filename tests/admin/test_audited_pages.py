"""Every page and action of the back office that changes something writes what it changed into the audit trail."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple
from uuid import uuid4

import pytest
from django.contrib import admin
from django.contrib.admin.helpers import ACTION_CHECKBOX_NAME
from django.test import Client
from django.urls import reverse

from accounts.models import AuditEntry, User
from catalog.models import StockLevel
from electroports.admin_history import AuditedAdmin
from orders.models import Payment
from tests import factories
from tests.admin.money import make_message, make_order, make_paid, make_payment, make_refund
from tests.admin.pages import change_page, read_form
from tests.admin.people import make_open_invitation
from tests.admin.rows import MAKERS, make_level, make_picture, make_review, make_told

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("unrendered")]
ADMINS = {model._meta.label: each for model, each in admin.site._registry.items()}
STANDARD = {"changelist", "add", "history", "delete", "change"}
# Pages on which nothing is changed: a document is sent, or one is sent on.
LOOKS = {"accounts_user_deeds", "catalog_variant_receive", "orders_payment_document"}


class Deed(NamedTuple):
    """What is done on a page of its own: to which row, what is entered beside what the form proposes, what changes."""

    row: Callable[[], Any]
    entered: dict[str, Any]
    fields: set[str]  # some of those that the entry has


def pending_review() -> Any:
    review = make_review()
    type(review).objects.filter(pk=review.pk).update(status="pending", reply="")
    return review


def received() -> Any:
    """An order whose cash the rider has to bring."""
    order = make_order(status="shipped")
    make_payment(order=order, provider="cash_on_delivery", provider_reference="")
    return order


def overpaid() -> Any:
    order = make_order()
    for _ in range(2):
        make_paid(order=order)
    order.refresh_from_db()
    return order


def watched_payment() -> Payment:
    return make_paid(attention="Strange")


REASON = {"reason": "As agreed by phone"}
PAGES = {
    "accounts_invitation_resend": Deed(make_open_invitation, {}, {"expires_at"}),
    "accounts_invitation_withdraw": Deed(make_open_invitation, {}, {"revoked_at"}),
    "accounts_user_sign_out": Deed(factories.make_user, {}, {"password_version"}),
    "catalog_review_publish": Deed(pending_review, {}, {"status", "moderated_by"}),
    "catalog_review_reject": Deed(pending_review, REASON, {"status", "rejection_reason"}),
    "catalog_review_answer": Deed(make_review, {"text": "Thank you."}, {"reply"}),
    "catalog_stocklevel_adjust": Deed(make_level, {"change": "-2", **REASON}, {"on_hand"}),
    "orders_order_confirm": Deed(make_order, REASON, {"status"}),
    "orders_order_deliver": Deed(lambda: make_order(status="shipped"), {}, {"status"}),
    "orders_order_cancel": Deed(make_order, REASON, {"status"}),
    "orders_order_record": Deed(make_order, {"reference": "B-1"}, {"paid", "payment_status"}),
    "orders_order_record_cash": Deed(received, {"receipt": "C-1"}, {"paid"}),
    "orders_order_give_back": Deed(overpaid, {**REASON, "way": "hand", "receipt": "R-1"}, {"repaid", "owed"}),
    "orders_order_write_off": Deed(make_order, REASON, {"written_off"}),
    "orders_payment_settle": Deed(make_payment, {"receipt": "R-1"}, {"status", "captured"}),
    "orders_payment_fail": Deed(make_payment, REASON, {"status"}),
    "orders_payment_refund": Deed(make_paid, {**REASON, "way": "hand", "receipt": "R-2"}, {"refunded"}),
    "orders_payment_dismiss": Deed(watched_payment, REASON, {"attention"}),
    "orders_providermessage_again": Deed(make_message, {}, {"attempts"}),
    "orders_refund_dismiss": Deed(lambda: make_refund(attention="Strange"), REASON, {"attention"}),
}
# Done by tests of their own below, or only by a provider who answers.
ELSEWHERE = {
    "accounts_failurecount_lift": "through form_page, as the others",
    "accounts_user_erase_person": "tests/admin/test_privacy.py: what changes is what must not be kept",
    "accounts_user_export_person": "tests/admin/test_privacy.py: nothing changes",
    "accounts_user_reset_second_factor": "through form_page and record_change: accounts/actions/reset_second_factor.py",
    "auth_user_password_change": "test_rights_and_passwords_of_others",
    "catalog_stocklevel_receive": "test_received_stock",
    "orders_payment_match": "test_matched_money",
    "orders_order_process": "the same page as deliver: step_page",
    "orders_order_ship": "the same page as deliver: step_page",
    "orders_payment_check_now": "asks the provider: through form_page and in_transaction, as settle",
    "orders_refund_ask_again": "asks the provider: through form_page and in_transaction, as settle",
}
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


def own_pages() -> set[str]:
    names = {str(each.name) for one in ADMINS.values() for each in one.get_urls() if each.name}
    plain = {f"{one.opts.app_label}_{one.opts.model_name}_{name}" for one in ADMINS.values() for name in STANDARD}
    return names - plain


def entry(user: User) -> AuditEntry:
    """The one entry that somebody's deed has left."""
    found: AuditEntry = AuditEntry.objects.get(user=user)
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
    found = entry(boss)
    assert found.object_id == str(row.pk)
    assert deed.fields <= set(found.changes), found.changes
    assert deed.entered.get("reason", "") in found.message


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


DELETABLE = [
    label
    for label in sorted(ADMINS)
    if label not in ("accounts.AuditEntry", "accounts.AccountMessage", "orders.Order", "orders.Payment")
]


@pytest.mark.parametrize("label", DELETABLE)
@pytest.mark.parametrize("way", ["page", "list"])
def test_what_is_deleted_is_in_the_trail_as_it_was(office: Client, boss: User, label: str, way: str) -> None:
    model = ADMINS[label].model
    row = pending_review() if label == "catalog.Review" else MAKERS[model]()
    app = label.lower().replace(".", "_")
    if way == "page":
        office.post(reverse(f"admin:{app}_delete", args=[row.pk]), {"post": "yes"})
    else:
        chosen = {"action": "delete_selected", "post": "yes", ACTION_CHECKBOX_NAME: [str(row.pk)]}
        office.post(reverse(f"admin:{app}_changelist"), chosen)

    if model._base_manager.filter(pk=row.pk).exists():  # it may not be deleted: then nobody says that it was
        assert not AuditEntry.objects.filter(user=boss).exists()
        return
    found = entry(boss)
    assert (found.action, found.object_id) == ("deleted", str(row.pk))
    assert found.changes
    assert all(after is None for _before, after in found.changes.values())
    assert "argon" not in str(found.changes)
    assert row.password not in str(found.changes) if label == "accounts.User" else True


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
