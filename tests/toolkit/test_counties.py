"""Kenya's counties as people write them."""

from __future__ import annotations

from typing import Any

import pytest
from rest_framework import serializers

from electroports.counties import COUNTIES, CountyField, UnknownCounty, parse_county


def test_there_are_the_47_counties_of_the_constitution() -> None:
    codes = [county.code for county in COUNTIES]

    assert codes == [f"{number:03d}" for number in range(1, 48)]
    assert len({county.name for county in COUNTIES}) == len({county.slug for county in COUNTIES}) == 47
    named = {county.code: county.name for county in COUNTIES}
    assert (named["001"], named["021"], named["028"], named["047"]) == (
        "Mombasa",
        "Murang'a",
        "Elgeyo/Marakwet",
        "Nairobi",
    )


@pytest.mark.parametrize(
    ("typed", "name"),
    [
        ("Nairobi", "Nairobi"),
        ("  nairobi  ", "Nairobi"),
        ("NAIROBI CITY", "Nairobi"),
        ("Nairobi County", "Nairobi"),
        ("Nairobi City County", "Nairobi"),
        ("County of Nairobi", "Nairobi"),
        ("047", "Nairobi"),
        ("Muranga", "Murang'a"),
        ("Murang’a", "Murang'a"),
        ("muranga county", "Murang'a"),
        ("Homabay", "Homa Bay"),
        ("homa-bay", "Homa Bay"),
        ("Tharaka Nithi", "Tharaka-Nithi"),
        ("Elgeyo-Marakwet", "Elgeyo/Marakwet"),
        ("Trans-Nzoia", "Trans Nzoia"),
        ("Taita/Taveta", "Taita Taveta"),
        ("Uasin-Gishu", "Uasin Gishu"),
    ],
)
def test_a_county_is_known_in_its_spellings(typed: str, name: str) -> None:
    assert parse_county(typed).name == name
    assert CountyField().run_validation(typed) == name


def test_every_county_is_known_by_code_slug_name_and_spellings() -> None:
    for county in COUNTIES:
        for word in (county.code, county.slug, county.name, *county.spellings, county.name.upper()):
            assert parse_county(word) == county


@pytest.mark.parametrize(
    ("typed", "message"),
    [
        ("Nairobbi", "Kenya has no such county. Did you mean Nairobi?"),
        ("Momabsa", "Kenya has no such county. Did you mean Mombasa?"),
        ("Kisumuu County", "Kenya has no such county. Did you mean Kisumu?"),
        ("Wonderland", "Kenya has no such county."),
        ("048", "Kenya has no such county."),
        ("county", "Kenya has no such county."),
        ("!!!", "Kenya has no such county."),
        ("x" * 8000, "Kenya has no such county."),
    ],
)
def test_what_is_no_county_is_refused_with_the_nearest(typed: str, message: str) -> None:
    with pytest.raises(UnknownCounty) as refused:
        parse_county(typed)

    assert refused.value.message == message


@pytest.mark.parametrize(
    ("value", "codes"),
    [
        ("Nairobbi", ["unknown_county"]),
        ("", ["blank"]),
        (47, ["unknown_county"]),
        (["Nairobi"], ["invalid"]),
        ("Nairobi\x00", ["null_characters_not_allowed"]),
        ("N" * 41, ["max_length"]),
    ],
)
def test_the_field_refuses_what_is_no_county(value: Any, codes: list[str]) -> None:
    with pytest.raises(serializers.ValidationError) as refused:
        CountyField().run_validation(value)

    assert refused.value.get_codes() == codes
