"""The data file of the reviews with which a demonstration begins."""

from __future__ import annotations

from typing import NamedTuple

from catalog.files import cells
from catalog.files.taxonomy import check_once, read_as, slug
from catalog.models import Review


class ReviewRow(NamedTuple):
    """A review of the data file; `helpful` is by how many others."""

    product: str
    reviewer: str
    rating: int
    title: str
    text: str
    days_ago: int
    received: bool
    helpful: int
    status: str
    reason: str
    reply: str


def read_reviews(data: bytes) -> list[ReviewRow]:
    """Return the reviews of a file; raises InvalidCatalogueFile, also for a reviewer with two of one product."""
    rows = read_as(
        data,
        ReviewRow,
        {
            "product": slug,
            "reviewer": cells.text(longest=80),
            "rating": cells.integer(highest=5),
            "title": cells.text(longest=Review.TITLE_LENGTH),
            "text": cells.text(longest=Review.TEXT_LENGTH),
            "days_ago": cells.integer(highest=3650),
            "received": cells.boolean,
            "helpful": cells.integer(highest=1000),
            "status": cells.choice(Review.Status.values),
            "reason": cells.text(longest=Review.REASON_LENGTH, blank=True),
            "reply": cells.text(longest=Review.REPLY_LENGTH, blank=True),
        },
    )
    check_once("product, reviewer", [f"{row.product}, {row.reviewer}" for row in rows])
    return rows
