"""Phone numbers as people type them."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from electroports.phones import InvalidPhone, PhoneField, parse_phone
from tests.contract.document import openapi
from tests.contract.strict import errors_in

NUMBERS = pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("0712345678", "+254712345678"),
        ("0112345678", "+254112345678"),
        ("712345678", "+254712345678"),
        ("112345678", "+254112345678"),
        ("254712345678", "+254712345678"),
        ("+254712345678", "+254712345678"),
        (" +254 712 345 678 ", "+254712345678"),
        ("0712-345-678", "+254712345678"),
        ("+254 (0) 712 345 678", "+254712345678"),
        ("020 2012345", "+254202012345"),
        ("+44 20 7946 0958", "+442079460958"),
        ("0110 123 456", "+254110123456"),
        ("110123456", "+254110123456"),
        ("254 110 123 456", "+254110123456"),
        ("+254110123456", "+254110123456"),
        ("254 712 345 678", "+254712345678"),
        ("712 345 678", "+254712345678"),
        ("(0712) 345 678", "+254712345678"),
        ("0712.345.678", "+254712345678"),
    ],
)


@NUMBERS
def test_a_number_is_kept_as_e164(typed: str, kept: str) -> None:
    assert parse_phone(typed) == kept


@NUMBERS
@pytest.mark.parametrize("around", ["", "\t", "\u00a0\n"])
def test_the_document_allows_what_the_field_takes(typed: str, kept: str, around: str) -> None:
    text = f"{around}{typed}{around}"
    names = ("RegisterInput", "ProfileInput", "ContactInput", "AddressInput")

    assert validate(text) == kept
    for name in names:
        assert errors_in(text, openapi()["components"]["schemas"][name]["properties"]["phone"]) == [], name


@pytest.mark.parametrize(
    "typed",
    [
        "",
        " ",
        "+",
        "999",
        "07123",
        "07123456789",
        "0151234567",
        "2547123456789",
        "0712345678 ext 5",
        "+1 800 FLOWERS",
        "٠٧١٢٣٤٥٦٧٨",
        "0712345678\n",
        "0712345678;phone-context=+254",
        "0" * 33,
        "tel:0712345678",
        "\x00",
    ],
)
def test_what_is_no_number_is_refused(typed: str) -> None:
    with pytest.raises(InvalidPhone):
        parse_phone(typed)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("0712 345 67", "It has too few digits."),
        ("07123", "It has too few digits."),
        ("0712 345 6789", "It has too many digits."),
        ("2547123456789", "It has too many digits."),
        ("0812345678", "There is no such number."),
        ("0151234567", "There is no such number."),
        ("+999 12345678", "This is not a phone number."),
        ("+", "This is not a phone number."),
        ("0712345678 ext 5", "A phone number has digits, blanks, hyphens, brackets and a + alone."),
    ],
)
def test_a_wrong_number_is_refused_with_the_reason(typed: str, reason: str) -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        validate(typed)

    assert refused.value.get_codes() == ["invalid_phone"]
    assert refused.value.detail == [f"{reason} Write it like 0712 345 678 or +254 712 345 678."]


def validate(value: Any, **options: Any) -> Any:
    return PhoneField(**options).run_validation(value)


def test_the_field_gives_e164() -> None:
    assert validate("0712 345 678") == "+254712345678"


def test_the_field_takes_an_empty_text_only_where_it_may_be_blank() -> None:
    assert validate(" ", allow_blank=True) == ""
    with pytest.raises(serializers.ValidationError) as refused:
        validate("")
    assert refused.value.get_codes() == ["blank"]


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("0799", ["invalid_phone"]),
        (True, ["invalid"]),
        (["0712345678"], ["invalid"]),
        ("0712345678\x00", ["null_characters_not_allowed"]),
        ("0" * 33, ["max_length"]),
    ],
)
def test_the_field_refuses_what_is_no_number(value: Any, codes: list[str]) -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        validate(value)
    assert refused.value.get_codes() == codes
