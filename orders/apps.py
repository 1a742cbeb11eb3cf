"""Orders, as Django's registry knows them."""

from django.apps import AppConfig


class OrdersConfig(AppConfig):
    """Has the settings of payment providers looked at when the shop starts."""

    name = "orders"

    def ready(self) -> None:
        """Register the checks."""
        from orders import checks  # noqa: F401  # Django's own place for it
