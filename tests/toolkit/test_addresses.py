"""What a URL names a row by."""

import pytest

from electroports.addresses import parse_address, parse_id


@pytest.mark.parametrize(
    ("text", "address"),
    [("7", 7), ("007", 7), ("9" * 18, 10**18 - 1), ("9" * 19, None), ("nano-20w", "nano-20w"), ("٣", "٣"), ("", "")],
)
def test_digits_are_an_id(text: str, address: int | str | None) -> None:
    assert parse_address(text) == address
    assert parse_id(text) == (address if isinstance(address, int) else None)
