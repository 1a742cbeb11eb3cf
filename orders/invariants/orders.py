"""What is true of stock and orders at any moment."""

from __future__ import annotations

from orders.invariants.rules import Invariant, quoted
from orders.models import Order, OrderEvent

HOLDING = quoted(Order.HOLDING)
OVER = quoted(Order.OVER)
LEGAL = quoted({f"{before}>{after}" for before, afters in Order.TRANSITIONS.items() for after in afters})
NOTES = quoted(frozenset(OrderEvent.Note.values))

OF_ORDERS = (
    Invariant(
        1,
        "a stock level has 0 ≤ allocated ≤ on hand",
        "catalog_stocklevel",
        """SELECT 'level ' || id || ': ' || allocated || ' allocated of ' || on_hand || ' on hand'
           FROM catalog_stocklevel WHERE allocated < 0 OR on_hand < allocated""",
    ),
    Invariant(
        1,
        "a stock level's counters are the sums of its movements",
        "catalog_stocklevel",
        """SELECT 'level ' || level.id || ': on hand ' || level.on_hand || ', allocated ' || level.allocated
               || ', but moved ' || coalesce(moved.on_hand, 0) || ' and ' || coalesce(moved.allocated, 0)
           FROM catalog_stocklevel level
           LEFT JOIN (SELECT level_id, sum(on_hand_change) AS on_hand, sum(allocated_change) AS allocated
                      FROM catalog_stockmovement GROUP BY level_id) moved ON moved.level_id = level.id
           WHERE level.on_hand <> coalesce(moved.on_hand, 0) OR level.allocated <> coalesce(moved.allocated, 0)""",
    ),
    Invariant(
        2,
        "what is allocated at a stock level is what orders hold there",
        "catalog_stocklevel",
        """SELECT 'level ' || level.id || ': ' || level.allocated || ' allocated, '
               || coalesce(held.quantity, 0) || ' held'
           FROM catalog_stocklevel level
           LEFT JOIN (SELECT level_id, sum(quantity) AS quantity FROM orders_allocation GROUP BY level_id) held
               ON held.level_id = level.id
           WHERE level.allocated <> coalesce(held.quantity, 0)""",
    ),
    Invariant(
        2,
        "an order that is neither over nor shipped holds all that it sold, any other holds nothing",
        "orders_orderline",
        f"""SELECT parent.number || ' (' || parent.status || '): line ' || line.id || ' holds '
               || coalesce(held.quantity, 0) || ' of ' || line.quantity
           FROM orders_orderline line
           JOIN orders_order parent ON parent.id = line.order_id
           LEFT JOIN (SELECT line_id, sum(quantity) AS quantity FROM orders_allocation GROUP BY line_id) held
               ON held.line_id = line.id
           WHERE coalesce(held.quantity, 0)
               <> CASE WHEN parent.status IN ({HOLDING}) THEN line.quantity ELSE 0 END""",  # noqa: S608
    ),
    Invariant(
        2,
        "no unpaid order holds stock for longer than its expiry and one sweep",
        "orders_order",
        """SELECT number || ': should have expired at ' || expires_at
           FROM orders_order WHERE status = 'pending' AND expires_at < %(swept)s""",
    ),
    Invariant(
        5,
        "an idempotency key has one complete answer, and an order one key",
        "orders_idempotencyrecord",
        """SELECT 'key ' || record.id || ': status ' || record.status || ', order ' || coalesce(record.order_id, 0)
           FROM orders_idempotencyrecord record
           WHERE record.status <> 201 OR length(record.body) = 0 OR record.order_id IS NULL
               OR EXISTS (SELECT 1 FROM orders_idempotencyrecord other
                          WHERE other.order_id = record.order_id AND other.id <> record.id)""",
    ),
    Invariant(
        6,
        "a line's total is unit price × quantity − discount",
        "orders_orderline",
        """SELECT 'line ' || id || ': ' || total FROM orders_orderline
           WHERE abs(total - (unit_price * quantity - discount)) >= 0.005""",
    ),
    Invariant(
        6,
        "an order is the sum of its lines: goods, discount, VAT with delivery's, total with delivery and rounding",
        "orders_order",
        """SELECT parent.number || ': total ' || parent.total || ', VAT ' || parent.vat || ', but its lines make '
               || coalesce(lines.total, 0) || ' with ' || coalesce(lines.vat, 0)
           FROM orders_order parent
           LEFT JOIN (SELECT order_id, sum(unit_price * quantity) AS goods, sum(discount) AS discount,
                             sum(total) AS total, sum(vat) AS vat
                      FROM orders_orderline GROUP BY order_id) lines
               ON lines.order_id = parent.id
           WHERE lines.order_id IS NULL OR abs(parent.subtotal - lines.goods) >= 0.005
               OR abs(parent.discount - lines.discount) >= 0.005
               OR abs(parent.vat - (lines.vat + parent.delivery_vat)) >= 0.005
               OR abs(parent.total - (lines.total + parent.delivery + parent.rounding)) >= 0.005""",
    ),
    Invariant(
        6,
        "a promotion has been used as often as orders have it, and no more often than it may be",
        "orders_promotion",
        """SELECT 'promotion ' || promotion.id || ': ' || promotion.uses || ' uses, but ' || coalesce(live.uses, 0)
               || ' orders have it'
           FROM orders_promotion promotion
           LEFT JOIN (SELECT promotion_id, count(*) AS uses FROM orders_promotionuse
                      WHERE released_at IS NULL GROUP BY promotion_id) live ON live.promotion_id = promotion.id
           WHERE promotion.uses <> coalesce(live.uses, 0) OR promotion.uses > promotion.usage_limit""",
    ),
    Invariant(
        6,
        "an order that was cancelled or has expired uses no promotion",
        "orders_promotionuse",
        f"""SELECT parent.number || ' (' || parent.status || '): promotion ' || used.promotion_id
           FROM orders_promotionuse used JOIN orders_order parent ON parent.id = used.order_id
           WHERE used.released_at IS NULL AND parent.status IN ({OVER})""",  # noqa: S608
    ),
    Invariant(
        7,
        "a timeline begins with the order and goes on along legal edges, each from where the last one led",
        "orders_orderevent",
        f"""SELECT 'event ' || step.id || ' of order ' || step.order_id || ': '
               || step.from_status || ' > ' || step.to_status
           FROM (SELECT id, order_id, type, from_status, to_status,
                        lag(to_status) OVER (PARTITION BY order_id ORDER BY id) AS came_from
                 FROM orders_orderevent) step
           WHERE CASE WHEN step.came_from IS NULL THEN NOT (step.type = 'placed' AND step.to_status = 'pending')
                      ELSE step.from_status <> step.came_from
                          OR CASE WHEN step.type IN ({NOTES}) THEN step.to_status <> step.from_status
                                  ELSE step.from_status || '>' || step.to_status NOT IN ({LEGAL}) END
                 END""",  # noqa: S608
    ),
    Invariant(
        7,
        "an order is where its timeline led it",
        "orders_order",
        """SELECT parent.number || ': ' || parent.status || ', but came to ' || coalesce(last.to_status, 'nothing')
           FROM orders_order parent
           LEFT JOIN (SELECT order_id, max(id) AS id FROM orders_orderevent GROUP BY order_id) newest
               ON newest.order_id = parent.id
           LEFT JOIN orders_orderevent last ON last.id = newest.id
           WHERE last.id IS NULL OR last.to_status <> parent.status""",
    ),
)
