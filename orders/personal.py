"""What orders hold of people: the table, and which rows are about whom."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from functools import reduce
from operator import or_
from typing import Any

from django.db.models import BinaryField, BooleanField, F, Func, Q, Value

from electroports.idempotency import user_caller
from electroports.personal import Fate, Holding, Impersonal, Person, Rows
from orders.customers import customer_keys
from orders.models import (
    Cart,
    CartAnswer,
    CartLine,
    IdempotencyRecord,
    LedgerEntry,
    Order,
    OrderEvent,
    OrderLine,
    OrderMessage,
    Payment,
    PaymentAnswer,
    PromotionUse,
    ProviderMessage,
    Refund,
)

LEAST_NEEDLE = 6  # characters: less would be found anywhere
NEEDLES = 50  # looked for at a time
COPY = "a copy of what the other rows say, kept for a day"
BOOKS = "the books: what was sold, when and for how much"
TOMBSTONE = "the account's row, which names nobody any more"


def orders_of(person: Person) -> Rows:
    """A person's orders: those of the account, and a guest's by their e-mail address or by their numbers."""
    mine = Q(user=person.user_id) if person.user_id is not None else Q(pk__in=person.orders, user=None)
    if person.email:
        mine |= Q(user=None, guest_key=customer_keys(None, email=person.email, phone="").email_key)
    return Order.objects.filter(mine)


def payments_of(person: Person) -> Rows:
    """The payments of a person's orders."""
    return Payment.objects.filter(order__in=orders_of(person))


def refunds_of(person: Person) -> Rows:
    """What went back to a person, or is to."""
    return Refund.objects.filter(payment__in=payments_of(person))


def entries_of(person: Person) -> Rows:
    """A person's money in the ledger."""
    return LedgerEntry.objects.filter(Q(payment__in=payments_of(person)) | Q(order__in=orders_of(person)))


def provider_messages_of(person: Person) -> Rows:
    """What providers sent about a person's payments: to an address of such a payment, or with its numbers in the text.

    Bodies are bytes of each provider's own making, and have no index; they are read from the first payment on.
    """
    payments = list(payments_of(person).values("reference", "provider_reference", "receipt", "phone", "created_at"))
    refunds = list(refunds_of(person).values("reference", "provider_reference", "receipt"))
    if not payments:
        return ProviderMessage.objects.none()
    references = [str(row["reference"]) for row in (*payments, *refunds)]
    texts = {row[name] for row in (*payments, *refunds) for name in ("provider_reference", "receipt")}
    texts |= {row["phone"].removeprefix("+") for row in payments}
    needles = sorted(text.encode() for text in texts if len(text) >= LEAST_NEEDLE)
    since = min(row["created_at"] for row in payments) - timedelta(days=1)
    found = set(ProviderMessage.objects.filter(reference__in=references).values_list("pk", flat=True))
    for start in range(0, len(needles), NEEDLES):
        within = [Q(Contains(F("body"), needle)) for needle in needles[start : start + NEEDLES]]
        about = ProviderMessage.objects.filter(reduce(or_, within), received_at__gte=since)
        found.update(about.values_list("pk", flat=True))
    return ProviderMessage.objects.filter(pk__in=found)


class Contains(Func):
    """Whether bytes are within a column of bytes."""

    function = "INSTR"
    template = "(%(function)s(%(expressions)s) > 0)"
    conditional = True
    output_field = BooleanField()

    def __init__(self, column: F, needle: bytes) -> None:
        super().__init__(column, Value(needle, output_field=BinaryField()))

    def as_postgresql(self, compiler: Any, connection: Any) -> Any:
        """PostgreSQL has `strpos` for texts alone."""
        clone = self.copy()
        clone.set_source_expressions(self.get_source_expressions()[::-1])
        return clone.as_sql(compiler, connection, function="POSITION", arg_joiner=" IN ")


def of_orders(model: type[Any]) -> Callable[[Person], Rows]:
    """Return the rows of a model that are about a person by their order."""
    return lambda person: model._default_manager.filter(order__in=orders_of(person))


def answers(model: type[Any], lookup: str, owned: Callable[[Person], Rows]) -> Callable[[Person], Rows]:
    """Return a person's stored answers: under their own keys, or about their order or payment."""

    def rows(person: Person) -> Rows:
        theirs = Q(caller=user_caller(person.user_id)) if person.user_id is not None else Q(pk__in=())
        found: Rows = model._default_manager.filter(theirs | Q(**{f"{lookup}__in": owned(person)}))
        return found

    return rows


def cart_answers_of(person: Person) -> Rows:
    """The stored answers about a person's cart."""
    return CartAnswer.objects.filter(caller=user_caller(person.user_id or 0))


def uses_of(person: Person) -> Rows:
    """The promotions that a person used."""
    theirs = Q(user=person.user_id) if person.user_id is not None else Q(pk__in=())
    return PromotionUse.objects.filter(theirs | Q(order__in=orders_of(person)))


def cart_of(person: Person) -> Rows:
    """A person's cart. A guest's carries nobody's name: it is found by its token alone."""
    return Cart.objects.filter(user=person.user_id) if person.user_id is not None else Cart.objects.none()


def cart_lines_of(person: Person) -> Rows:
    """What is in a person's cart."""
    return CartLine.objects.filter(cart__in=cart_of(person))


def words(text: str) -> tuple[str, ...]:
    """Return the names in a text."""
    return tuple(text.split())


ANSWER_HIDDEN = dict.fromkeys(words("id caller route key body_digest status body created_at"), COPY)

# In the order in which an erasure goes: what leads to a row is written over after it.
HOLDINGS = (
    Holding(
        "orders.ProviderMessage",
        provider_messages_of,
        Fate.SCRUBBED,
        exported=words("id provider kind reference event_id body status received_at processed_at"),
        hidden={
            "headers": "signatures",
            "note": "how the shop's machine read it",
            "attempts": "the shop's own",
            "next_attempt_at": "the shop's own",
        },
        scrubbed={"body": b"", "headers": {}, "note": "", "next_attempt_at": None},
        kept=dict.fromkeys(
            words("provider kind reference event_id"), "that the same message is not taken a second time"
        ),
    ),
    Holding(
        "orders.IdempotencyRecord",
        answers(IdempotencyRecord, "order", orders_of),
        Fate.DELETED,
        hidden={**ANSWER_HIDDEN, "order": COPY},
    ),
    Holding(
        "orders.PaymentAnswer",
        answers(PaymentAnswer, "payment", payments_of),
        Fate.DELETED,
        hidden={**ANSWER_HIDDEN, "payment": COPY},
    ),
    Holding("orders.CartAnswer", cart_answers_of, Fate.DELETED, hidden=ANSWER_HIDDEN),
    Holding(
        "orders.CartLine",
        cart_lines_of,
        Fate.DELETED,
        exported=words("id cart variant quantity added_price added_at"),
    ),
    Holding(
        "orders.Cart",
        cart_of,
        Fate.DELETED,
        exported=words("id user coupon delivery created_at updated_at"),
        hidden={"token_digest": "of a guest's cart alone"},
    ),
    Holding(
        "orders.OrderMessage",
        of_orders(OrderMessage),
        Fate.DELETED,
        exported=words("id order kind channel event amount recipient status error created_at sent_at"),
        hidden=dict.fromkeys(words("attempts next_attempt_at give_up_at claimed_at"), "how far the outbox is"),
    ),
    Holding(
        "orders.OrderEvent",
        of_orders(OrderEvent),
        Fate.SCRUBBED,
        exported=words("id order type from_status to_status reason actor created_at"),
        hidden={"acting_user": "mostly somebody of the staff"},
        scrubbed={"reason": ""},
        kept={"type": "a word of the shop's own", "from_status": "a status", "acting_user": TOMBSTONE},
    ),
    Holding(
        "orders.PromotionUse",
        uses_of,
        Fate.SCRUBBED,
        exported=words("id promotion order user amount created_at released_at"),
        hidden={
            "email_key": "a digest of what else is in this copy",
            "phone_key": "a digest of what else is in this copy",
            "slot": "the shop's own",
        },
        scrubbed={"email_key": "", "phone_key": ""},
        kept={"user": TOMBSTONE},
    ),
    Holding(
        "orders.LedgerEntry",
        entries_of,
        Fate.SCRUBBED,
        exported=words("id kind payment order provider reference amount currency note created_at"),
        hidden={"acting_user": "somebody of the staff"},
        scrubbed={"note": ""},
        kept={"provider": BOOKS, "reference": BOOKS, "currency": BOOKS, "acting_user": TOMBSTONE},
    ),
    Holding(
        "orders.Refund",
        refunds_of,
        Fate.SCRUBBED,
        exported=words(
            "id reference payment status is_by_hand amount reason provider_reference receipt detail attention "
            "created_at settled_at"
        ),
        hidden={"acting_user": "somebody of the staff", "checks": "the shop's own", "next_check_at": "the shop's own"},
        scrubbed={"reason": "", "detail": "", "attention": ""},
        kept={"reference": BOOKS, "provider_reference": BOOKS, "receipt": BOOKS, "acting_user": TOMBSTONE},
    ),
    Holding(
        "orders.Payment",
        payments_of,
        Fate.SCRUBBED,
        exported=words(
            "id reference order provider status amount currency phone payer account provider_reference receipt reason "
            "detail attention captured refunded refunding document created_at expires_at settled_at"
        ),
        hidden={
            "next_action": "a secret of the provider's",
            "is_live": "the shop's own",
            "acting_user": "mostly somebody of the staff",
            "checks": "the shop's own",
            "next_check_at": "the shop's own",
        },
        scrubbed={
            "phone": "",
            "payer": "",
            "account": "",
            "detail": "",
            "attention": "",
            "next_action": None,
        },
        kept={
            "reference": BOOKS,
            "provider": BOOKS,
            "provider_reference": BOOKS,
            "receipt": BOOKS,
            "currency": BOOKS,
            "reason": "a word of the shop's own",
            "document": "until the job that follows has deleted the file",
            "acting_user": TOMBSTONE,
        },
    ),
    Holding(
        "orders.OrderLine",
        of_orders(OrderLine),
        Fate.KEPT,
        exported=words(
            "id order product variant sku name unit_price regular_price event_id event_name quantity discount total "
            "vat tax_class tax_rate"
        ),
        kept=dict.fromkeys(words("sku name event_name tax_class"), BOOKS),
    ),
    Holding(
        "orders.Order",
        orders_of,
        Fate.SCRUBBED,
        exported=words(
            "id number user status payment_status subtotal discount delivery delivery_vat rounding vat total paid "
            "repaid written_off owed currency promotions contact address delivery_code delivery_name delivery_kind "
            "delivery_station delivery_earliest_on delivery_latest_on note created_at expires_at"
        ),
        hidden={"guest_key": "a digest of what else is in this copy"},
        scrubbed={"contact": {}, "address": None, "note": "", "guest_key": ""},
        kept={
            "number": BOOKS,
            "user": TOMBSTONE,
            "currency": BOOKS,
            "promotions": BOOKS,
            "delivery_code": BOOKS,
            "delivery_name": BOOKS,
            "delivery_station": "the place of a partner, not of the customer",
        },
    ),
)

IMPERSONAL = (
    Impersonal("orders.Allocation"),
    Impersonal("orders.DeliveryMethod", "code name description"),
    Impersonal("orders.DeliveryRate"),
    Impersonal("orders.PickupStation", "code name town address landmark phone hours hours_note", "partners' counters"),
    Impersonal("orders.Holiday", "name notes"),
    Impersonal("orders.PairCount"),
    Impersonal("orders.Promotion", "name code tiers"),
    Impersonal("orders.Promotion_brands"),
    Impersonal("orders.Promotion_categories"),
    Impersonal("orders.Promotion_products"),
    Impersonal("orders.ProviderToken", "name value claim", "the shop's own access to providers"),
    Impersonal("orders.Reconciliation", "provider findings", "receipts and amounts that the books do not agree on"),
)
