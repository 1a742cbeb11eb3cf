"""Orders in the back office: to be read, taken from step to step, and cancelled."""

from collections.abc import Callable, Iterable
from contextlib import suppress
from typing import Any, cast

from django import forms
from django.contrib import admin
from django.db import models
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from unfold.admin import TabularInline
from unfold.contrib.filters.admin import ChoicesDropdownFilter
from unfold.decorators import action, display

from accounts.models import User
from catalog.pricing import shown_price
from electroports.admin import DaysFilter, LookOnlyMixin, ReasonField, ShopModelAdmin, form_page
from electroports.phones import InvalidPhone, parse_phone
from orders.actions.advance_order import advance_order
from orders.actions.cancel_order import cancel_order
from orders.admin.money import PAYMENT_COLOURS, amount, find_row, may
from orders.admin.order_money import LedgerInline, OrderMoneyActions, OwedFilter, PaymentInline, money_facts
from orders.bill import address_of, station_of
from orders.dashboard import STATUS_COLOURS, badge
from orders.life import EDGES, Actor, Status
from orders.models import Order, OrderEvent, OrderLine

# What staff take an order to → the action that does it.
STEPS: dict[str, str] = {
    Order.Status.CONFIRMED: "confirm",
    Order.Status.PROCESSING: "process",
    Order.Status.SHIPPED: "ship",
    Order.Status.DELIVERED: "deliver",
    Order.Status.CANCELLED: "cancel",
}


class OrderRecordInline(LookOnlyMixin, TabularInline):
    """What belongs to an order and stays as it was written."""

    extra = 0
    hide_title = True


class LineInline(OrderRecordInline):
    """What was bought, with names and prices as they were then."""

    model = OrderLine
    verbose_name_plural = "lines"
    fields = readonly_fields = ("item", "name", "price", "quantity", "less", "sum", "tax")
    price = amount("unit_price", "Unit price")
    less = amount("discount", "Discount")
    sum = amount("total", "Total")
    tax = amount("vat", "VAT")

    @display(description="SKU")
    def item(self, line: OrderLine) -> str:
        """Link to the variant as it is now."""
        return format_html(
            '<a class="text-link" href="{}">{}</a>',
            reverse("admin:catalog_variant_change", args=[line.variant_id]),
            line.sku,
        )


class EventInline(OrderRecordInline):
    """The order's timeline."""

    model = OrderEvent
    verbose_name_plural = "timeline"
    fields = readonly_fields = ("created_at", "type", "came_from", "to_status", "reason", "actor", "acting_user")

    @display(description="From status")
    def came_from(self, event: OrderEvent) -> str:
        """Where the order was before."""
        return str(Status(event.from_status).label) if event.from_status else ""

    def get_queryset(self, request: HttpRequest) -> QuerySet[OrderEvent]:
        """Read the events with who caused them."""
        events: QuerySet[OrderEvent] = super().get_queryset(request)
        return events.select_related("acting_user")


class StepForm(forms.Form):
    """What the customer may read of why."""

    reason = ReasonField(
        max_length=200, required=False, help_text="Kept in the order's timeline, for the customer too."
    )


class ConfirmForm(forms.Form):
    """Why an order that is not paid is agreed to."""

    reason = ReasonField(max_length=200, help_text="What was promised, by whom. The customer reads it in the timeline.")


class CancelForm(forms.Form):
    """Why an order is called off."""

    reason = ReasonField(max_length=200, help_text="Kept in the order's timeline, where the customer reads it.")


@admin.register(Order)
class OrderAdmin(OrderMoneyActions, LookOnlyMixin, ShopModelAdmin):
    """Orders, the books of the shop. They are written by customers and by actions, which write their timeline too."""

    inlines = (LineInline, PaymentInline, LedgerInline, EventInline)
    list_display = ("number", "customer", "created_at", "sum", "status_label", "payment_label")
    list_display_links = ("number",)
    list_filter = (
        ("status", ChoicesDropdownFilter),
        ("payment_status", ChoicesDropdownFilter),
        OwedFilter,
        ("created_at", DaysFilter),
    )
    list_filter_submit = True
    list_per_page = 50
    list_select_related = ("user",)
    show_full_result_count = False
    search_fields = ("number", "user__username", "user__email", "contact__email", "contact__phone", "contact__name")
    search_help_text = "Number, name, e-mail address, user name or phone"
    ordering = ("-id",)
    fieldsets = (
        (None, {"fields": (("number", "user"), ("status_badge", "payment_badge"), ("created_at", "expires_at"))}),
        ("Amounts in KES, VAT included", {"fields": (("goods", "less"), ("freight", "rounded"), ("in_all", "tax"))}),
        ("Money in KES", {"fields": (("gone_in", "gone_out"), ("given_up", "due_now"), "to_give_back")}),
        ("Customer", {"fields": (("contact_lines", "address_lines"), "delivery_lines", "note")}),
    )
    amounts = ("goods", "less", "freight", "rounded", "in_all", "tax")
    money = ("gone_in", "gone_out", "given_up", "due_now", "to_give_back")
    readonly_fields = (
        "status_badge",
        "payment_badge",
        "contact_lines",
        "address_lines",
        "delivery_lines",
        *amounts,
        *money,
    )
    actions_detail = (
        *("confirm", "process", "ship", "deliver"),
        {"title": "Money", "icon": "payments", "items": ["record", "record_cash", "give_back", "write_off"]},
        "cancel",
    )
    goods = amount("subtotal", "Goods")
    less = amount("discount", "Discount")
    freight = amount("delivery", "Delivery")
    rounded = amount("rounding", "Rounding")
    in_all = amount("total", "Total")
    tax = amount("vat", "VAT in the total")
    gone_in = amount("paid", "Paid")
    gone_out = amount("repaid", "Given back")
    given_up = amount("written_off", "Written off")
    to_give_back = amount("owed", "Owed to the customer")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Any], search_term: str
    ) -> tuple[QuerySet[Any], bool]:
        """Find a whole phone number however it is written; anything else by its words."""
        found, may_repeat = super().get_search_results(request, queryset, search_term)
        with suppress(InvalidPhone):
            found |= queryset.filter(contact__phone=parse_phone(search_term.strip()))
        return found, may_repeat

    @display(description="Customer", header=True)
    def customer(self, order: Order) -> list[str]:
        """Name and e-mail address given with the order."""
        user = order.user
        name = order.contact.get("name") or (user.get_full_name() or user.username if user else "Guest")
        return [name, order.contact.get("email") or (user.email if user else "")]

    @display(description="Total", ordering="total")
    def sum(self, order: Order) -> str:
        """What the customer pays."""
        return shown_price(order.total)

    @display(description="Status", label=STATUS_COLOURS, ordering="status")
    def status_label(self, order: Order) -> tuple[str, str]:
        """Where the order is in its life."""
        return order.status, order.get_status_display()

    @display(description="Payment", label=PAYMENT_COLOURS, ordering="payment_status")
    def payment_label(self, order: Order) -> tuple[str, str]:
        """What the ledger says."""
        return order.payment_status, order.get_payment_status_display()

    @display(description="Status")
    def status_badge(self, order: Order) -> str:
        """Where the order is in its life."""
        return badge(STATUS_COLOURS[Order.Status(order.status)], order.get_status_display())

    @display(description="Payment")
    def payment_badge(self, order: Order) -> str:
        """What the ledger says."""
        return badge(PAYMENT_COLOURS[Order.PaymentStatus(order.payment_status)], order.get_payment_status_display())

    @display(description="Due")
    def due_now(self, order: Order) -> str:
        """What is still asked of the customer."""
        return f"{order.to_pay:,.2f}"

    @display(description="Contact")
    def contact_lines(self, order: Order) -> str:
        """Name, e-mail and phone."""
        return lines(order.contact.get(key) for key in ("name", "email", "phone"))

    @display(description="Delivery address")
    def address_lines(self, order: Order) -> str:
        """Where it goes."""
        return lines(address_of(order))

    @display(description="Delivery")
    def delivery_lines(self, order: Order) -> str:
        """How and when it goes there, and where it is fetched."""
        if not order.delivery_code:
            return ""
        days = f"{order.delivery_earliest_on:%a %d %b} to {order.delivery_latest_on:%a %d %b %Y}"
        return lines([order.delivery_name, days, *station_of(order)])

    def has_advance_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may take orders from step to step."""
        return may(request, "change_order")

    def has_cancel_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may cancel orders."""
        return may(request, "cancel_order")

    def get_actions_detail(self, request: HttpRequest, object_id: int) -> list[Any]:
        """Offer the steps that staff may take with the order as it is."""
        order = self.get_object(request, str(object_id))
        before = order.status if order is not None else None
        closed = STEPS.keys() - {edge.after for edge in EDGES if edge.before == before and Actor.STAFF in edge.takers}
        hidden = {f"orders_order_{STEPS[status]}" for status in closed}
        offered: list[Any] = super().get_actions_detail(request, object_id)
        return [one for one in offered if one.action_name not in hidden]

    @action(description="Confirm", icon="thumb_up", url_path="confirm", permissions=["advance"])
    def confirm(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Agree to an order for a promise."""
        return self.step_page(request, object_id, Order.Status.CONFIRMED, "Confirm the order", ConfirmForm)

    @action(description="Prepare", icon="inventory_2", url_path="process", permissions=["advance"])
    def process(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Begin to pack an order."""
        return self.step_page(request, object_id, Order.Status.PROCESSING, "Prepare the order")

    @action(description="Ship", icon="local_shipping", url_path="ship", permissions=["advance"])
    def ship(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Let an order leave the house, and its units the shelf."""
        return self.step_page(request, object_id, Order.Status.SHIPPED, "Ship the order")

    @action(description="Delivered", icon="done_all", url_path="deliver", permissions=["advance"])
    def deliver(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Note that the customer has it."""
        return self.step_page(request, object_id, Order.Status.DELIVERED, "Note the delivery")

    def step_page(
        self,
        request: HttpRequest,
        object_id: str,
        status: Status,
        title: str,
        form_class: type[forms.Form] = StepForm,
    ) -> HttpResponse:
        """Show the form of a step, and take it."""

        def take(order: Order, reason: str) -> None:
            user = cast("User", request.user)
            advance_order(order=order, status=status, acting_user=user, reason=reason, at=timezone.now())

        return self.reason_page(request, object_id, title, form_class, take)

    @action(description="Cancel order", icon="cancel", url_path="cancel", permissions=["cancel"])
    def cancel(self, request: HttpRequest, object_id: str) -> HttpResponse:
        """Call an order off; its stock comes back."""

        def call_off(order: Order, reason: str) -> None:
            cancel_order(order=order, acting_user=cast("User", request.user), reason=reason, at=timezone.now())

        return self.reason_page(request, object_id, "Cancel the order", CancelForm, call_off)

    def reason_page(
        self,
        request: HttpRequest,
        object_id: str,
        title: str,
        form_class: type[forms.Form],
        act: Callable[[Order, str], None],
    ) -> HttpResponse:
        """Show a form that asks for a reason, and do what it is for."""
        order = find_row(self, request, object_id)

        def perform(entered: dict[str, Any]) -> tuple[models.Model, str]:
            reason = entered["reason"]
            act(order, reason)
            return (
                order,
                f"{order.number} is {order.status}: {reason}." if reason else f"{order.number} is {order.status}.",
            )

        return form_page(
            request=request,
            model_admin=self,
            instance=order,
            form_class=form_class,
            title=title,
            submit=title,
            facts=money_facts(order),
            perform=perform,
        )


def lines(values: Iterable[str | None]) -> str:
    """Return what there is of these, one a line."""
    return format_html_join(SafeString("<br>"), "{}", ((value,) for value in values if value))
