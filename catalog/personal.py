"""What the catalogue holds of people: the table, and which rows are about whom."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from catalog.models import (
    Notice,
    Review,
    ReviewPhoto,
    ReviewVote,
    StaffAnswer,
    VerifiedPurchase,
    Wishlist,
    WishlistItem,
)
from electroports.idempotency import user_caller
from electroports.personal import Fate, Holding, Impersonal, Person, Rows

STAFF = "who of the staff did it; the row of somebody who has left names nobody"
COPY = "a copy of what the other rows say, kept for a day"


def by(model: type[Any], lookup: str) -> Callable[[Person], Rows]:
    """Return the rows of a model that lead to a person's account; a guest has none."""
    return lambda person: (
        model._default_manager.filter(**{lookup: person.user_id})
        if person.user_id is not None
        else model._default_manager.none()
    )


def answers_of(person: Person) -> Rows:
    """The stored answers to a person's writes."""
    return StaffAnswer.objects.filter(caller=user_caller(person.user_id or 0))


def words(text: str) -> tuple[str, ...]:
    """Return the names in a text."""
    return tuple(text.split())


# `catalog.actions.forget_customer` does it: reviews that shoppers read stay, and product pages follow.
HOLDINGS = (
    Holding(
        "catalog.ReviewPhoto",
        by(ReviewPhoto, "review__author"),
        Fate.DELETED,
        exported=words("id review display thumbnail created_at"),
    ),
    Holding(
        "catalog.Review",
        by(Review, "author"),
        Fate.SCRUBBED,
        exported=words(
            "id product author author_name rating title text is_verified_purchase status rejection_reason moderated_at "
            "reply replied_at helpful_count created_at edited_at"
        ),
        hidden={"moderated_by": STAFF, "replied_by": STAFF},
        scrubbed={"author": None, "author_name": "", "rejection_reason": ""},
        kept={
            "title": "what was published for others; what names its author is deleted",
            "text": "what was published for others; what names its author is deleted",
            "reply": "what was published for others; what names the author is deleted",
            "moderated_by": STAFF,
            "replied_by": STAFF,
        },
    ),
    Holding(
        "catalog.ReviewVote",
        by(ReviewVote, "voter"),
        Fate.SCRUBBED,
        exported=words("id review voter created_at"),
        scrubbed={"voter": None},
    ),
    Holding(
        "catalog.WishlistItem",
        by(WishlistItem, "wishlist__owner"),
        Fate.DELETED,
        exported=words("id wishlist product variant created_at"),
    ),
    Holding(
        "catalog.Wishlist",
        by(Wishlist, "owner"),
        Fate.DELETED,
        exported=words("id owner title owner_name token created_at"),
    ),
    Holding(
        "catalog.Notice",
        by(Notice, "customer"),
        Fate.DELETED,
        exported=words("id kind customer product variant below target_price status created_at due_at sent_at"),
        hidden=dict.fromkeys(words("claimed_at next_attempt_at attempts"), "how far the sending is"),
    ),
    Holding(
        "catalog.VerifiedPurchase",
        by(VerifiedPurchase, "customer"),
        Fate.DELETED,
        exported=words("id customer product purchased_at"),
    ),
    Holding(
        "catalog.StaffAnswer",
        answers_of,
        Fate.DELETED,
        hidden=dict.fromkeys(words("id caller route key body_digest status body created_at"), COPY),
    ),
)

IMPERSONAL = (
    Impersonal("catalog.Connector", "code name description source"),
    Impersonal("catalog.ConnectorPin", "pin signal description"),
    Impersonal("catalog.CatalogRevision", "listed_by seeded_from"),
    Impersonal(
        "catalog.ProductListing",
        "slug kind name_key conditions traits spec_values card detail bought_together event_ids",
    ),
    Impersonal("catalog.ListingPhase", "card detail"),
    Impersonal("catalog.TaxClass", "code name"),
    Impersonal("catalog.Brand", "name slug description"),
    Impersonal("catalog.Category", "name slug description"),
    Impersonal("catalog.Product", "slug name description specs typed_specs in_the_box"),
    Impersonal("catalog.Accessory", "slug name description specs typed_specs in_the_box"),
    Impersonal("catalog.SoundDevice", "slug name description specs typed_specs in_the_box connectivity"),
    Impersonal("catalog.Variant", "sku name options"),
    Impersonal("catalog.ProductImage", "original display thumbnail alt"),
    Impersonal("catalog.Port", "name carries"),
    Impersonal("catalog.PortJoin", "carries"),
    Impersonal("catalog.PowerBudget", "splits"),
    Impersonal("catalog.PortLayout", "digest layout"),
    Impersonal("catalog.ReviewSummary"),
    Impersonal("catalog.SaleEvent_products"),
    Impersonal("catalog.SaleEvent_categories"),
    Impersonal("catalog.SaleEvent_brands"),
    Impersonal("catalog.SaleEvent", "slug name text banner banner_display banner_alt"),
    Impersonal("catalog.EventPrice"),
    Impersonal("catalog.PriceChange"),
    Impersonal("catalog.SalePrice"),
    Impersonal("catalog.SearchDocument", "words"),
    Impersonal("catalog.SearchWord", "word"),
    Impersonal("catalog.SearchSynonym", "term means"),
    Impersonal("catalog.SpecField_categories"),
    Impersonal("catalog.SpecField", "code name group unit choices"),
    Impersonal("catalog.StockLocation", "code name county"),
    Impersonal("catalog.StockLevel"),
    Impersonal("catalog.StockMovement", "reference acting_user"),
    Impersonal("catalog.BoughtTogether"),
)
