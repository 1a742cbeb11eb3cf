"""What the pages about money share: colours, columns, forms, and who may do what."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any, ClassVar, cast
from uuid import uuid4

from django import forms
from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.core.files.uploadedfile import UploadedFile
from django.db.models import Model
from django.http import Http404, HttpRequest
from unfold.admin import TabularInline
from unfold.decorators import display
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminDecimalFieldWidget, UnfoldAdminTextInputWidget

from accounts.models import User
from electroports.admin import LookOnlyMixin, ReasonField, ShopModelAdmin
from orders.dashboard import badge
from orders.gateways.registry import BUILDERS
from orders.models import LedgerEntry, Order, Payment, ProviderMessage, Refund
from orders.providers import label_of

PAYMENT_COLOURS = {
    Order.PaymentStatus.UNPAID: "warning",
    Order.PaymentStatus.PARTIALLY_PAID: "warning",
    Order.PaymentStatus.PAID: "success",
    Order.PaymentStatus.PARTIALLY_REFUNDED: "info",
    Order.PaymentStatus.REFUNDED: "danger",
}
STATE_COLOURS = {
    Payment.Status.STARTING: "info",
    Payment.Status.PENDING: "info",
    Payment.Status.UNKNOWN: "warning",
    Payment.Status.SUCCEEDED: "success",
    Payment.Status.FAILED: "danger",
    Payment.Status.WITHDRAWN: "default",
}
REFUND_COLOURS = {
    Refund.Status.REQUESTED: "info",
    Refund.Status.SENT: "info",
    Refund.Status.SUCCEEDED: "success",
    Refund.Status.FAILED: "danger",
}
KIND_COLOURS = {
    LedgerEntry.Kind.AUTHORIZED: "info",
    LedgerEntry.Kind.CAPTURED: "success",
    LedgerEntry.Kind.REFUNDED: "warning",
    LedgerEntry.Kind.WRITTEN_OFF: "default",
}
MESSAGE_COLOURS = {
    ProviderMessage.Status.RECEIVED: "info",
    ProviderMessage.Status.PROCESSED: "success",
    ProviderMessage.Status.IGNORED: "default",
    ProviderMessage.Status.FAILED: "danger",
}
MOST_BYTES = 5 * 1024 * 1024
# How a file of each kind begins, whatever its name says.
KINDS = {b"%PDF-": "pdf", b"\x89PNG\r\n\x1a\n": "png", b"\xff\xd8\xff": "jpg"}


def amount(name: str, title: str) -> Callable[[Any, Model], str]:
    """Return a column that shows the amount `name` with its thousands apart."""

    @display(description=title)
    def column(_admin: Any, row: Model) -> str:
        return f"{getattr(row, name):,.2f}"

    return cast("Callable[[Any, Model], str]", column)


@display(description="Provider", ordering="provider")
def provider_column(_admin: Any, row: Model) -> str:
    """Through whom the money goes."""
    return label_of(cast("Payment", row).provider)


@display(description="What")
def kind_column(_admin: Any, row: Model) -> str:
    """Which way an entry of the ledger moved."""
    entry = cast("LedgerEntry", row)
    return badge(KIND_COLOURS[LedgerEntry.Kind(entry.kind)], entry.get_kind_display())


@display(description="Status")
def state_column(_admin: Any, row: Model) -> str:
    """What is known of a payment."""
    payment = cast("Payment", row)
    return badge(STATE_COLOURS[Payment.Status(payment.status)], payment.get_status_display())


@display(description="Status")
def refund_column(_admin: Any, row: Model) -> str:
    """How far a refund is."""
    refund = cast("Refund", row)
    return badge(REFUND_COLOURS[Refund.Status(refund.status)], refund.get_status_display())


def provider_choices() -> list[tuple[str, str]]:
    """Return the providers that there are."""
    return [(name, label_of(name)) for name in BUILDERS]


def may(request: HttpRequest, permission: str) -> bool:
    """Tell whether the user has a permission of this app."""
    user: Any = request.user
    return bool(user.has_perm(f"orders.{permission}"))


def staff(request: HttpRequest) -> User:
    """Return who is signed in."""
    return cast("User", request.user)


class MoneyAdmin(LookOnlyMixin, ShopModelAdmin):
    """Rows that only actions write; nobody needs the number of all of them."""

    paginator = InfinitePaginator
    list_per_page = 50
    show_full_result_count = False
    list_filter_submit = True
    ordering = ("-id",)


def find_row(model_admin: Any, request: HttpRequest, object_id: str) -> Any:
    """Return the row that an action is about; raises Http404, and PermissionDenied for who may not see such rows."""
    if not model_admin.has_view_permission(request):
        raise PermissionDenied
    row = model_admin.get_object(request, object_id)
    if row is None:
        raise Http404
    return row


class MoneyRights:
    """Which permission each action needs. Unfold's own `app.permission` asks the database before there are tables."""

    def has_handle_payment_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may match payments with orders, settle them, and ask about them."""
        return may(request, "change_payment")

    def has_record_payment_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may record payments."""
        return may(request, "add_payment")

    def has_give_back_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may give money back."""
        return may(request, "add_refund")

    def has_handle_refund_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may ask about refunds, and look after those that failed."""
        return may(request, "change_refund")

    def has_write_off_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may write off what is due."""
        return may(request, "add_ledgerentry")

    def has_process_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may have messages of providers processed again."""
        return may(request, "change_providermessage")

    def has_see_payment_permission(self, request: HttpRequest, object_id: object = None) -> bool:
        """Tell whether this user may see payments."""
        return may(request, "view_payment")


class OpenActionsMixin(MoneyRights):
    """Offers at the top of a row's page only what can be done with it as it is; actions themselves refuse the rest."""

    def closed_actions(self, row: Any) -> Iterable[str]:
        """Return the names of what makes no sense for this row."""
        return ()

    def get_actions_detail(self, request: HttpRequest, object_id: Any) -> list[Any]:
        """Return the user's actions, without those that make no sense."""
        found: list[Any] = super().get_actions_detail(request, object_id)  # type: ignore[misc]  # the admin's
        row = self.get_object(request, str(object_id)) if found else None  # type: ignore[attr-defined]  # the admin's
        closed = set(self.closed_actions(row)) if row is not None else set()
        opts = cast("admin.ModelAdmin[Any]", self).model._meta
        prefix = f"{opts.app_label}_{opts.model_name}_"
        return [each for each in found if each.action_name.removeprefix(prefix) not in closed]


class MoneyInline(LookOnlyMixin, TabularInline):
    """Money of the row that is shown, for those who may see payments."""

    extra = 0
    hide_title = True
    show_change_link = False
    permission: ClassVar[str] = "view_payment"

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """Tell whether the user may see it."""
        return may(request, self.permission)


class AmountField(forms.DecimalField):
    """An amount in the shop's currency, above zero."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            min_value=Decimal("0.01"),
            max_digits=12,
            decimal_places=2,
            widget=UnfoldAdminDecimalFieldWidget(attrs={"step": "0.01", "inputmode": "decimal"}),
            **kwargs,
        )


class TextField(forms.CharField):
    """One short line."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=UnfoldAdminTextInputWidget(), **kwargs)


class OnceForm(forms.Form):
    """A form that counts once, however often its button is pressed: `once` names what comes of it."""

    once = forms.UUIDField(widget=forms.HiddenInput)


class SureForm(forms.Form):
    """Nothing to enter: the page asks whether one is sure."""


class WhyForm(forms.Form):
    """Why it is done."""

    reason = ReasonField(max_length=200)


def clean_document(upload: UploadedFile[bytes] | None) -> UploadedFile[bytes] | None:
    """Return a proof under a name that nobody guesses; raises ValidationError for a large one or another kind."""
    if not upload:
        return None
    if (upload.size or 0) > MOST_BYTES:
        raise forms.ValidationError("The file is larger than 5 MB.", code="too_large")
    begin = upload.read(16)
    upload.seek(0)
    kind = next((kind for magic, kind in KINDS.items() if begin.startswith(magic)), None)
    if kind is None:
        raise forms.ValidationError("Only PDF, PNG and JPEG files are kept.", code="invalid_kind")
    upload.name = f"{uuid4()}.{kind}"
    return upload
