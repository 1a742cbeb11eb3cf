"""The money of an order, on its page: payments, ledger, figures, and what staff do about them."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, time
from typing import Any
from uuid import uuid4

from django import forms
from django.conf import settings
from django.db.models import Model, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from unfold.contrib.filters.admin import DropdownFilter
from unfold.decorators import action, display
from unfold.forms import PaginationInlineFormSet
from unfold.widgets import UnfoldAdminFileFieldWidget, UnfoldAdminSelectWidget, UnfoldAdminSingleDateWidget

from catalog.pricing import shown_price
from electroports.admin import Perform, ReasonField, form_page
from orders.actions.record_payment import record_payment
from orders.actions.refund_owed import owed_parts, refund_owed
from orders.actions.settle_payment import settle_payment
from orders.actions.withdraw_promises import promises_of
from orders.actions.write_off import write_off
from orders.admin.money import (
    AmountField,
    MoneyInline,
    OnceForm,
    OpenActionsMixin,
    TextField,
    amount,
    clean_document,
    find_row,
    kind_column,
    provider_column,
    staff,
    state_column,
)
from orders.admin.payment_actions import BY_HAND, WAYS, WayBackForm, payment_link
from orders.errors import PaymentNotOpen
from orders.models import LedgerEntry, Order, Payment
from orders.money import ZERO
from orders.providers import can_refund, label_of

CASH_ON_DELIVERY = "cash_on_delivery"


class PaymentInline(MoneyInline):
    """How it was tried to pay the order."""

    model = Payment
    verbose_name_plural = "payments"
    fields = readonly_fields = ("page", "provider_name", "sum", "status_label", "given_back", "created_at", "attention")
    sum = amount("amount", "Amount")
    given_back = amount("refunded", "Given back")
    provider_name = provider_column
    status_label = state_column

    @display(description="Payment")
    def page(self, payment: Payment) -> str:
        """Link to the payment."""
        return payment_link(payment)


class OrderLedger(PaginationInlineFormSet):
    """All entries about an order: those of its payments, too, which name no order themselves."""

    def get_queryset(self) -> QuerySet[LedgerEntry]:
        """Read them in their order, in one query."""
        if not hasattr(self, "_queryset"):
            of_order = Q(order=self.instance) | Q(payment__order=self.instance)
            self._queryset = LedgerEntry.objects.filter(of_order).select_related("acting_user").order_by("pk")
        return self._queryset


class LedgerInline(MoneyInline):
    """What of an order's money is in the ledger."""

    model = LedgerEntry
    formset = OrderLedger
    verbose_name_plural = "ledger"
    fields = readonly_fields = (
        "created_at",
        "kind_label",
        "sum",
        "provider_name",
        "reference",
        "note",
        "acting_user",
    )
    sum = amount("amount", "Amount")
    kind_label = kind_column
    provider_name = provider_column


class OwedFilter(DropdownFilter):
    """Orders of which money is to go back."""

    title = "money to give back"
    parameter_name = "owing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        """Offer the queue."""
        return [("yes", "To give back")]

    def queryset(self, request: HttpRequest, queryset: Any) -> QuerySet[Any]:
        """Read the queue by its index."""
        queue: QuerySet[Any] = queryset.owing() if self.value() == "yes" else queryset
        return queue


class RecordForm(forms.Form):
    """Money that staff found on a statement."""

    provider = forms.ChoiceField(initial="bank", widget=UnfoldAdminSelectWidget(), label="How it was paid")
    amount = AmountField()
    reference = TextField(
        max_length=60, help_text="As the bank's statement or the provider's books have it; used once."
    )
    payer = TextField(max_length=150, required=False, help_text="Who paid, if it says so.")
    paid_on = forms.DateField(widget=UnfoldAdminSingleDateWidget(), label="When it came")
    document = forms.FileField(
        required=False, widget=UnfoldAdminFileFieldWidget(), help_text="The bank's slip: PDF, PNG or JPEG, up to 5 MB."
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = ["bank", *(name for name in settings.PAYMENT_PROVIDERS if name not in ("bank", CASH_ON_DELIVERY))]
        provider: Any = self.fields["provider"]
        provider.choices = [(name, label_of(name)) for name in names]

    def clean_paid_on(self) -> datetime:
        """Return the beginning of that day, or now if it is today; raises ValidationError for a day to come."""
        zone, now = timezone.get_default_timezone(), timezone.now()
        day = self.cleaned_data["paid_on"]
        today = timezone.localdate(now, zone)
        if day > today or day.year < today.year - 1:
            raise forms.ValidationError("Money comes neither from the future nor after years.", code="invalid")
        return now if day == today else datetime.combine(day, time(), tzinfo=zone)

    def clean_document(self) -> Any:
        """Return the proof under a name that nobody guesses."""
        return clean_document(self.cleaned_data["document"])


class CashForm(forms.Form):
    """What the rider brought."""

    receipt = TextField(max_length=60, help_text="The number of the cash receipt.")


class WriteOffForm(OnceForm):
    """How much nobody will ask for any more, and why."""

    amount = AmountField()
    reason = ReasonField(max_length=150, help_text="The customer reads this in the order's timeline.")


class OwedForm(WayBackForm):
    """How all that is owed goes back."""

    amount = forms.DecimalField(widget=forms.HiddenInput)


class OwedByHandForm(OwedForm):
    """The same where a provider gives nothing back by itself."""

    way = forms.ChoiceField(choices=WAYS[1:], initial=BY_HAND, widget=UnfoldAdminSelectWidget(), label="How")


def money_facts(order: Order) -> dict[str, Any]:
    """Return what every page about an order's money says of it."""
    return {
        "Order": order.number,
        "Status": order.get_status_display(),
        "Total": shown_price(order.total),
        "Paid": shown_price(order.paid),
        "Given back": shown_price(order.repaid),
        "Due": shown_price(order.to_pay),
        "Owed": shown_price(order.owed),
    }


class OrderMoneyActions(OpenActionsMixin):
    """The buttons about money on an order's page."""

    def closed_actions(self, row: Order) -> Iterable[str]:
        """Return the names of what makes no sense for this order."""
        offered = {
            "record_cash": promised_cash(row) is not None,
            "write_off": row.to_pay > 0,
            "give_back": row.owed > 0,
        }
        return [name for name, is_offered in offered.items() if not is_offered]

    @action(description="Record a payment", icon="account_balance", url_path="record", permissions=["record_payment"])
    def record(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down money that staff found on a statement."""
        order = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            record_payment(
                order=order,
                provider=entered["provider"],
                amount=entered["amount"],
                reference=entered["reference"],
                payer=entered["payer"],
                document=entered["document"],
                paid_at=entered["paid_on"],
                acting_user=staff(request),
                at=timezone.now(),
            )
            return order, f"{shown_price(entered['amount'])} is recorded: {entered['reference']}."

        today = timezone.localdate(timezone=timezone.get_default_timezone())
        initial = {"amount": order.to_pay or None, "paid_on": today}
        return self._money_page(request, order, RecordForm, "Record a payment", "Record", perform, initial=initial)

    @action(description="Record cash on delivery", icon="payments", url_path="cash", permissions=["handle_payment"])
    def record_cash(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Write down that the rider brought what was promised."""
        order = find_row(self, request, object_id)
        promise = promised_cash(order)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            if promise is None:
                raise PaymentNotOpen("No cash is waited for. Record what came as a payment.")
            settle_payment(payment=promise, receipt=entered["receipt"], acting_user=staff(request), at=timezone.now())
            return order, f"{shown_price(promise.amount)} in cash is recorded: {entered['receipt']}."

        facts = money_facts(order) | ({"Cash to bring": shown_price(promise.amount)} if promise else {})
        return self._money_page(request, order, CashForm, "Record cash on delivery", "Received", perform, facts=facts)

    @action(description="Write off", icon="money_off", url_path="write-off", permissions=["write_off"])
    def write_off(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Ask no more for what is due, or a part of it."""
        order = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            write_off(
                order=order,
                amount=entered["amount"],
                reason=entered["reason"],
                acting_user=staff(request),
                at=timezone.now(),
                reference=entered["once"],
            )
            return order, f"{shown_price(entered['amount'])} is written off: {entered['reason']}."

        initial = {"once": uuid4(), "amount": order.to_pay or None}
        return self._money_page(request, order, WriteOffForm, "Write off", "Write off", perform, initial=initial)

    @action(description="Give back what is owed", icon="undo", url_path="give-back", permissions=["give_back"])
    def give_back(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Have all that came in beyond what is due go back, payment by payment."""
        order = find_row(self, request, object_id)
        parts = owed_parts(order)

        def perform(entered: dict[str, Any]) -> tuple[Model, str]:
            by_hand = entered["way"] == BY_HAND
            refund_owed(
                order=order,
                amount=entered["amount"],
                reason=entered["reason"],
                receipt=entered["receipt"],
                by_hand=by_hand,
                acting_user=staff(request),
                at=timezone.now(),
            )
            done = "has been given back" if by_hand else "is on its way back"
            return order, f"{shown_price(entered['amount'])} {done}: {entered['reason']}."

        from_payments = format_html_join(
            SafeString("<br>"),
            "{} of {} {}",
            ((shown_price(part.amount), label_of(part.payment.provider), payment_link(part.payment)) for part in parts),
        )
        return self._money_page(
            request,
            order,
            OwedForm if all(can_refund(part.payment.provider) for part in parts) else OwedByHandForm,
            "Give back what is owed",
            "Give back",
            perform,
            facts=money_facts(order) | {"Goes back": from_payments or "Nothing: it is on its way"},
            initial={"amount": sum((part.amount for part in parts), ZERO)},
        )

    def _money_page(
        self,
        request: HttpRequest,
        order: Order,
        form: type[forms.Form],
        title: str,
        submit: str,
        perform: Perform,
        *,
        facts: dict[str, Any] | None = None,
        initial: dict[str, Any] | None = None,
    ) -> HttpResponse:
        page: Any = self
        return form_page(
            request=request,
            model_admin=page,
            instance=order,
            form_class=form,
            initial=initial,
            title=title,
            submit=submit,
            facts=facts or money_facts(order),
            perform=perform,
        )


def promised_cash(order: Order) -> Payment | None:
    """Return the cash on delivery that an order waits for."""
    return promises_of(order).order_by("-pk").first()
