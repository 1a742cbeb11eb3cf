"""Reading the finished page of a product, as it is at this moment, by one statement that is planned beforehand."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from django.db import connection

from catalog.clock import this_second
from catalog.listed import AT_ONE_SECOND
from electroports.addresses import parse_address
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
LISTED = "SELECT product_id FROM catalog_productlisting WHERE is_listed"
LISTED_BY_ID = PreparedRead(f"{LISTED} AND product_id = %s", "bigint")
LISTED_BY_SLUG = PreparedRead(f"{LISTED} AND slug = %s", "text")


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
    name = parse_address(id_or_slug)
    read = PAGE_BY_ID if isinstance(name, int) else PAGE_BY_SLUG
    row = read.row(second, second, name) if name is not None else None
    return ProductPage._make(row) if row is not None else None


def read_pages(names: Sequence[str], revision: Moment) -> list[tuple[str, str] | None]:
    """Return card and page of the listed products with these ids or slugs, None for each that there is not, at once."""
    second = max(this_second(), revision.phase)
    addresses = [parse_address(name) for name in names]
    ids = [address for address in addresses if isinstance(address, int)] or [0]
    slugs = [address for address in addresses if isinstance(address, str)] or [""]
    marks = (", ".join(["%s"] * len(values)) for values in (ids, slugs))
    condition = "is_listed AND (listing.product_id IN ({}) OR slug IN ({}))".format(*marks)
    with connection.cursor() as cursor:
        cursor.execute(f"{NAMED} FROM {AT_ONE_SECOND} WHERE {condition}", [second, second, *ids, *slugs])
        rows = cursor.fetchall()
    found = {key: (card, detail) for pk, slug, card, detail in rows for key in (slug, pk)}
    return [found.get(address) for address in addresses]


def find_listed(id_or_slug: str) -> int | None:
    """Return the id of the listed product with this id or slug, if there is one."""
    name = parse_address(id_or_slug)
    row = (LISTED_BY_ID if isinstance(name, int) else LISTED_BY_SLUG).row(name) if name is not None else None
    return int(row[0]) if row else None
