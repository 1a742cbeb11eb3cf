"""Reading the statement that the M-Pesa portal exports."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal

import pytest

from orders.gateways.facts import NotReadable
from orders.gateways.mpesa.messages import NAIROBI
from orders.gateways.mpesa.statement import read_statement, statement_movements

STATEMENT = """\
Organization Name,ELECTROPORTS & PINS,,,,,,,,
Time Period,From 2026-11-01 To 2026-11-30,,,,,,,,

Receipt No.,Completion Time,Initiation Time,Details,Transaction Status,Paid In,Withdrawn,Balance,Other Party Info,\
Linked Transaction ID
SKR1A2B3C4,2026-11-27 10:30:05,2026-11-27 10:30:04,Pay Bill from 254712345678 - WANJIKU Acc. EP7K3QXM,Completed,\
"1,500.00",,"21,500.00",0712345678 - WANJIKU,
SKR1A2B3C4,2026-11-27 10:30:05,2026-11-27 10:30:04,Pay Bill Charge,Completed,,-8.00,"21,492.00",,
SKR9Z8Y7X6,2026-11-27 10:31:00,2026-11-27 10:31:00,Pay Bill,Declined,700.00,,"21,492.00",,
SKS5D6E7F8,28-11-2026 09:00:00,28-11-2026 09:00:00,Reversal of SKR1A2B3C4,Completed,,"-1,500.00","19,992.00",,SKR1A2B3C4

"""


def at(day: int, hour: int = 0, minute: int = 0, second: int = 0) -> datetime:
    return datetime(2026, 11, day, hour, minute, second, tzinfo=NAIROBI)


def read(text: str) -> list[tuple[str, Decimal, datetime]]:
    return [(row.receipt, row.amount, row.completed_at) for row in read_statement(text.splitlines(keepends=True))]


def test_completed_rows_are_read_below_whatever_stands_above() -> None:
    assert read(STATEMENT) == [
        ("SKR1A2B3C4", Decimal("1500.00"), at(27, 10, 30, 5)),
        ("SKR1A2B3C4", Decimal("-8.00"), at(27, 10, 30, 5)),
        ("SKS5D6E7F8", Decimal("-1500.00"), at(28, 9)),
    ]


def test_details_tell_no_phone_number() -> None:
    first = next(read_statement(STATEMENT.splitlines()))

    assert first.details == "Pay Bill from …678 - WANJIKU Acc. EP7K3QXM"


def test_movements_are_those_of_the_time_without_charges() -> None:
    rows = list(read_statement(STATEMENT.splitlines()))

    everything = list(statement_movements(rows, since=at(1), until=at(30)))
    assert [(move.receipt, move.amount, move.currency, move.provider_reference) for move in everything] == [
        ("SKR1A2B3C4", Decimal("1500.00"), "KES", ""),
        ("SKS5D6E7F8", Decimal("-1500.00"), "KES", "SKR1A2B3C4"),
    ]
    assert [move.amount for move in statement_movements(rows, since=at(28, 9), until=at(30))] == [Decimal("-1500.00")]
    assert list(statement_movements(rows, since=at(1), until=at(27, 10, 30, 5))) == []


def test_other_headings_and_times_of_the_portal_are_known() -> None:
    text = "RECEIPT NO,Completion time,PAID IN,Withdrawn\nSKR1A2B3C4,27/11/2026 10:30,100,0.00\n"

    assert read(text) == [("SKR1A2B3C4", Decimal("100.00"), at(27, 10, 30))]


@pytest.mark.parametrize(
    "row",
    [
        "SKR1A2B3C4,yesterday,100,",
        "SKR1A2B3C4,2026-11-27 10:30:05,much,",
        "SKR1A2B3C4,2026-11-27 10:30:05,NaN,",
        "SKR1A2B3C4,2026-11-27 10:30:05,1e20,",
        "SKR1A2B3C4,2026-11-27 10:30:05,,",
        "SKR1A2B3C4,2026-11-27 10:30:05,100,-100",
        "SKR1A2B3C4,2026-11-27 10:30:05",
        "=cmd(),2026-11-27 10:30:05,100,",
    ],
)
def test_a_row_that_makes_no_sense_is_named(row: str) -> None:
    with pytest.raises(NotReadable, match="line 2 "):
        read(f"Receipt No.,Completion Time,Paid In,Withdrawn\n{row}\n")


@pytest.mark.parametrize("text", ["", "a,b,c\n1,2,3\n", "x\n" * 50 + "Receipt No.,Completion Time,Paid In,Withdrawn\n"])
def test_what_is_no_statement_is_refused(text: str) -> None:
    with pytest.raises(NotReadable, match="headings"):
        read(text)
