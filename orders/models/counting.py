"""How far orders have been counted."""

from django.db import models


class PairCount(models.Model):
    """One row: up to which entry of the timelines what was bought together is counted."""

    event_id = models.BigIntegerField(default=0)

    def __str__(self) -> str:
        return str(self.event_id)
