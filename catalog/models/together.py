"""Which products are bought together."""

from typing import ClassVar

from django.db import models


class BoughtTogether(models.Model):
    """In how many orders a product was bought together with another. Each pair has two rows, one from either side."""

    # No foreign keys: counting never waits for who saves a product. What was ordered is never deleted.
    product_id = models.BigIntegerField()
    other_id = models.BigIntegerField()
    count = models.IntegerField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["product_id", "other_id"], name="bought_together_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.product_id} and {self.other_id}: {self.count}"
