"""Fills a benchmark's database and writes what the load needs: tokens, variants, and an order as a pgbench script.

Runs as a process of its own (`python -m benchmarks.prepare`), with the settings of the shop under test.
"""

from __future__ import annotations

import os
from argparse import ArgumentParser
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import django

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "electroports.settings")
django.setup()

from django.core.management import call_command  # noqa: E402
from django.db import connection, models  # noqa: E402
from django.test import Client  # noqa: E402
from django.utils import timezone  # noqa: E402

from accounts.models import User  # noqa: E402
from catalog.actions.receive_stock import receive_stock  # noqa: E402
from catalog.models import Product, StockLocation, StockMovement, Variant  # noqa: E402
from orders.gateways.facts import MessageKind  # noqa: E402
from orders.models import Allocation, Order, OrderEvent, Payment  # noqa: E402
from orders.provider_links import callback_url  # noqa: E402

CUSTOMERS = 50
VARIANTS = 1000
UNITS = 1_000_000
CALLBACKS = 500
PASSWORD = "correct horse 42 battery"
TAKE = (
    "UPDATE catalog_stocklevel SET allocated = allocated + 1 "
    "WHERE id = :level_id AND on_hand - allocated >= 1 RETURNING on_hand, allocated;"
)


def fill_catalogue(size: int) -> None:
    """Migrate, seed the real products and add synthetic ones until there are `size`."""
    call_command("migrate", verbosity=0)
    call_command("seed_catalog", no_pictures=True, verbosity=0)
    missing = size - Product.objects.count()
    if missing > 0:
        call_command("seed_catalog", scale=missing, no_input=True, verbosity=0)


def stock_up() -> list[int]:
    """Put plenty of VARIANTS variants on the shelf of one location; return their ids."""
    location = StockLocation.objects.get(code="NBO")
    variants = list(
        Variant.objects.filter(is_active=True, product__is_published=True).order_by("id").values_list("id", flat=True)
    )[:VARIANTS]
    for variant_id in variants:
        receive_stock(
            variant_id=variant_id,
            location_id=location.pk,
            quantity=UNITS,
            reference="benchmark",
            acting_user=None,
            at=timezone.now(),
        )
    return variants


def sign_in_customers() -> list[str]:
    """Make CUSTOMERS customers; return an access token of each."""
    tokens = []
    for number in range(1, CUSTOMERS + 1):
        user = User.objects.create_user(f"bench{number}", f"bench{number}@example.com", PASSWORD)
        body = {"username": user.username, "password": PASSWORD}
        tokens.append(Client().post("/api/users/login", body, content_type="application/json").json()["access"])
    return tokens


def order_once(token: str, variant_id: int) -> Order:
    """Place one order through the API, as the pattern of those that pgbench writes."""
    body = {"items": [{"variant": variant_id, "quantity": 1}]}
    answer = Client(headers={"authorization": f"Bearer {token}"}).post(
        "/api/orders/create", body, content_type="application/json"
    )
    return Order.objects.get(pk=answer.json()["id"])


def insert_like(row: models.Model, **replaced: str) -> str:
    """Return an INSERT of a row equal to `row`, but for the columns in `replaced`, which take SQL."""
    columns, values = [], []
    for field in row._meta.concrete_fields:
        if not field.primary_key:
            columns.append(f'"{field.column}"')
            values.append(replaced.get(str(field.column)) or literal(field, row))
    return f'INSERT INTO "{row._meta.db_table}" ({", ".join(columns)}) VALUES ({", ".join(values)})'


def literal(field: models.Field[Any, Any], row: models.Model) -> str:
    """Return a column's value as an SQL literal."""
    with connection.cursor() as cursor:
        text: str = cursor.mogrify("%s", [field.get_db_prep_save(field.value_from_object(row), connection)]).decode()
    return text


def pgbench_script(order: Order, levels: int) -> str:
    """Return the transaction of an order, statement by statement, on one of the first `levels` stocked levels."""
    line = order.lines.get()
    allocation = Allocation.objects.get(line=line)
    movement = StockMovement.objects.get(reference=order.number)
    event = OrderEvent.objects.get(order=order)
    number = "'B' || lpad(:serial::text, 10, '0')"
    return "\n".join(
        [
            f"\\set pick random(1, {levels})",
            "\\set serial random(1, 9999999999)",
            "BEGIN;",
            insert_like(order, number=number) + " RETURNING id AS order_id \\gset",
            insert_like(line, order_id=":order_id") + " RETURNING id AS line_id \\gset",
            insert_like(event, order_id=":order_id") + ";",
            "SELECT level_id FROM bench_level WHERE n = :pick \\gset",
            insert_like(allocation, line_id=":line_id", level_id=":level_id") + ";",
            insert_like(movement, level_id=":level_id", reference=number) + ";",
            TAKE,
            "END;",
        ]
    )


def fill_carts(tokens: list[str], variants: list[int]) -> None:
    """Put five variants into the cart of each customer."""
    for number, token in enumerate(tokens):
        client = Client(headers={"authorization": f"Bearer {token}"})
        for step in range(5):
            body = {"variant": variants[(number + 7 * step) % len(variants)], "quantity": 1}
            answer = client.post("/api/cart/lines", body, content_type="application/json")
            if answer.status_code != 201:
                raise RuntimeError(answer.content)


def callback_paths(order: Order) -> list[str]:
    """Make payments that wait for a callback; return the paths at which they take them."""
    now = timezone.now()
    payments = [
        Payment(
            order=order,
            provider="mpesa",
            amount=order.total,
            currency=order.currency,
            status=Payment.Status.PENDING,
            created_at=now,
            expires_at=now,
            next_check_at=now + timedelta(days=1),
        )
        for _ in range(CALLBACKS)
    ]
    Payment.objects.bulk_create(payments)
    return [urlsplit(callback_url(MessageKind.PAYMENT, payment.reference)).path for payment in payments]


def number_levels(variants: list[int]) -> None:
    """Give the stocked levels consecutive numbers, so that pgbench can pick one."""
    with connection.cursor() as cursor:
        cursor.execute("CREATE TABLE bench_level (n integer PRIMARY KEY, level_id bigint)")
        cursor.execute(
            "INSERT INTO bench_level SELECT row_number() OVER (ORDER BY id), id FROM catalog_stocklevel "
            "WHERE variant_id = ANY(%s) AND on_hand >= %s",
            [variants, UNITS],
        )


def settle() -> None:
    """Have the database do now what it would do later, in the middle of a measurement."""
    with connection.cursor() as cursor:
        cursor.execute("VACUUM ANALYZE")
        cursor.execute("CHECKPOINT")


def main() -> None:
    """Fill the database that DATABASE_URL names and write the load's files into a folder."""
    parser = ArgumentParser()
    parser.add_argument("--size", type=int, required=True)
    parser.add_argument("--folder", type=Path, required=True)
    options = parser.parse_args()
    fill_catalogue(options.size)
    variants = stock_up()
    tokens = sign_in_customers()
    number_levels(variants)
    order = order_once(tokens[0], variants[0])
    folder: Path = options.folder
    (folder / "tokens").write_text("\n".join(tokens) + "\n")
    (folder / "variants").write_text("\n".join(map(str, variants)) + "\n")
    (folder / "order-many.sql").write_text(pgbench_script(order, len(variants)))
    (folder / "order-one.sql").write_text(pgbench_script(order, 1))
    fill_carts(tokens, variants)
    (folder / "callbacks").write_text("\n".join(callback_paths(order)) + "\n")
    settle()
    (folder / "product").write_text(str(Product.objects.order_by("id").first().pk))  # type: ignore[union-attr]


if __name__ == "__main__":
    main()
