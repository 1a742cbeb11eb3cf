"""What an order holds leaves the house."""

from datetime import datetime

from accounts.models import User
from catalog.actions.sell_stock import sell_stock
from orders.actions.release_order_stock import let_go
from orders.models import Order


def sell_order_stock(*, order: Order, acting_user: User | None, at: datetime) -> None:
    """Let all units that the order holds leave the house, as `release_order_stock` gives them back."""
    sell_stock(takes=let_go(order), reference=order.number, acting_user=acting_user, at=at)
