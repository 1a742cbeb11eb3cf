"""Reading the promotions that may concern an order, as rules for its price."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from datetime import datetime
from decimal import Decimal
from functools import cache
from typing import Any

import orjson
from django.db import connection

from catalog.stock import exact
from electroports.sql import in_utc
from orders.customers import CustomerKeys
from orders.pricing import ZERO, Kind, Rule, Scope
from orders.promotion_rules import read_tiers

# Not through the ORM: like the shelf, this is read for every order and every quote.
RULES = """
    SELECT promotion.id, name, code, kind, scope, percent, amount, buy_quantity, get_quantity, CAST(tiers AS text),
           min_spend, starts_at, ends_at, usage_limit, uses, per_customer_limit, first_order_only, is_exclusive,
           priority,
           CASE WHEN per_customer_limit IS NOT NULL OR first_order_only THEN
               (SELECT {slots} FROM orders_promotionuse taken
                WHERE taken.promotion_id = promotion.id AND taken.released_at IS NULL AND taken.slot IS NOT NULL
                    AND (taken.user_id = %s OR (taken.email_key = %s AND taken.email_key <> '')
                        OR (taken.phone_key = %s AND taken.phone_key <> ''))) END,
           first_order_only AND EXISTS
               (SELECT 1 FROM orders_order earlier WHERE earlier.status NOT IN ('cancelled', 'expired')
                    AND (earlier.user_id = %s OR (earlier.guest_key = %s AND earlier.guest_key <> '')))
    FROM orders_promotion promotion
    WHERE is_active AND ((code IS NULL AND (starts_at IS NULL OR starts_at <= %s)
                          AND (ends_at IS NULL OR ends_at > %s)){named})
"""
# Categories with all below them; UNION, so that a tree with a cycle would end, too.
SCOPES = """
    WITH RECURSIVE tree (promotion_id, category_id) AS (
        SELECT promotion_id, category_id FROM orders_promotion_categories WHERE promotion_id IN ({ids})
        UNION
        SELECT tree.promotion_id, child.id FROM tree JOIN catalog_category child ON child.parent_id = tree.category_id
    )
    SELECT promotion_id, 'category_ids', category_id FROM tree
    UNION ALL SELECT promotion_id, 'brand_ids', brand_id FROM orders_promotion_brands WHERE promotion_id IN ({ids})
    UNION ALL
    SELECT promotion_id, 'product_ids', product_id FROM orders_promotion_products WHERE promotion_id IN ({ids})
"""
AGGREGATES = {"postgresql": "string_agg(CAST(taken.slot AS text), ',')", "sqlite": "group_concat(taken.slot)"}


def load_rules(*, codes: Sequence[str], keys: CustomerKeys, at: datetime) -> list[Rule]:
    """Return the automatic promotions of `at` and the coupons with these codes, as they stand for this customer.

    By one query, and a second one if any of them is about a part of the goods.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    who = (keys.user_id, keys.email_key, keys.phone_key, keys.user_id, keys.email_key)
    with connection.cursor() as cursor:
        cursor.execute(_statement(len(codes)), [*who, moment, moment, *codes])
        rows = cursor.fetchall()
    parted = [row[0] for row in rows if row[4] != Scope.EVERYTHING]
    scopes = _scopes(parted) if parted else {}
    return [_rule(row, scopes.get(row[0], {})) for row in rows]


@cache
def _statement(codes: int) -> str:
    named = f" OR code IN ({', '.join(['%s'] * codes)})" if codes else ""
    return RULES.format(slots=AGGREGATES[connection.vendor], named=named)


def _scopes(ids: Collection[int]) -> dict[int, dict[str, frozenset[int]]]:
    found: dict[int, dict[str, set[int]]] = defaultdict(lambda: defaultdict(set))
    with connection.cursor() as cursor:
        cursor.execute(SCOPES.format(ids=", ".join(["%s"] * len(ids))), [*ids] * 3)
        for promotion_id, name, key in cursor.fetchall():
            found[promotion_id][name].add(key)
    return {pk: {name: frozenset(keys) for name, keys in parts.items()} for pk, parts in found.items()}


def _rule(row: Sequence[Any], scope: dict[str, frozenset[int]]) -> Rule:
    kind, reach, percent, amount, buy, get, tiers, least = row[3:11]
    starts_at, ends_at, limit, uses, own_limit, first_only, is_exclusive, priority, slots, has_ordered = row[11:21]
    return Rule(
        id=row[0],
        name=row[1],
        code=row[2] or "",
        kind=Kind(kind),
        scope=Scope(reach),
        percent=_amount(percent, Decimal(100)),
        amount=_amount(amount, ZERO),
        buy=buy or 1,
        get=get or 1,
        tiers=read_tiers(orjson.loads(tiers)),
        min_spend=_amount(least, ZERO),
        starts_at=_moment(starts_at),
        ends_at=_moment(ends_at),
        usage_limit=limit,
        uses=uses,
        per_customer_limit=own_limit,
        used_slots=frozenset(int(slot) for slot in slots.split(",")) if slots else frozenset(),
        first_order_only=bool(first_only),
        has_ordered=bool(has_ordered),
        is_exclusive=bool(is_exclusive),
        priority=priority,
        **scope,
    )


def _amount(stored: Any, otherwise: Decimal) -> Decimal:
    return otherwise if stored is None else exact(stored)


def _moment(stored: datetime | None) -> datetime | None:
    return None if stored is None else in_utc(stored)
