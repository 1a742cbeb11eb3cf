"""What staff do with a payment: each on a page of its own, which says what it is about."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, cast
from uuid import uuid4

from django import forms
from django.db.models import Model
from django.http import FileResponse, Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.decorators import action
from unfold.widgets import UnfoldAdminSelectWidget

from catalog.pricing import shown_price
from electroports.admin import Perform, ReasonField, form_page
from orders.actions.check_payment import check_payment
from orders.actions.dismiss_attention import dismiss_attention
from orders.actions.fail_payment import fail_payment
from orders.actions.match_payment import match_payment
from orders.actions.request_refund import request_refund
from orders.actions.settle_payment import settle_payment
from orders.admin.money import (
    AmountField,
    OnceForm,
    OpenActionsMixin,
    SureForm,
    TextField,
    WhyForm,
    find_row,
    staff,
)
from orders.dashboard import link
from orders.deposits import named_order
from orders.models import Order, Payment
from orders.providers import can_refund, label_of

MOST_CANDIDATES = 8
CHANGE = ["handle_payment"]
THROUGH_PROVIDER, BY_HAND = "provider", "hand"
WAYS = [(THROUGH_PROVIDER, "Through the provider"), (BY_HAND, "It has been given back by hand")]


class MatchForm(forms.Form):
    """For which order the money is."""

    number = TextField(max_length=12, label="Order", help_text="The order's number, such as EP-7K3QXM.")

    def clean_number(self) -> Order:
        """Return the order of that number."""
        typed = self.cleaned_data["number"].strip()
        order = Order.objects.addressed_as(typed).first() or named_order(typed)
        if order is None:
            raise forms.ValidationError("There is no such order.", code="does_not_exist")
        return cast("Order", order)


class SettleForm(forms.Form):
    """What proves that the money is there."""

    receipt = TextField(max_length=60, help_text="As the provider's own books or the cash receipt have it.")


class SeenForm(forms.Form):
    """What there was to look at when the page was opened, and what was found."""

    seen = forms.CharField(widget=forms.HiddenInput, strip=False)
    reason = ReasonField(max_length=200, label="What was found", help_text="Kept in the history.")


class WayBackForm(forms.Form):
    """Why money goes back, and in which way."""

    reason = ReasonField(max_length=150, help_text="The customer reads this in the order's timeline.")
    way = forms.ChoiceField(choices=WAYS, initial=WAYS[0][0], widget=UnfoldAdminSelectWidget(), label="How")
    receipt = TextField(max_length=60, required=False, help_text="What proves it, if it was given back by hand.")

    def clean(self) -> dict[str, Any]:
        """Ask for a proof of what went back by hand."""
        entered: dict[str, Any] = super().clean() or {}
        if entered.get("way") == BY_HAND and not entered.get("receipt"):
            self.add_error("receipt", forms.ValidationError("Say what proves that it was given back.", code="required"))
        return entered


class RefundForm(OnceForm, WayBackForm):
    """How much of a payment goes back, why, and in which way."""

    amount = AmountField(label="Amount")
    field_order = ("amount", "reason", "way", "receipt")


class RefundByHandForm(RefundForm):
    """The same where the provider gives nothing back by itself."""

    way = forms.ChoiceField(choices=WAYS[1:], initial=BY_HAND, widget=UnfoldAdminSelectWidget(), label="How")


def facts_of(payment: Payment) -> dict[str, Any]:
    """Return what every page about a payment says of it."""
    facts = {
        "Provider": label_of(payment.provider),
        "Amount": shown_price(payment.amount),
        "Status": payment.get_status_display(),
        "Order": payment.order.number if payment.order else "None yet",
        "Receipt": payment.receipt,
        "Payer": " · ".join(filter(None, (payment.payer, payment.phone))),
        "Account": payment.account,
        "To look at": payment.attention,
    }
    return {name: value for name, value in facts.items() if value}


def candidates(payment: Payment, address: str) -> SafeString | str:
    """Return the orders that a payment may be meant for, each a link that fills the form in."""
    orders = Order.objects.may_be_meant(amount=payment.amount, phone=payment.phone, paid_at=payment.created_at)
    rows = [
        (
            address,
            order.number,
            order.number,
            order.contact.get("name") or "Guest",
            f"{shown_price(order.due)} {'was due' if order.is_over else 'due'}",
            order.get_status_display(),
            why_meant(order, payment),
        )
        for order in orders.order_by("-id")[:MOST_CANDIDATES]
    ]
    return format_html_join(
        SafeString("<br>"), '<a class="text-link" href="{}?number={}">{}</a> · {} · {} · {} · {}', rows
    )


def why_meant(order: Order, payment: Payment) -> str:
    """Say what an order and a payment have in common."""
    alike = ["amount"] if order.due == payment.amount else []
    if payment.phone and order.contact.get("phone") == payment.phone:
        alike.append("phone")
    return f"same {' and '.join(alike)}"


class PaymentActions(OpenActionsMixin):
    """The buttons of a payment's page."""

    def closed_actions(self, row: Payment) -> Iterable[str]:
        """Return the names of what makes no sense for this payment."""
        offered = {
            "match": row.order_id is None and row.captured > row.refunded,
            "settle": row.can_become(Payment.Status.SUCCEEDED),
            "fail": row.is_open,
            "check_now": row.is_open,
            "refund": row.captured > row.refunding,
            "dismiss": bool(row.attention),
            "document": bool(row.document),
        }
        return [name for name, is_offered in offered.items() if not is_offered]

    @action(description="Match with an order", icon="link", url_path="match", permissions=CHANGE)
    def match(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give money that named no order to the order that it is for."""
        payment = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            order = entered["number"]
            match_payment(payment=payment, order=order, acting_user=staff(request), at=timezone.now())
            return payment, f"{shown_price(payment.amount)} is matched with {order.number}."

        facts = facts_of(payment)
        if found := candidates(payment, request.path):
            facts["May be meant for"] = found
        initial = {"number": request.GET.get("number", "")}
        return self._page(
            request, payment, MatchForm, "Match with an order", "Match", perform, facts=facts, initial=initial
        )

    @action(description="Record as received", icon="price_check", url_path="settle", permissions=CHANGE)
    def settle(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down that the money is there."""
        payment = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            receipt = entered["receipt"]
            settle_payment(payment=payment, receipt=receipt, acting_user=staff(request), at=timezone.now())
            return payment, f"{shown_price(payment.amount)} is recorded as received: {receipt}."

        initial = {"receipt": payment.receipt}
        return self._page(
            request, payment, SettleForm, "Record the payment as received", "Received", perform, initial=initial
        )

    @action(description="Mark as failed", icon="block", url_path="fail", permissions=CHANGE)
    def fail(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down that nothing will come of it."""
        payment = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            fail_payment(payment=payment, why=entered["reason"], acting_user=staff(request), at=timezone.now())
            return payment, f"Marked as failed: {entered['reason']}."

        return self._page(request, payment, WhyForm, "Mark the payment as failed", "Failed", perform)

    @action(description="Ask the provider now", icon="sync", url_path="check", permissions=CHANGE)
    def check_now(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask what became of it."""
        payment = find_row(self, request, object_id)

        def perform(_entered: dict[str, Any]) -> tuple[Model, str]:
            asked = check_payment(payment=payment, at=timezone.now())
            return asked, f"{label_of(asked.provider)} was asked. The payment is: {asked.get_status_display()}."

        return self._page(request, payment, SureForm, "Ask the provider now", "Ask", perform)

    @action(description="Give money back", icon="undo", url_path="refund", permissions=["give_back"])
    def refund(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Give all or a part of it back."""
        payment = find_row(self, request, object_id)
        left = payment.captured - payment.refunding

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            request_refund(
                payment=payment,
                amount=entered["amount"],
                reason=entered["reason"],
                receipt=entered["receipt"],
                by_hand=entered["way"] == BY_HAND,
                acting_user=staff(request),
                at=timezone.now(),
                reference=entered["once"],
            )
            done = "has been given back" if entered["way"] == BY_HAND else "is on its way back"
            return payment, f"{shown_price(entered['amount'])} {done}: {entered['reason']}."

        return self._page(
            request,
            payment,
            RefundForm if can_refund(payment.provider) else RefundByHandForm,
            "Give money back",
            "Give back",
            perform,
            facts={**facts_of(payment), "Can go back": shown_price(left)},
            initial={"once": uuid4(), "amount": left},
        )

    @action(description="Nothing more to look at", icon="done_all", url_path="dismiss", permissions=CHANGE)
    def dismiss(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Take it off the list of those to look at."""
        payment = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            dismiss_attention(row=payment, seen=entered["seen"])
            return payment, f"Looked at: {entered['reason']}."

        initial = {"seen": payment.attention}
        return self._page(request, payment, SeenForm, "Nothing more to look at", "Done", perform, initial=initial)

    @action(description="Open the document", icon="description", url_path="document", permissions=["see_payment"])
    def document(self, request: HttpRequest, object_id: str) -> HttpResponseBase:
        """Send the proof, which nobody else may see."""
        payment = find_row(self, request, object_id)
        if not payment.document:
            raise Http404
        try:
            file = payment.document.open("rb")
        except FileNotFoundError as error:
            raise Http404 from error
        return FileResponse(file, as_attachment=True, filename=f"payment-{payment.pk}.{file.name.rpartition('.')[2]}")

    def _page(
        self,
        request: HttpRequest,
        payment: Payment,
        form: type[forms.Form],
        title: str,
        submit: str,
        perform: Perform,
        *,
        facts: dict[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> HttpResponse:
        return form_page(
            request=request,
            model_admin=cast("Any", self),
            instance=payment,
            form_class=form,
            initial=initial,
            title=title,
            submit=submit,
            facts=facts or facts_of(payment),
            perform=perform,
        )


def order_cell(order: Order | None) -> str:
    """Return a link to an order, or that there is none yet."""
    return link("orders_order", order.pk, order.number) if order else format_html("<i>{}</i>", "Unmatched")


def payment_link(payment: Payment) -> str:
    """Return a link to a payment's page."""
    return format_html(
        '<a class="text-link" href="{}">{}</a>',
        reverse("admin:orders_payment_change", args=[payment.pk]),
        payment.receipt or str(payment.reference)[:8],
    )
