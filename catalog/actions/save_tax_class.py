"""Change how VAT is charged, and have the pages of products follow."""

from __future__ import annotations

from django.conf import settings
from django.db import transaction

from catalog.models import TaxClass
from electroports.jobs import enqueue

JOB = "catalog.tasks.refresh_taxed_listings"


def save_tax_class(*, row: TaxClass) -> None:
    """Write a tax class; if it is to be the default, no other is any more.

    The former default, if it followed VAT_PERCENT, keeps that rate as its own.
    Orders have the new rate from the commit on. The pages of its products follow in a job: they may be all there are.
    """
    with transaction.atomic():
        if row.is_default:
            former = TaxClass.objects.filter(is_default=True).exclude(pk=row.pk)
            former.filter(percent=None, is_exempt=False).update(percent=settings.VAT_PERCENT)
            former.update(is_default=False)
        row.save()
        enqueue(JOB, row.pk)
