"""Orders, as Django's registry knows them."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Has the settings of payment providers looked at when the shop starts, and the shop ask this app about people."""

    name = "orders"

    def ready(self) -> None:
        """Register the checks, the keeper of people's data, and whom rows are about."""
        from electroports.history import register_ways_to_people
        from electroports.people import register_keeper
        from orders import checks  # noqa: F401  # Django's own place for it
        from orders.people import OrdersKeeper  # models are there from now on

        register_keeper(self.label, OrdersKeeper())
        register_ways_to_people(
            {
                "orders.ledgerentry": "order.user_id",  # of a write-off: others are their payments'
                "orders.order": "user_id",
                "orders.ordermessage": "order.user_id",
                "orders.payment": "order.user_id",
                "orders.refund": "payment.order.user_id",
            }
        )
