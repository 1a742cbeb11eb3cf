"""The one place where the counters of stock change."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from django.conf import settings
from django.contrib.auth.models import AbstractUser
from django.db import transaction
from django.db.models import F

from catalog.actions.lock_product import lock_products
from catalog.actions.refresh_listings import refresh_listings
from catalog.errors import StockMoved
from catalog.models import StockLevel, StockMovement
from catalog.stock import availability_word
from electroports.sql import Statement, insert_statement, send_together

MAX_ON_HAND = 2**31 - 1

# The guard against selling twice: whoever waits here for a level that another transaction moves is judged by what that
# one leaves. A CHECK constraint stands behind it.
MOVE = """
    UPDATE catalog_stocklevel SET on_hand = on_hand + %s, allocated = allocated + %s
    WHERE id = %s AND on_hand - allocated >= %s AND allocated >= %s AND on_hand <= %s
    RETURNING on_hand - allocated, on_hand
"""


class Move(NamedTuple):
    """A change of one stock level's counters."""

    level_id: int
    variant_id: int
    product_id: int
    on_hand: int = 0
    allocated: int = 0

    @property
    def available(self) -> int:
        """By how much more (or, negative, less) can be sold."""
        return self.on_hand - self.allocated


def move_stock(
    *,
    moves: Iterable[Move],
    movement: StockMovement.Type,
    reference: str,
    acting_user: AbstractUser | None,
    at: datetime,
) -> dict[int, int]:
    """Change stock levels, write their movements, and refresh the listings of products whose word changes.

    All or nothing: raises StockMoved if any level would end with less on hand than is allocated, or with either below
    zero. Call it last in a transaction: the levels stay locked until its end. They are taken in the order of their
    keys, then products, then the catalogue's revision, so that two transactions never wait for each other. Returns what
    is on hand then, by the keys of the levels.
    """
    ordered = sorted(moves)
    if not ordered:
        return {}
    movements = insert_statement(
        [
            StockMovement(
                level_id=move.level_id,
                type=movement,
                on_hand_change=move.on_hand,
                allocated_change=move.allocated,
                reference=reference,
                acting_user_id=acting_user.pk if acting_user else None,
                created_at=at,
            )
            for move in ordered
        ]
    )
    with transaction.atomic(savepoint=False):  # the caller's transaction, which StockMoved is to roll back
        first, *rest = (Statement(MOVE, _values(move)) for move in ordered)
        after = [_after(send_together(movements, first)), *(_after(send_together(update)) for update in rest)]
        doubtful = [move for move, (left, _) in zip(ordered, after, strict=True) if _may_change_word(move, left=left)]
        if doubtful:
            _refresh_changed_words(doubtful, at=at)
        return {move.level_id: on_hand for move, (_, on_hand) in zip(ordered, after, strict=True)}


def _values(move: Move) -> list[int]:
    return [
        move.on_hand,
        move.allocated,
        move.level_id,
        -move.available,
        -move.allocated,
        MAX_ON_HAND - move.on_hand,
    ]


def _after(rows: Sequence[tuple[int, int]]) -> tuple[int, int]:
    """Return what can be sold from a level after a move, and lies there; raises StockMoved if it found too little."""
    if not rows:
        raise StockMoved
    left, on_hand = rows[0]
    return left, on_hand


def _may_change_word(move: Move, *, left: int) -> bool:
    """Tell whether a variant's word may change with a move that leaves `left` at its level.

    Not if this level alone had and has more than is low: then the variant is in stock whatever lies elsewhere.
    """
    return bool(move.available) and min(left, left - move.available) <= settings.LOW_STOCK_THRESHOLD


def _refresh_changed_words(moves: Sequence[Move], *, at: datetime) -> None:
    """Refresh the listings of the products of these moves, which are made, where a variant's word is another now.

    Levels of one variant may move in several transactions at once, each of which sees only its own move. So the
    product is locked and its stock read again: whoever comes second sees what the first has committed.
    """
    product_ids = {move.product_id for move in moves}
    lock_products(product_ids)
    change: Counter[int] = Counter()
    for move in moves:
        change[move.level_id] += move.available
    before: Counter[int] = Counter()
    after: Counter[int] = Counter()
    levels = StockLevel.objects.filter(
        variant_id__in={move.variant_id for move in moves}, location__is_active=True
    ).values_list("pk", "variant_id", F("on_hand") - F("allocated"))
    for level_id, variant_id, available in levels:
        after[variant_id] += available
        before[variant_id] += available - change[level_id]
    refresh_listings(
        product_ids={
            move.product_id
            for move in moves
            if availability_word(before[move.variant_id]) != availability_word(after[move.variant_id])
        },
        at=at,
    )
