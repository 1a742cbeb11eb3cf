"""What the admins of the catalogue owe the shop window: it follows in the transaction of the change."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django import forms
from django.db import models, transaction
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils import timezone

from catalog.actions.refresh_listings import refresh_listings
from catalog.revision import next_revision
from electroports.admin import ShopModelAdmin


def show_changes(product_ids: Collection[int], *, at: datetime) -> None:
    """Refresh these products' listings; raise the revision even for none, as brands and categories are shown alone."""
    if product_ids:
        refresh_listings(product_ids=product_ids, at=at)
    else:
        next_revision()


class ShopWindowAdmin(ShopModelAdmin):
    """Saves and deletes that bring the shop window up to date."""

    show_full_result_count = False
    list_per_page = 50

    def product_ids(self, rows: QuerySet[Any]) -> list[int]:
        """Return the products whose listings show any of `rows`."""
        raise NotImplementedError

    def save_related(
        self,
        request: HttpRequest,
        form: "forms.ModelForm[Any]",
        formsets: Any,
        change: bool,
    ) -> None:
        """Save the inlines, then show everything that this form changed."""
        super().save_related(request, form, formsets, change)
        if not change or form.has_changed() or any(formset.has_changed() for formset in formsets):
            show_changes(self.product_ids(self.model._default_manager.filter(pk=form.instance.pk)), at=timezone.now())

    def delete_model(self, request: HttpRequest, obj: models.Model) -> None:
        """Delete one row."""
        self.delete_queryset(request, self.model._default_manager.filter(pk=obj.pk))

    def delete_queryset(self, request: HttpRequest, queryset: QuerySet[Any]) -> None:
        """Delete rows and show that they are gone."""
        with transaction.atomic():
            product_ids = self.product_ids(queryset)
            super().delete_queryset(request, queryset)
            show_changes(product_ids, at=timezone.now())
