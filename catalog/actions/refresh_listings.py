"""Bring the shop window up to date with what changed."""

from collections.abc import Collection


def refresh_listings(*, product_ids: Collection[int]) -> None:
    """Rewrite the listings of these products and raise the catalogue's revision, in the caller's transaction."""
