"""Django's admin app, with the shop's own site."""

from importlib import import_module

from django.contrib.admin.apps import AdminConfig


class BackOfficeConfig(AdminConfig):
    """Puts the back office on the shop's site."""

    default_site = "electroports.admin.ShopAdminSite"

    def ready(self) -> None:
        """Register every app's admin, then dress those of the job queue."""
        super().ready()
        import_module("electroports.admin_jobs")
