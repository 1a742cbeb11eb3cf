"""Reading the finished page of a product, as it is at this moment, by one statement that is planned beforehand."""

from __future__ import annotations

from typing import NamedTuple

from catalog.clock import this_second
from catalog.listed import AT_ONE_SECOND
from electroports.broadcast import Moment
from electroports.sql import PreparedRead

COLUMNS = "listing.product_id, category_id, kind, coalesce(phase.detail, listing.detail), CAST(traits AS text)"
PAGE = f"SELECT {COLUMNS} FROM {AT_ONE_SECOND} WHERE is_listed"  # noqa: S608
PAGE_BY_ID = PreparedRead(f"{PAGE} AND listing.product_id = %s", "bigint", "bigint", "bigint")
PAGE_BY_SLUG = PreparedRead(f"{PAGE} AND slug = %s", "bigint", "bigint", "text")


class ProductPage(NamedTuple):
    """A listed product: `detail` is the JSON of its page without its related products, `traits` of its typed fields."""

    product_id: int
    category_id: int
    kind: str
    detail: str
    traits: str


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
