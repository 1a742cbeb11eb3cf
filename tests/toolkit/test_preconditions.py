"""If-Match: which header stands for which versions, and which version a document is."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from electroports.errors import InvalidInput
from electroports.preconditions import (
    ANY_VERSION,
    PreconditionFailed,
    PreconditionRequired,
    entity_tag,
    read_if_match,
)

DOCUMENT = {"id": 1, "name": "Nano II", "price": Decimal("10.00")}


def test_a_tag_follows_from_the_document_alone() -> None:
    assert entity_tag(DOCUMENT) == entity_tag(dict(DOCUMENT))
    assert entity_tag({**DOCUMENT, "name": "Nano III"}) != entity_tag(DOCUMENT)
    assert entity_tag(DOCUMENT).startswith('"')


@pytest.mark.parametrize("form", ["{}", " {} ", '"other", {}', '{},"other"', '"", {}', '{}, W/"x"'])
def test_a_header_that_names_the_version(form: str) -> None:
    read_if_match(form.format(entity_tag(DOCUMENT))).check(DOCUMENT)


def test_an_asterisk_stands_for_every_version() -> None:
    assert read_if_match(" * ") == ANY_VERSION
    read_if_match("*").check(DOCUMENT)


@pytest.mark.parametrize("form", ['"other"', "W/{}", '""', '"other", "another"'])
def test_a_header_that_names_another(form: str) -> None:
    expected = read_if_match(form.format(entity_tag(DOCUMENT)))

    with pytest.raises(PreconditionFailed):
        expected.check(DOCUMENT)


@pytest.mark.parametrize(
    "header", ["", "abc", '"', '"a', 'a"', '"a" "b"', '"a",', ',"a"', "**", '*, "a"', "w/x", '"a b"']
)
def test_a_header_that_is_none(header: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        read_if_match(header)

    assert [error.field for error in refused.value.errors] == ["If-Match"]


def test_no_header() -> None:
    with pytest.raises(PreconditionRequired):
        read_if_match(None)


@pytest.mark.parametrize("header", ['"' + "a" * 100_000, '"a",' * 20_000, '"a", ' * 20_000 + "x"])
def test_a_long_header_takes_no_time(header: Any) -> None:
    with pytest.raises(InvalidInput):
        read_if_match(header)
