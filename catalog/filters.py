"""What a shopper asks a list for: the query string, validated and normalised into a value that can be compared."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from math import inf
from typing import Any

from django.http import QueryDict
from rest_framework.exceptions import ErrorDetail, ValidationError

from catalog import columns
from catalog.files.cells import shown
from catalog.models import Accessory, Product, SoundDevice, Variant
from catalog.search.text import words_of
from catalog.spec_filters import SpecFilter, parse_spec
from catalog.taxonomy import Taxonomy
from electroports.pagination import (
    DEFAULT_PAGE_SIZE,
    MAX_PAGE,
    MAX_PAGE_SIZE,
    PAGE_NAMES,
    bounded_int,
    decode_cursor,
    encode_cursor,
    not_our_cursor,
)
from electroports.query import choice_of, refusals_into, refuse_unknown, truth_of

AMOUNT = re.compile(r"[0-9]{1,10}(\.[0-9]{1,2})?\Z")
SLUG_OR_ID = re.compile(r"[A-Za-z0-9_-]{1,80}\Z")
MAX_CHOICES = 20
DEFAULT_ORDERING = "newest"
RELEVANCE = "relevance"  # the order of a search's answers
ORDERINGS = (*columns.ORDERINGS, RELEVANCE)
MAX_SEARCH = 200  # characters

CHOICES: dict[str, frozenset[str]] = {
    "kind": frozenset(Product.Kind.values),
    "condition": frozenset(Variant.Condition.values),
    "accessory_type": frozenset(Accessory.Type.values),
    "form_factor": frozenset(SoundDevice.FormFactor.values),
    "connectivity": frozenset(SoundDevice.CONNECTIVITY),
}
SWITCHES = frozenset({"in_stock", "on_sale", "noise_cancelling", "microphone"})
# Query parameter → the number that it bounds from below or above.
BOUNDS: dict[str, tuple[str, str]] = {
    "min_watts": ("watts", "min"),
    "max_watts": ("watts", "max"),
    "min_length": ("length_m", "min"),
    "max_length": ("length_m", "max"),
    "min_battery_hours": ("battery_hours", "min"),
}
REFERENCES = frozenset({"brand", "category", "connector", "event"})
COMMON = REFERENCES | {"search", "min_price", "max_price", "condition", "in_stock", "on_sale", "rating", "spec"}
PAGING = frozenset({"ordering", *PAGE_NAMES})
BY_KIND: dict[str | None, frozenset[str]] = {
    None: COMMON | PAGING | {"kind"} | SWITCHES | set(BOUNDS) | {"accessory_type", "form_factor", "connectivity"},
    "accessory": COMMON | PAGING | {"accessory_type", "min_watts", "max_watts", "min_length", "max_length"},
    "sound_device": COMMON
    | PAGING
    | {"form_factor", "connectivity", "noise_cancelling", "microphone", "min_battery_hours"},
}


@dataclass(frozen=True, slots=True)
class Filters:
    """What products must answer to: for every name one of the values (`any_of`), and numbers within bounds."""

    any_of: tuple[tuple[str, tuple[Any, ...]], ...] = ()
    bounds: tuple[tuple[str, float, float], ...] = ()
    min_rating: int = 0
    min_price: int | None = None
    max_price: int | None = None
    search: str = ""  # its words, folded

    @property
    def without_price(self) -> Filters:
        """The same filters but for the price."""
        return replace(self, min_price=None, max_price=None)

    @property
    def has_price(self) -> bool:
        """Whether the price is bounded at all."""
        return self.min_price is not None or self.max_price is not None

    @property
    def price_range(self) -> tuple[int, int]:
        """The lowest and the highest price that pass, in cents."""
        return self.min_price or 0, self.max_price if self.max_price is not None else 2**62


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place between two rows of an ordering: next to the row with this sort value and tie-breaker."""

    ordering: str
    value: int | str
    tie: int
    backwards: bool = False

    def encode(self) -> str:
        """Return the opaque text that `parse_cursor` reads back."""
        return encode_cursor(self.ordering, self.value, self.tie, int(self.backwards))


@dataclass(frozen=True, slots=True)
class ListQuery:
    """One request for a page of products. Prices are in cents, ratings in hundredths.

    `search` is what was searched for, as it was written.
    """

    filters: Filters
    ordering: str = DEFAULT_ORDERING
    page: int = 1
    page_size: int = DEFAULT_PAGE_SIZE
    cursor: Cursor | None = None
    search: str = ""


Resolve = Callable[[str], "tuple[Any, ...] | None"]
Resolvers = Mapping[str, Callable[[str], Any]]


def resolvers_of(taxonomy: Taxonomy) -> Resolvers:
    """Return what turns names of the shop's data into what they stand for, by query parameter."""
    return {
        "brand": taxonomy.brand_ids,
        "category": taxonomy.category_ids,
        "connector": taxonomy.connector_codes,
        "event": taxonomy.event_ids,
        "spec": taxonomy.spec_rule,
    }


def parse_list_query(params: QueryDict, *, kind: str | None, resolvers: Resolvers) -> ListQuery:
    """Return the normalised query of a list request; raises ValidationError that names every wrong parameter.

    `kind` is that of the endpoint (None: all kinds). `resolvers` turn the slug or id of a brand, category, connector or
    event into the keys that it stands for, or None where there is none, and the code of a specification field into its
    rule.
    """
    refuse_unknown(params, BY_KIND[kind])
    errors: dict[str, Any] = {}
    values: dict[str, Any] = {}
    for name, text in params.items():
        with refusals_into(errors):
            values[name] = parse_value(name, str(text), resolvers)
    if "cursor" in values and "page" in values:
        errors["cursor"] = [ErrorDetail("Give either page or cursor.", code="invalid")]
    if errors:
        raise ValidationError(errors)
    cursor = values.get("cursor")
    if kind is not None:
        values["kind"] = (kind,)
    return ListQuery(
        filters=make_filters(values),
        ordering=chosen_ordering(values),
        page=values.get("page", 1),
        page_size=values.get("page_size", DEFAULT_PAGE_SIZE),
        cursor=cursor,
        search=values.get("search", ""),
    )


def parse_filters(params: QueryDict, *, resolvers: Resolvers) -> tuple[Filters, str]:
    """Return the filters of a list request without paging and ordering, and what was searched for as written."""
    refuse_unknown(params, BY_KIND[None] - PAGING)
    query = parse_list_query(params, kind=None, resolvers=resolvers)
    return query.filters, query.search


def chosen_ordering(values: Mapping[str, Any]) -> str:
    """Return the ordering among parsed parameters; raises ValidationError if a cursor belongs to another one.

    A search is by relevance unless something else is asked for. Where there is none, relevance is popularity.
    """
    ordering: str = values.get("ordering", RELEVANCE if values.get("search") else DEFAULT_ORDERING)
    if ordering == RELEVANCE and not values.get("search"):
        ordering = "popularity"
    cursor = values.get("cursor")
    if cursor is None or cursor.ordering == ordering:
        return ordering
    if "ordering" in values or cursor.ordering == RELEVANCE:
        raise ValidationError({"cursor": "This cursor belongs to another ordering."})
    return str(cursor.ordering)


def make_filters(values: Mapping[str, Any]) -> Filters:
    """Return the filters among parsed parameters, in one order whatever the order of the request."""
    bounds: dict[str, dict[str, float]] = {}
    for name, (number, end) in BOUNDS.items():
        if name in values:
            bounds.setdefault(number, {})[end] = values[name]
    names = sorted((values.keys() & CHOICES.keys()) | (values.keys() & SWITCHES) | (values.keys() & REFERENCES))
    spec: SpecFilter = values.get("spec", SpecFilter((), ()))
    own = tuple((number, ends.get("min", 0.0), ends.get("max", inf)) for number, ends in sorted(bounds.items()))
    return Filters(
        any_of=(*((name, values[name]) for name in names), *spec.any_of),
        bounds=(*own, *spec.bounds),
        min_rating=values.get("rating", 0),
        min_price=values.get("min_price"),
        max_price=values.get("max_price"),
        search=folded_search(values.get("search", "")),
    )


def folded_search(text: str) -> str:
    """Return the words of a query in one spelling; a query without any finds nothing, one left blank is none."""
    return " ".join(word.written for word in words_of(text)) or text[:1]


def parse_search(text: str, *, name: str = "search") -> str:
    """Return a query without the spaces around its words; raises ValidationError if it is too long."""
    if len(text) > MAX_SEARCH:
        raise ValidationError({name: f"Give at most {MAX_SEARCH} characters."})
    return " ".join(text.split())


def parse_value(name: str, text: str, resolvers: Resolvers) -> Any:
    """Return one parameter's value; raises ValidationError with a message for people."""
    if name in CHOICES:
        return parse_choices(name, text)
    if name in resolvers:
        return parse_resolved(name, text, resolvers[name])
    if name in SWITCHES:
        return (truth_of(name, text),)
    if name in TEXTS:
        return TEXTS[name](text)
    if name == "page":
        return bounded_int(name, text, low=1, high=MAX_PAGE)
    if name == "page_size":
        return bounded_int(name, text, low=1, high=MAX_PAGE_SIZE)
    if name == "ordering":
        return choice_of(name, text, ORDERINGS)
    amount = parse_amount(name, text)
    if name in ("min_price", "max_price"):
        return int(amount * 100)
    if name == "rating":
        if not 1 <= amount <= 5:
            raise ValidationError({name: "Give a number from 1 to 5."})
        return int(amount * 100)
    return float(amount)


def parse_resolved(name: str, text: str, resolve: Callable[[str], Any]) -> Any:
    """Return what names of the shop's data stand for: conditions on specification fields, or ids."""
    return parse_spec(text, resolve) if name == "spec" else parse_reference(name, text, resolve)


def parse_choices(name: str, text: str) -> tuple[str, ...]:
    """Return the comma-separated words of `text`, each one that the parameter knows."""
    words = tuple(sorted(set(text.split(","))))
    if not CHOICES[name].issuperset(words):
        raise ValidationError({name: f"Give one or more of {', '.join(sorted(CHOICES[name]))}."})
    return words


def parse_reference(name: str, text: str, resolve: Resolve) -> tuple[Any, ...]:
    """Return the ids that comma-separated slugs or ids stand for."""
    found: set[Any] = set()
    unknown: list[str] = []
    words = text.split(",")
    if len(words) > MAX_CHOICES:
        raise ValidationError({name: f"Give at most {MAX_CHOICES}."})
    for word in dict.fromkeys(words):
        ids = resolve(word) if SLUG_OR_ID.match(word) else None
        if ids is None:
            unknown.append(shown(word))
        else:
            found.update(ids)
    if unknown:
        raise ValidationError({name: f"There is no such {name}: {', '.join(unknown)}."})
    return tuple(sorted(found))


def parse_amount(name: str, text: str) -> Decimal:
    """Return a plain decimal number: no sign, no exponent, at most two decimals."""
    if not AMOUNT.match(text):
        raise ValidationError({name: "Give a number such as 1500 or 1500.50."})
    return Decimal(text)


def parse_cursor(text: str) -> Cursor:
    """Return the cursor that `text` stands for; raises ValidationError if we never gave it out."""
    parts = decode_cursor(text)
    valid = (
        len(parts) == 4
        and parts[0] in ORDERINGS
        and type(parts[1]) is (str if parts[0].removeprefix("-") == "name" else int)
        and type(parts[2]) is int
        and parts[3] in (0, 1)
    )
    if not valid:
        raise not_our_cursor()
    return Cursor(parts[0], parts[1], parts[2], backwards=bool(parts[3]))


TEXTS: dict[str, Callable[[str], Any]] = {"cursor": parse_cursor, "search": parse_search}
