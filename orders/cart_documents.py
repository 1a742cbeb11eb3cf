"""Carts as the API shows them. `CartSerializer` declares the same shape."""

from __future__ import annotations

from typing import Any

from django.conf import settings

from catalog.documents import image_document
from catalog.pricing import money
from catalog.stock import availability_word
from electroports.rendering import written_time
from orders.cart_review import CartReview, Problem, ReviewedLine
from orders.documents import AMOUNTS, event_price_document, promotion_document, rate


def cart_document(review: CartReview) -> dict[str, Any]:
    """Return a whole cart; its entity tag is that of this document. Exact stock is for staff and not in it.

    A new token, and what plugs into what, are filled in where they are asked for; the tag does not depend on them.
    """
    cart = review.cart
    return {
        "lines": [line_document(line) for line in review.lines],
        "quantity": sum(item.quantity for item in cart.items),
        "grams": sum(
            line.shelf.shipping_grams * line.item.quantity for line in review.lines if line.counts and line.shelf
        ),
        "problems": [problem_document(problem) for problem in review.problems],
        "can_be_ordered": bool(review.lines) and not any(problem.is_in_the_way for problem in review.problems),
        "coupon": cart.coupon or None,
        "delivery_choice": cart.delivery,
        "promotions": [promotion_document(applied) for applied in review.price.applied],
        **{name: money(getattr(review.price.totals, name)) for name in AMOUNTS},
        "delivery": money(review.price.totals.delivery) if review.has_delivery else None,
        "currency": settings.CURRENCY,
        "updated_at": written_time(cart.updated_at),
        "token": None,
        "compatibility": None,
    }


def line_document(line: ReviewedLine) -> dict[str, Any]:
    """Return a line; one that is not in the totals has no total."""
    item, shelf, price = line.item, line.shelf, line.price
    return {
        "id": item.line_id,
        "product": item.product_id,
        "variant": item.variant_id,
        "slug": item.slug,
        "sku": item.sku,
        "name": item.name,
        "image": image_document(line.image) if line.image else None,
        "quantity": item.quantity,
        "unit_price": money(shelf.price) if shelf else None,
        **(
            event_price_document(shelf.regular_price, *(shelf.event or (None, "")))
            if shelf
            else {"regular_price": None, "event": None}
        ),
        "added_price": money(item.added_price),
        "availability": availability_word(shelf.available) if shelf else None,
        "max_per_customer": shelf.max_per_customer if shelf else None,
        "discount": money(price.discount) if price else None,
        "total": money(price.total) if price else None,
        "vat": money(price.vat) if price else None,
        "tax_rate": rate(price.tax_rate) if price else None,
        "added_at": written_time(item.added_at),
    }


def problem_document(problem: Problem) -> dict[str, Any]:
    """Return a problem of a cart, with the figures that belong to its code."""
    return {
        "code": problem.code,
        "line": problem.line_id,
        "message": problem.message,
        "blocks_order": problem.is_in_the_way,
        "old_price": money(problem.old_price) if problem.old_price is not None else None,
        "new_price": money(problem.new_price) if problem.new_price is not None else None,
        "limit": problem.limit,
    }
