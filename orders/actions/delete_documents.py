"""Delete proofs of payments that show who paid."""

from __future__ import annotations

from collections.abc import Collection

from django.core.files.storage import default_storage

from orders.models import Payment


def delete_documents(*, payment_ids: Collection[int]) -> int:
    """Delete the files of these payments and then their names; return how many there were.

    In this order, so that whoever is stopped in between does it again.
    """
    found = dict(Payment.objects.filter(pk__in=payment_ids).exclude(document="").values_list("pk", "document"))
    for key, name in found.items():
        default_storage.delete(name)
        Payment.objects.filter(pk=key).update(document="")
    return len(found)
