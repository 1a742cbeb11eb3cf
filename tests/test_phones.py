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
