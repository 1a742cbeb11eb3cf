"""Orders, as Django's registry knows them."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Has the settings of payment providers looked at when the shop starts, and the shop ask this app about people."""

    name = "orders"

    def ready(self) -> None:
        """Register the checks and the keeper of people's data."""
        from electroports.people import register_keeper
        from orders import checks  # noqa: F401  # Django's own place for it
        from orders.people import OrdersKeeper  # models are there from now on

        register_keeper(self.label, OrdersKeeper())
