"""The read model of the shop window: one finished row per product, and the number of the catalogue's last change."""

from typing import ClassVar

from django.db import models


class CatalogRevision(models.Model):
    """One row. Its number rises in the same transaction as any change that a shopper could see."""

    number = models.BigIntegerField(default=0)
    listed_by = models.CharField(
        max_length=64, blank=True, db_default="", help_text="What the listings were last all rewritten by."
    )
    seeded_from = models.CharField(
        max_length=64, blank=True, db_default="", help_text="The data files that the shop was last seeded from."
    )

    def __str__(self) -> str:
        return str(self.number)


class ProductListing(models.Model):
    """Everything that lists and pages show of one product, ready made.

    Written only by `catalog.actions.refresh_listings`, but for `bought_together`, which `count_together` writes. An
    unlisted or deleted product keeps its row, so that processes that follow the revision learn of it.
    """

    # No foreign key: the row outlives its product, as the news that it is gone.
    product_id = models.BigIntegerField(primary_key=True)
    revision = models.BigIntegerField(db_index=True)
    is_listed = models.BooleanField(default=True)
    slug = models.CharField(max_length=80, db_index=True)
    kind = models.CharField(max_length=12)
    brand_id = models.BigIntegerField()
    category_id = models.BigIntegerField()
    name_key = models.CharField(max_length=120)
    price = models.DecimalField(max_digits=12, decimal_places=2)
    newest_key = models.IntegerField(help_text="Days since 1970 of the release, or of the entry into the shop.")
    rating = models.DecimalField(max_digits=3, decimal_places=2, default=0)
    popularity = models.PositiveIntegerField(default=0)
    in_stock = models.BooleanField()
    on_sale = models.BooleanField()
    conditions = models.CharField(max_length=60, help_text="Space-separated.")
    traits = models.JSONField(default=dict, help_text="The typed fields of the product's kind.")
    spec_values = models.JSONField(
        default=dict,
        db_default=models.Value({}, models.JSONField()),
        help_text="The values by which lists can be filtered, by the field's code.",
    )
    # No foreign key either: what is there to be read never waits for it.
    layout_id = models.BigIntegerField(null=True, blank=True, help_text="How its ports are laid out.")
    card = models.TextField(help_text="JSON of the product in a list.")
    detail = models.TextField(help_text="JSON of the product's page, without its related products.")
    bought_together = models.TextField(
        default="", db_default="", help_text="Space-separated: the ids of products bought with it, most often first."
    )
    event_ids = models.TextField(
        default="",
        db_default="",
        help_text="Space-separated: the sale events that it is in, past and coming, as id:version.",
    )

    def __str__(self) -> str:
        return self.slug


class ListingPhase(models.Model):
    """What stands in place of a listing's columns while sale events lower the price: past, present and to come.

    Written with the listing. `since` (included) and `until` (excluded) are seconds since 1970; the phase that held when
    it was written has 0, so that no reader's clock can be behind its beginning.
    """

    product_id = models.BigIntegerField()
    since = models.BigIntegerField()
    until = models.BigIntegerField()
    price = models.DecimalField(max_digits=12, decimal_places=2)
    on_sale = models.BooleanField()
    card = models.TextField()
    detail = models.TextField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product_id", "since"], name="listing_phase_unique"),
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["since"], name="listing_phase_by_beginning"),
            models.Index(fields=["until"], name="listing_phase_by_end"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} from {self.since}"
