"""Kenya's 47 counties: their codes and names, and which one a text means."""

from __future__ import annotations

import csv
import re
import unicodedata
from difflib import get_close_matches
from pathlib import Path
from typing import Any, ClassVar, NamedTuple

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from rest_framework import serializers

# Constitution of Kenya 2010, First Schedule; the order there gives the codes that government and banks use. The
# Schedule's "Nairobi City" is called Nairobi, as everybody does.
DATA = Path(__file__).resolve().parent / "data" / "counties.csv"
LONGEST = 40  # characters of what somebody may write
ALIKE = 0.6  # of difflib's ratio: below it, two names have nothing to do with each other


class County(NamedTuple):
    """A county: its three-digit code, the name that is stored, and the other spellings that are taken for it."""

    code: str
    name: str
    slug: str
    spellings: tuple[str, ...]


class UnknownCounty(ValueError):
    """A text that names none of the counties; `suggestion` is the one that it comes nearest to, if to any."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        words = [word for word in _COUNTIES_BY_WORD if not word.isdecimal()]
        close = get_close_matches(_folded(text[:LONGEST]), words, n=1, cutoff=ALIKE)
        self.suggestion: County | None = _COUNTIES_BY_WORD[close[0]] if close else None

    @property
    def message(self) -> str:
        """What to tell who wrote it."""
        return "Kenya has no such county." + (f" Did you mean {self.suggestion.name}?" if self.suggestion else "")


def _folded(text: str) -> str:
    """Return a text without what people write now so, now so: case, accents, blanks, hyphens and the word county."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode().casefold()
    return re.sub(r"\bcounty( of)?\b|[^a-z0-9]", "", plain)


def _read() -> tuple[County, ...]:
    with DATA.open(encoding="utf-8", newline="") as file:
        return tuple(
            County(row["code"], row["name"], row["slug"], tuple(filter(None, row["spellings"].split(" | "))))
            for row in csv.DictReader(file)
        )


COUNTIES = _read()
COUNTIES_BY_CODE = {county.code: county for county in COUNTIES}
CHOICES = [(county.code, county.name) for county in sorted(COUNTIES, key=lambda county: county.name)]
_COUNTIES_BY_WORD = {
    _folded(word): county for county in COUNTIES for word in (county.name, county.slug, county.code, *county.spellings)
}


def parse_county(text: str) -> County:
    """Return the county that a text names, by its code, slug, name or another spelling; raises UnknownCounty.

    Case, blanks, hyphens, apostrophes and the word "County" do not matter: `muranga county` is Murang'a.
    """
    county = _COUNTIES_BY_WORD.get(_folded(text)) if len(text) <= LONGEST else None
    if county is None:
        raise UnknownCounty(text)
    return county


class CountyField(serializers.CharField):
    """A county in a request, as the name that is stored for it once validated."""

    default_error_messages: ClassVar[dict[str, Any]] = {"unknown_county": "{message}"}

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"max_length": LONGEST, **kwargs})

    def run_validation(self, data: Any = serializers.empty) -> Any:
        """Return the county's name; raises ValidationError with code `unknown_county`."""
        value = super().run_validation(data)
        if not value:
            return value
        try:
            return parse_county(value).name
        except UnknownCounty as error:
            self.fail("unknown_county", message=error.message)


class CountyFieldSchema(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]  # its base registers classes
    """What the OpenAPI document says of a county: any spelling is taken, and its name is kept."""

    target_class = CountyField

    def map_serializer_field(self, auto_schema: AutoSchema, direction: str) -> dict[str, Any]:
        """Return the JSON schema of the field."""
        return {
            "type": "string",
            "description": "One of Kenya's 47 counties, by name, slug or code, in any usual spelling: `Nairobi City` "
            "is kept as `Nairobi`.",
            "example": "Nairobi",
            "minLength": 1,
            "maxLength": LONGEST,
        }
