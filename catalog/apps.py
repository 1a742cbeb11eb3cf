"""The catalogue, as Django's registry knows it."""

from django.apps import AppConfig


class CatalogConfig(AppConfig):
    """Names the app as staff read it."""

    name = "catalog"
    verbose_name = "Catalogue"
