"""What an order holds goes back on sale."""

from datetime import datetime

from accounts.models import User
from catalog.actions.release_stock import release_stock
from catalog.stock import Take
from orders.actions.release_promotions import release_promotions
from orders.models import Allocation, Order


def release_order_stock(*, order: Order, acting_user: User | None, at: datetime) -> None:
    """Give back all units that the order holds and the promotions that it took, as the last step of the transaction.

    The caller has changed the order's status in that transaction, and so is the only one who does this.
    """
    release_promotions(order=order, at=at)
    release_stock(takes=let_go(order), reference=order.number, acting_user=acting_user, at=at)


def let_go(order: Order) -> list[Take]:
    """Delete the order's allocations and return what they held."""
    held = list(Allocation.objects.filter(line__order=order).select_related("line"))
    Allocation.objects.filter(pk__in=[row.pk for row in held]).delete()
    return [Take(row.level_id, row.line.variant_id, row.line.product_id, row.quantity) for row in held]
