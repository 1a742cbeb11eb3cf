"""The catalogue, as Django's registry knows it."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Names the app as staff read it, and has the shop ask it about people."""

    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """Register the keeper of people's data."""
        from catalog.people import CatalogKeeper  # models are there from now on
        from electroports.people import register_keeper

        register_keeper(self.label, CatalogKeeper())
