"""One more row of every model that the back office lists, and an order."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from io import BytesIO
from itertools import count
from typing import Any

from django.contrib.auth.models import Group
from django.core.files.base import ContentFile
from django.core.files.storage import default_storage
from django.utils import timezone
from django_q.models import Failure, OrmQ, Schedule, Success, Task
from django_q.signing import SignedPackage
from PIL import Image

from accounts.models import AccountMessage, AuditEntry, FailureCount, Invitation, User
from catalog.models import (
    Accessory,
    Brand,
    Category,
    Connector,
    Notice,
    Product,
    ProductImage,
    Review,
    SaleEvent,
    SearchSynonym,
    SoundDevice,
    SpecField,
    StockLevel,
    StockLocation,
    StockMovement,
    TaxClass,
    Variant,
)
from electroports.history import record
from orders.models import (
    DeliveryMethod,
    Holiday,
    LedgerEntry,
    Order,
    OrderMessage,
    Payment,
    PickupStation,
    Promotion,
    ProviderMessage,
    Refund,
)
from tests import factories
from tests.admin.money import make_entry, make_message, make_order, make_payment, make_refund
from tests.admin.people import make_account_message, make_failure_count, make_open_invitation
from tests.catalog.events import make_event
from tests.orders.promoting import make_promotion

__all__ = ["MAKERS", "make_order"]
numbers = count(1)


def make_picture(product: Product, variant: Variant | None = None) -> ProductImage:
    """A picture whose files nobody opens."""
    n = next(numbers)
    image = ProductImage.objects.create(
        product=product, variant=variant, thumbnail=f"products/thumbnail/{n}.webp", alt=f"Picture {n}"
    )
    ProductImage.objects.filter(pk=image.pk).update(original=f"products/original/{n}.png", width=800, height=800)
    return image


def with_picture(model: type[Product]) -> Callable[[], Any]:
    """A maker of products of one kind, each with a brand, a category, a variant, stock and a picture of its own."""

    def make() -> Any:
        n = next(numbers)
        product = factories.make_product(
            model=model, brand=factories.make_brand(f"brand-{n}"), category=factories.make_category(f"category-{n}")
        )
        make_picture(product)
        return product

    return make


def make_task(*, success: bool) -> Task:
    n, now = next(numbers), timezone.now()
    return Task.objects.create(
        id=f"{n:032d}", name=f"job {n}", func="orders.tasks.expire_orders", started=now, stopped=now, success=success
    )


def make_schedule() -> Schedule:
    """A schedule with a last run."""
    return Schedule.objects.create(
        name=f"schedule {next(numbers)}",
        func="orders.tasks.expire_orders",
        schedule_type=Schedule.MINUTES,
        minutes=1,
        task=make_task(success=True).pk,
    )


def make_queued() -> OrmQ:
    job = {"id": f"{next(numbers):032d}", "name": "job", "func": "orders.tasks.expire_orders", "args": (), "kwargs": {}}
    return OrmQ.objects.create(key="electroports", payload=SignedPackage.dumps(job), lock=timezone.now())


def make_member() -> User:
    """A member of staff with a role and a session."""
    user = factories.make_user(is_staff=True)
    user.groups.add(Group.objects.get_or_create(name="catalogue")[0])
    now = timezone.now()
    user.sessions.create(
        refresh_jti="0" * 32, user_agent="Firefox", created_at=now, rotated_at=now, expires_at=now + timedelta(days=1)
    )
    return user


def make_level() -> StockLevel:
    n = next(numbers)
    product = factories.make_product(stock=None)
    return factories.add_stock(product.variants.get(), 5, factories.make_location(f"L{n}"))


def make_leaf() -> Category:
    """A category below one of its own."""
    n = next(numbers)
    return factories.make_category(f"leaf-{n}", factories.make_category(f"root-{n}"))


def make_connector() -> Connector:
    """A connector with two pins."""
    n = next(numbers)
    connector = Connector.objects.create(code=f"connector-{n}", name=f"Connector {n}", family="audio")
    for place, pin in enumerate(("Tip", "Sleeve"), 1):
        connector.pins.create(position=place, pin=pin, signal=pin)
    return connector


def small_webp() -> ContentFile[bytes]:
    """A picture that a browser shows."""
    kept = BytesIO()
    Image.new("RGB", (8, 8)).save(kept, "WEBP")
    return ContentFile(kept.getvalue())


def make_review() -> Review:
    """A published review with a photo, a reply and a reason of old."""
    now, staff = timezone.now(), factories.make_user(is_staff=True)
    review = Review.objects.create(
        product=factories.make_product(),
        author=factories.make_user(),
        author_name="Wanjiku K.",
        rating=4,
        title="Solid",
        text="Charges my phone.",
        status="published",
        moderated_by=staff,
        moderated_at=now,
        reply="Asante!",
        replied_by=staff,
        replied_at=now,
        created_at=now,
    )
    files = {name: default_storage.save(f"reviews/{name}/x.webp", small_webp()) for name in ("display", "thumbnail")}
    review.photos.create(**files, created_at=now)
    return review


def make_notice() -> Notice:
    """A customer who waits for a variant."""
    variant = factories.make_product(stock=0).variants.get()
    return Notice.objects.create(
        kind="back_in_stock",
        customer=factories.make_user(),
        product_id=variant.product_id,
        variant=variant,
        created_at=timezone.now(),
    )


def make_sale_event() -> SaleEvent:
    """An event to come, over a category, a brand and a product, with a price of its own for one variant."""
    now, day = timezone.now(), timedelta(days=1)
    product = factories.make_product()
    return make_event(
        products=[product],
        categories=[product.category],
        brands=[product.brand],
        prices={product.variants.get(): "700.00"},
        percent=10,
        starts_at=now + day,
        ends_at=now + 2 * day,
        at=now,
    )


def make_method(kind: str = "courier") -> DeliveryMethod:
    """A way of delivery with two rates."""
    n = next(numbers)
    method = DeliveryMethod.objects.create(code=f"method-{n}", name=f"Method {n}", kind=kind)
    method.rates.create(price=Decimal(250))
    method.rates.create(county="047", up_to_grams=5000, price=Decimal(150))
    return method


def make_station() -> PickupStation:
    """A pick-up station with hours."""
    n = next(numbers)
    hours = {"mon": [["08:00", "13:00"], ["14:00", "18:00"]], "holiday": [["09:00", "12:00"]]}
    return PickupStation.objects.create(
        method=make_method("pickup_station"),
        code=f"station-{n}",
        name=f"Station {n}",
        county="047",
        town="Nairobi",
        phone="+254712345678",
        hours=hours,
    )


def make_holiday() -> Holiday:
    """A day off."""
    n = next(numbers)
    return Holiday.objects.create(date=date(2030, 1, 1) + timedelta(days=n), name=f"Holiday {n}")


def make_spec_field() -> SpecField:
    """A specification field of one category."""
    n = next(numbers)
    return factories.make_spec_field(f"field_{n}", categories=[factories.make_category(f"category-{n}")])


def make_used_promotion() -> Promotion:
    """A promotion of goods of each sort, with limits and dates, that an order took."""
    now, n = timezone.now(), next(numbers)
    category = factories.make_category(f"category-{n}")
    promotion = make_promotion(
        code=f"CODE{n}",
        usage_limit=100,
        uses=1,
        per_customer_limit=1,
        min_spend=Decimal(5000),
        starts_at=now,
        ends_at=now + timedelta(days=1),
        categories=[category],
        brands=[factories.make_brand(f"brand-{n}")],
        products=[factories.make_product()],
    )
    promotion.used_by.create(order=make_order(), amount=Decimal(10), slot=1, created_at=now)
    return promotion


def make_told() -> OrderMessage:
    """A message that could not be sent."""
    now = timezone.now()
    return OrderMessage.objects.create(
        order=make_order(),
        kind="shipped",
        channel="email",
        recipient="wanjiku@example.com",
        status="dead",
        attempts=3,
        error="SMTPServerDisconnected",
        created_at=now,
        give_up_at=now,
    )


def make_deed() -> AuditEntry:
    """An entry of the audit trail, of a price that changed."""
    variant = factories.make_product().variants.get()
    record(
        acting_user=factories.make_user(is_staff=True), row=variant, changes={"price": (Decimal(900), Decimal(1000))}
    )
    return AuditEntry.objects.latest("pk")


MAKERS: dict[type[Any], Callable[[], Any]] = {
    Accessory: with_picture(Accessory),
    AuditEntry: make_deed,
    AccountMessage: make_account_message,
    FailureCount: make_failure_count,
    Brand: lambda: factories.make_brand(f"brand-{next(numbers)}"),
    Category: make_leaf,
    Connector: make_connector,
    DeliveryMethod: make_method,
    Failure: lambda: Failure.objects.get(pk=make_task(success=False).pk),
    LedgerEntry: make_entry,
    Group: lambda: Group.objects.create(name=f"role-{next(numbers)}"),
    Holiday: make_holiday,
    Notice: make_notice,
    Order: make_order,
    Invitation: make_open_invitation,
    OrderMessage: make_told,
    OrmQ: make_queued,
    Payment: make_payment,
    PickupStation: make_station,
    Product: with_picture(Product),
    Promotion: make_used_promotion,
    ProviderMessage: make_message,
    Refund: make_refund,
    Review: make_review,
    SaleEvent: make_sale_event,
    Schedule: make_schedule,
    SearchSynonym: lambda: SearchSynonym.objects.create(term=f"chaja {next(numbers)}", means="charger"),
    SoundDevice: with_picture(SoundDevice),
    SpecField: make_spec_field,
    StockLevel: make_level,
    StockLocation: lambda: factories.make_location(f"P{next(numbers)}"),
    StockMovement: lambda: make_level().movements.get(),  # noqa: PLW0108  # a level for each
    Success: lambda: Success.objects.get(pk=make_task(success=True).pk),
    TaxClass: lambda: TaxClass.objects.create(code=f"class-{next(numbers)}", name=f"Class {next(numbers)}", percent=8),
    User: make_member,
    Variant: lambda: with_picture(Product)().variants.get(),  # noqa: PLW0108
}
