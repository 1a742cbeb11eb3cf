"""Create and change many products and variants at once, by SKU."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.contrib.auth.models import AbstractUser
from django.db import transaction

from catalog.actions.complete_rows import complete_rows
from catalog.actions.import_catalog import ImportReport, one_import_at_a_time, report_on, write_plan
from catalog.actions.lock_product import lock_products
from catalog.actions.plan_import import ImportPlan, plan_import
from catalog.bulk import chunks
from catalog.errors import InvalidCatalogueFile
from catalog.files.json_rows import BulkRow, read_bulk
from catalog.files.rows import PRODUCT_COLUMNS
from catalog.models import Product, StockLevel
from electroports.errors import FieldError, InvalidInput
from electroports.texts import how_many

MAX_ROWS = 10_000
MAX_SHOWN = 1_000  # errors; the counts tell of all
ROUNDS = 10  # of leaving out rows that others were leaning on
REFERENCE = "bulk change"
ALONG = "product_refused"  # the code of a row that is refused only since its product is
PLACE = re.compile(r"line (\d+)(?:: (\w+))?")


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with one field of one row, or with the row as a whole."""

    index: int
    sku: str
    field: str | None
    code: str
    message: str


@dataclass(frozen=True, slots=True)
class UpsertReport:
    """What a bulk call did, or would do."""

    written: int  # rows
    refused: int
    done: ImportReport
    errors: list[RowError]


def upsert_products(
    *,
    rows: Sequence[Any],
    skip_refused: bool,
    dry_run: bool,
    acting_user: AbstractUser | None,
    at: datetime,
) -> UpsertReport:
    """Write these rows, each about one SKU, all or nothing; return what that changed.

    What a row leaves out stays; variants that no row names are left alone. With `skip_refused` the rows that can be
    taken are written without the others; one that is refused for its product takes all rows of that product with it.
    Raises InvalidInput with the errors of all rows, unless they are skipped. A `dry_run` writes nothing, and returns
    or raises the same.
    """
    if not 0 < len(rows) <= MAX_ROWS:
        message = f"Send 1 to {MAX_ROWS:,} rows; these are {len(rows):,}."
        raise InvalidInput(message, errors=[FieldError(None, "max_length" if rows else "empty", message)])
    read, unreadable = read_bulk(rows)
    with transaction.atomic():
        if not dry_run:
            one_import_at_a_time()
            _lock(read)
        plan, errors, refused = _plan(read, unreadable)
        if errors and not skip_refused:
            raise _refusal(errors)
        if not dry_run:
            try:
                write_plan(plan, acting_user=acting_user, at=at, reference=REFERENCE)
            except InvalidCatalogueFile as error:
                raise _refusal(_row_errors(error.errors, read)) from error
        return UpsertReport(len(read) - len(refused), len(refused), report_on(plan), errors)


def _lock(rows: Sequence[BulkRow]) -> None:
    """Lock the levels that may change and all products, so that what is planned from them still holds when written.

    All levels by key come first, then all products: the order in which whatever moves stock locks them too.
    """
    level_ids: set[int] = set()
    product_ids: set[int] = set()
    for skus in chunks(row.sku for row in rows if row.values.get("stock")):
        level_ids.update(StockLevel.objects.filter(variant__sku__in=skus).order_by().values_list("pk", flat=True))
    for skus in chunks(row.sku for row in rows):
        product_ids.update(Product.objects.filter(variants__sku__in=skus).order_by().values_list("pk", flat=True))
    for slugs in chunks({row.values["product"] for row in rows if row.values.get("product")}):
        product_ids.update(Product.objects.filter(slug__in=slugs).order_by().values_list("pk", flat=True))
    for ids in chunks(sorted(level_ids)):
        list(StockLevel.objects.select_for_update().filter(pk__in=ids).order_by("pk").values_list("pk"))
    lock_products(product_ids)


def _plan(
    rows: Sequence[BulkRow], unreadable: Sequence[FieldError]
) -> tuple[ImportPlan, list[RowError], Collection[int]]:
    """Return the plan for the rows that can be taken, what is wrong with the others, and which these are."""
    errors = _row_errors(unreadable, rows)
    refused = {error.index for error in errors}
    for _ in range(ROUNDS):
        completed = complete_rows([row for row in rows if row.index not in refused])
        plan = plan_import(rows=completed.products, create_missing=False, clamp_stock=False, keep_absent=True)
        found = _row_errors(completed.errors, rows)
        found += _row_errors(plan.errors, rows, givers=completed.givers)
        if not found:
            return plan, errors, refused
        errors += found
        errors += _taken_along(found, completed.members, rows)
        refused = {error.index for error in errors}
    raise _refusal(errors)


def _taken_along(found: Sequence[RowError], members: dict[int, list[int]], rows: Sequence[BulkRow]) -> list[RowError]:
    """Return an error for each row that is refused only since its product is."""
    named = {error.index for error in found}
    of_products = {error.index for error in found if error.field in ("product", *PRODUCT_COLUMNS)}
    along: list[RowError] = []
    for indexes in members.values():
        culprits = of_products.intersection(indexes)
        along += [
            RowError(index, rows[index].sku, None, ALONG, f"Its product is refused in row {min(culprits)}.")
            for index in indexes
            if culprits and index not in named
        ]
    return along


def _row_errors(
    errors: Sequence[FieldError], rows: Sequence[BulkRow], *, givers: Mapping[tuple[int, str], int] | None = None
) -> list[RowError]:
    """Return errors by the place of their row; one of a product stands in the row that gave the column (`givers`)."""
    found: list[RowError] = []
    for error in errors:
        place = PLACE.match(error.field or "")
        index, column = (int(place[1]), place[2]) if place else (0, None)
        index = (givers or {}).get((index, column or ""), index)
        message = re.sub(r"\bline (\d+)", r"row \1", error.message)
        found.append(RowError(index, rows[index].sku, column, error.code, f"{column or 'The row'} {message}"))
    return found


def _refusal(errors: Sequence[RowError]) -> InvalidInput:
    ordered = sorted((error for error in errors if error.code != ALONG), key=lambda error: error.index)
    shown = [
        FieldError(
            ".".join(part for part in (str(error.index), error.field) if part),
            error.code,
            f"{error.sku}: {error.message}" if error.sku else error.message,
        )
        for error in ordered[:MAX_SHOWN]
    ]
    rows = len({error.index for error in errors})
    more = f" These are the first {MAX_SHOWN:,} errors of {len(ordered):,}." if len(ordered) > MAX_SHOWN else ""
    return InvalidInput(f"{how_many(rows, 'row')} cannot be taken; nothing was written.{more}", errors=shown)
