"""The shop's WSGI application without the guard on its stock."""

from electroports.wsgi import application
from orders.views import orders as views
from tests.concurrency.unguarded import place_order_unguarded

views.place_order = place_order_unguarded

__all__ = ["application"]
