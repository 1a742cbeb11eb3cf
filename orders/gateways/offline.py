"""What ways of paying have in common of which only people know what became."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime

from orders.gateways.facts import (
    Begun,
    Charge,
    MessageKind,
    Movement,
    Notification,
    NotReadable,
    Outcome,
    Reason,
    Repayment,
    RepaymentReport,
    Report,
)


class OfflineGateway:
    """Asks nobody: staff record the money when they have it, and give it back by hand."""

    def start(self, charge: Charge) -> Report:
        """Promise it."""
        return Report(Outcome.PENDING)

    def query(self, payment: Begun, *, at: datetime) -> Report:
        """Nobody but staff knows."""
        return Report(Outcome.PENDING)

    def withdraw(self, payment: Begun, *, at: datetime) -> Report:
        """Take the promise back."""
        return Report(Outcome.FAILED, reason=Reason.WITHDRAWN)

    def refund(self, repayment: Repayment) -> RepaymentReport:
        """Staff give it back."""
        return RepaymentReport(Outcome.FAILED, detail="This is given back by hand.")

    def query_refund(self, repayment: Repayment, *, at: datetime) -> RepaymentReport:
        """Staff give it back."""
        return RepaymentReport(Outcome.FAILED, detail="This is given back by hand.")

    def read_message(
        self, kind: MessageKind, body: bytes, headers: Mapping[str, str], *, at: datetime
    ) -> Iterable[Notification]:
        """Nobody sends any."""
        raise NotReadable("Nobody sends messages about this.")

    def movements(self, *, since: datetime, until: datetime) -> Iterable[Movement] | None:
        """There are no books but the shop's."""
        return None
