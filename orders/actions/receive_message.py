"""Store what a provider sent, before anything is done about it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from django.db import IntegrityError, transaction

from electroports.jobs import enqueue
from electroports.sql import insert_rows
from orders.gateways.facts import MessageKind
from orders.models import ProviderMessage


def receive_message(
    *,
    provider: str,
    kind: MessageKind,
    body: bytes,
    at: datetime,
    reference: str = "",
    event_id: str = "",
    headers: Mapping[str, str] | None = None,
) -> None:
    """Store a message as it came and have it acted upon, in one transaction; one that was stored before is left alone.

    What is stored can be acted upon again whenever something goes wrong later, so the provider can be told at once that
    it has arrived.
    """
    message = ProviderMessage(
        provider=provider,
        kind=kind,
        reference=reference,
        event_id=event_id,
        body=body,
        headers=dict(headers or {}),
        received_at=at,
        next_attempt_at=at,
    )
    stored = ProviderMessage.objects.filter(provider=provider, event_id=event_id)
    if event_id and stored.exists():
        return
    try:
        with transaction.atomic():
            insert_rows([message])
            enqueue("orders.tasks.process_message", message.pk)
    except IntegrityError:  # the same event came twice at once
        if not event_id:
            raise
