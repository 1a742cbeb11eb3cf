"""Reading the finished page of a product, as it is at this moment, by one statement that is planned beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from catalog.clock import this_second
from catalog.listed import AT_ONE_SECOND
from electroports.broadcast import Moment
from electroports.sql import PreparedRead

COLUMNS = (
    "listing.product_id, category_id, kind, coalesce(phase.detail, listing.detail), CAST(traits AS text), "
    "layout_id, bought_together"
)
PAGE = f"SELECT {COLUMNS} FROM {AT_ONE_SECOND} WHERE is_listed"  # noqa: S608
PAGE_BY_ID = PreparedRead(f"{PAGE} AND listing.product_id = %s", "bigint", "bigint", "bigint")
PAGE_BY_SLUG = PreparedRead(f"{PAGE} AND slug = %s", "bigint", "bigint", "text")


NAMED = "SELECT listing.product_id, slug, coalesce(phase.card, listing.card), coalesce(phase.detail, listing.detail)"


class ProductPage(NamedTuple):
    """A listed product: `detail` is the JSON of its page without its related products, `traits` of its typed fields.

    `bought_together` has the ids of other products, separated by spaces.
    """

    product_id: int
    category_id: int
    kind: str
    detail: str
    traits: str
    layout_id: int | None
    bought_together: str


def read_page(id_or_slug: str, revision: Moment) -> ProductPage | None:
    """Return the page of the listed product with this id or slug, if there is one; digits are an id.

    It is as of now, and not before `revision`, which the caller has asked for in the same request: should the clock be
    set back meanwhile, the page would otherwise be older than it claims.
    """
    second = max(this_second(), revision.phase)
    if not (id_or_slug.isascii() and id_or_slug.isdigit()):
        row = PAGE_BY_SLUG.row(second, second, id_or_slug)
    elif len(id_or_slug) <= 18:  # with more it is no id, and maybe more digits than int() takes
        row = PAGE_BY_ID.row(second, second, int(id_or_slug))
    else:
        row = None
    return ProductPage._make(row) if row is not None else None


def read_pages(names: Sequence[str], revision: Moment) -> list[tuple[str, str] | None]:
    """Return card and page of the listed products with these ids or slugs, None for each that there is not, at once."""
    second = max(this_second(), revision.phase)
    ids = [int(name) for name in names if is_id(name)] or [0]
    slugs = [name for name in names if not is_id(name)] or [""]
    marks = (", ".join(["%s"] * len(values)) for values in (ids, slugs))
    condition = "is_listed AND (listing.product_id IN ({}) OR slug IN ({}))".format(*marks)
    with connection.cursor() as cursor:
        cursor.execute(f"{NAMED} FROM {AT_ONE_SECOND} WHERE {condition}", [second, second, *ids, *slugs])
        rows = cursor.fetchall()
    by_name = {name: (card, detail) for pk, slug, card, detail in rows for name in (slug, str(pk))}
    by_name |= {
        str(pk): (card, detail) for pk, _slug, card, detail in rows
    }  # digits are an id, whatever slugs there are
    return [by_name.get(str(int(name)) if is_id(name) else name) for name in names]


def is_id(name: str) -> bool:
    """Tell whether a name is an id: digits, no more than an id has."""
    return name.isascii() and name.isdigit() and len(name) <= 18
