"""The catalogue, as Django's registry knows it."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Names the app as staff read it, and has the shop ask it about people."""

    name = "catalog"
    verbose_name = "Catalogue"

    def ready(self) -> None:
        """Register the keeper of people's data, and whom rows are about."""
        from catalog.people import CatalogKeeper  # models are there from now on
        from electroports.history import register_ways_to_people
        from electroports.people import register_keeper

        register_keeper(self.label, CatalogKeeper())
        register_ways_to_people({"catalog.review": "author_id", "catalog.notice": "customer_id"})
