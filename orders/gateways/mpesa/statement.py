"""The statement that the M-Pesa portal exports: the one place where Safaricom lists what came and went."""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import NamedTuple

from orders.gateways.facts import Movement, NotReadable
from orders.gateways.mpesa.messages import CURRENCY, NAIROBI, clean

# Headings as they are compared: letters alone, small. The portal has changed dots, spaces and case over the years.
RECEIPT, COMPLETED, DETAILS, PAID_IN, WITHDRAWN = "receiptno", "completiontime", "details", "paidin", "withdrawn"
STATUS = "transactionstatus"
LINKED = "linkedtransactionid"
NEEDED = frozenset({RECEIPT, COMPLETED, PAID_IN, WITHDRAWN})
MOST_LINES_ABOVE = 30  # the shop's name, the period, the operator
TIMES = ("%Y-%m-%d %H:%M:%S", "%d-%m-%Y %H:%M:%S", "%d/%m/%Y %H:%M:%S", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M")


class StatementRow(NamedTuple):
    """One completed row: money that came in (`amount` above zero) or went out (below)."""

    line: int
    receipt: str
    completed_at: datetime
    amount: Decimal
    details: str
    linked_receipt: str = ""

    @property
    def is_charge(self) -> bool:
        """Tell whether this is Safaricom's fee: it carries the receipt of the payment that it is for."""
        return "charge" in self.details.lower()


def read_statement(lines: Iterable[str]) -> Iterator[StatementRow]:
    """Yield the completed rows of a statement in CSV; raises NotReadable, which names the line."""
    rows = csv.reader(lines)
    columns = _find_columns(rows)
    for cells in rows:
        if not any(cell.strip() for cell in cells):
            continue
        row = {name: cells[place].strip() for name, place in columns.items() if place < len(cells)}
        if row.get(STATUS, "completed").lower() != "completed":
            continue
        try:
            yield _row(rows.line_num, row)
        except (KeyError, ValueError, InvalidOperation) as error:
            raise NotReadable(f"line {rows.line_num} is no row of a statement") from error


def statement_movements(rows: Iterable[StatementRow], *, since: datetime, until: datetime) -> Iterator[Movement]:
    """Yield what the rows from `since` until before `until` say of the shop's own dealings: no charges."""
    for row in rows:
        if since <= row.completed_at < until and not row.is_charge:
            yield Movement(
                receipt=row.receipt,
                provider_reference=row.linked_receipt,
                amount=row.amount,
                currency=CURRENCY,
                at=row.completed_at,
            )


def _find_columns(rows: Iterator[list[str]]) -> dict[str, int]:
    for number, cells in enumerate(rows):
        names = {re.sub(r"[^a-z]", "", cell.lower()): place for place, cell in enumerate(cells)}
        if names.keys() >= NEEDED:
            return names
        if number >= MOST_LINES_ABOVE:
            break
    raise NotReadable("no line has the headings Receipt No., Completion Time, Paid In and Withdrawn")


def _row(line: int, row: dict[str, str]) -> StatementRow:
    paid_in, withdrawn = _figure(row[PAID_IN]), abs(_figure(row[WITHDRAWN]))
    if not re.fullmatch(r"[A-Z0-9]{6,20}", row[RECEIPT]) or (paid_in > 0) == (withdrawn > 0):
        raise ValueError(line)
    return StatementRow(
        line=line,
        receipt=row[RECEIPT],
        completed_at=_time(row[COMPLETED]),
        amount=paid_in - withdrawn,
        details=clean(row.get(DETAILS, "")),
        linked_receipt=row.get(LINKED, ""),
    )


def _figure(text: str) -> Decimal:
    """Return an amount such as `1,500.00`; nothing is nothing. What is withdrawn has a minus in some exports."""
    figure = Decimal(text.replace(",", "") or "0")
    if not figure.is_finite() or abs(figure) >= 10**10:
        raise ValueError(text)
    return figure.quantize(Decimal("0.01"))


def _time(text: str) -> datetime:
    for form in TIMES:
        try:
            return datetime.strptime(text, form).replace(tzinfo=NAIROBI)
        except ValueError:
            continue
    raise ValueError(text)
