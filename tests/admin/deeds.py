"""What staff do on the pages of the back office that are no forms of rows, and what the audit trail says of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple

from django.utils import timezone
from rest_framework.test import APIClient

from accounts.models import SecondFactor, User
from orders.models import Order, Payment, Refund
from tests import factories
from tests.accounts.otp import code_at
from tests.admin.money import make_message, make_order, make_paid, make_payment, make_refund
from tests.admin.people import make_failure_count, make_open_invitation
from tests.admin.rows import make_level, make_review


class Deed(NamedTuple):
    """What is done on a page of its own: to which row, what is entered beside what the form proposes, what changes."""

    row: Callable[[], Any]
    entered: dict[str, Any]
    fields: set[str]  # some of those that the entry has
    about: Callable[[Any], Any] = lambda row: row  # whose entry it is, where it is not the row's whose page it is
    also: str = ""  # the kind of another row, made or changed on the way, that has an entry of its own


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


def placed(status: str) -> Order:
    """An order that holds its units, as far as this."""
    product = factories.make_product()
    api = APIClient()
    api.force_authenticate(factories.make_user())
    answer = api.post("/api/orders/create", {"items": [{"product": product.pk, "quantity": 1}]})
    assert answer.status_code == 201, answer.content
    Order.objects.update(status=status)
    return Order.objects.get()


def asked_for() -> Payment:
    """A payment that its provider says is paid."""
    return make_payment(provider="simulator", provider_reference="sim-pays-0-x")


def on_its_way() -> Refund:
    """A refund of which its provider has not said what became."""
    payment = make_paid(provider="simulator", provider_reference="sim-pays-2-x")
    refund = Refund.objects.create(payment=payment, status="sent", amount=100, reason="x", created_at=timezone.now())
    Payment.objects.filter(pk=payment.pk).update(refunding=100)
    return refund


def guarded() -> User:
    """A member of staff with an authenticator app."""
    member = factories.make_user(is_staff=True)
    SecondFactor.objects.create(user=member, secret="sealed", last_step=0, set_up_at=timezone.now())
    return member


REASON = {"reason": "As agreed by phone"}
PAGES = {
    "accounts_failurecount_lift": Deed(make_failure_count, {}, {"failures"}, about=lambda count: count.user),
    "accounts_invitation_resend": Deed(make_open_invitation, {}, {"expires_at"}),
    "accounts_invitation_withdraw": Deed(make_open_invitation, {}, {"revoked_at"}),
    "accounts_user_reset_second_factor": Deed(guarded, REASON, {"second factor"}),
    "accounts_user_sign_out": Deed(factories.make_user, {}, {"password_version"}),
    "catalog_review_publish": Deed(pending_review, {}, {"status", "moderated_by"}),
    "catalog_review_reject": Deed(pending_review, REASON, {"status", "rejection_reason"}),
    "catalog_review_answer": Deed(make_review, {"text": "Thank you."}, {"reply"}),
    "catalog_stocklevel_adjust": Deed(make_level, {"change": "-2", **REASON}, {"on_hand"}),
    "orders_order_confirm": Deed(make_order, REASON, {"status"}),
    "orders_order_process": Deed(lambda: placed("confirmed"), {}, {"status"}),
    "orders_order_ship": Deed(lambda: placed("processing"), {}, {"status"}),
    "orders_order_deliver": Deed(lambda: make_order(status="shipped"), {}, {"status"}),
    "orders_order_cancel": Deed(make_order, REASON, {"status"}),
    "orders_order_record": Deed(make_order, {"reference": "B-1"}, {"paid", "payment_status"}, also="orders.payment"),
    "orders_order_record_cash": Deed(received, {"receipt": "C-1"}, {"paid"}, also="orders.payment"),
    "orders_order_give_back": Deed(
        overpaid, {**REASON, "way": "hand", "receipt": "R-1"}, {"repaid", "owed"}, also="orders.refund"
    ),
    "orders_order_write_off": Deed(make_order, REASON, {"written_off"}, also="orders.ledgerentry"),
    "orders_payment_settle": Deed(make_payment, {"receipt": "R-1"}, {"status", "captured"}),
    "orders_payment_fail": Deed(make_payment, REASON, {"status"}),
    "orders_payment_refund": Deed(
        make_paid, {**REASON, "way": "hand", "receipt": "R-2"}, {"refunded"}, also="orders.refund"
    ),
    "orders_payment_check_now": Deed(asked_for, {}, {"status", "captured", "receipt"}),
    "orders_payment_dismiss": Deed(watched_payment, REASON, {"attention"}),
    "orders_providermessage_again": Deed(make_message, {}, {"attempts"}),
    "orders_refund_ask_again": Deed(on_its_way, {}, {"status", "settled_at"}),
    "orders_refund_dismiss": Deed(lambda: make_refund(attention="Strange"), REASON, {"attention"}),
}


class OwnDeed(NamedTuple):
    """What a member does to their own account on a page before the back office: what is entered, what is written."""

    entered: Callable[[str], dict[str, str]]  # given the secret of the app that is being set up
    entries: dict[str, set[str]]  # the messages of the entries, each with the fields that it has


SECOND_FACTOR = "Back office, with a second factor."
# The pages of accounts/office/urls.py, by their addresses.
OWN_PAGES = {
    "password_change/": OwnDeed(
        lambda _secret: {
            "old_password": factories.PASSWORD,
            "new_password1": "nyama-choma-12",
            "new_password2": "nyama-choma-12",
        },
        {"Changed their own password.": {"password"}},
    ),
    "second-factor/": OwnDeed(lambda _secret: {"otp": code_at()}, {SECOND_FACTOR: set()}),
    "second-factor/set-up/": OwnDeed(
        lambda secret: {"code": code_at(secret=secret), "otp": code_at()},
        {"": {"second factor"}, SECOND_FACTOR: set()},
    ),
    "second-factor/recovery-codes/": OwnDeed(
        lambda _secret: {"otp": code_at()}, {"New recovery codes.": {"recovery codes"}}
    ),
}
OWN_PAGES_ELSEWHERE = {
    "invitation/": "tests/admin/test_joining.py: by somebody who is not of the staff yet",
    "second-factor/leave/": "changes nothing: a visit ends before it has begun",
}
# Done by tests of their own: they are about no row yet, or have a form of Django's.
ELSEWHERE = {
    "accounts_user_erase_person": "tests/admin/test_privacy.py: what changes is what must not be kept",
    "accounts_user_export_person": "tests/admin/test_privacy.py: nothing changes",
    "auth_user_password_change": "test_rights_and_passwords_of_others",
    "catalog_stocklevel_receive": "test_received_stock",
    "orders_payment_match": "test_matched_money",
}
