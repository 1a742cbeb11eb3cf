"""Load the kinds of connectors, with their pins, from the data files."""

from collections.abc import Sequence

from django.db import transaction

from catalog.files.connectors import ConnectorRow, PinRow
from catalog.models import Connector, ConnectorPin
from catalog.revision import next_revision

FIELDS = ("name", "family", "shape", "is_wireless", "description", "source")


def load_connectors(*, rows: Sequence[tuple[ConnectorRow, Sequence[PinRow]]], overwrite: bool) -> None:
    """Make the connectors that are missing; with `overwrite`, make those that are there what the files say again.

    Connectors that no file names stay.
    """
    with transaction.atomic():
        known = set(Connector.objects.values_list("code", flat=True))
        wanted = {row.code: (row, pins) for row, pins in rows if overwrite or row.code not in known}
        if not wanted:
            return
        Connector.objects.bulk_create(
            (
                Connector(code=code, **{field: getattr(row, field) for field in FIELDS})
                for code, (row, _pins) in wanted.items()
            ),
            update_conflicts=True,
            unique_fields=["code"],
            update_fields=FIELDS,
        )
        ids = dict(Connector.objects.filter(code__in=wanted).values_list("code", "pk"))
        ConnectorPin.objects.filter(connector__in=ids.values()).delete()
        ConnectorPin.objects.bulk_create(
            ConnectorPin(
                connector_id=ids[pin.connector],
                position=place,
                pin=pin.pin,
                signal=pin.signal,
                description=pin.description,
            )
            for _row, pins in wanted.values()
            for place, pin in enumerate(pins, 1)
        )
        next_revision()
