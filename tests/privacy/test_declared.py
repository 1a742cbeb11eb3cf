"""Every model and every field that could hold something of a person is in a table that says what becomes of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from django.apps import apps
from django.contrib.auth.models import AbstractUser
from django.db.models import Model

from accounts import personal as of_accounts
from catalog import personal as of_catalog
from electroports.personal import Fate, Holding, Impersonal, expressive_fields
from orders import personal as of_orders

TABLES = (of_accounts, of_catalog, of_orders)
HOLDINGS: list[Holding] = [holding for table in TABLES for holding in table.HOLDINGS]
IMPERSONAL: list[Impersonal] = [row for table in TABLES for row in table.IMPERSONAL]
MODELS = {model._meta.label: model for model in apps.get_models(include_auto_created=True)}


def fields_of(model: type[Model]) -> set[str]:
    return {field.name for field in model._meta.concrete_fields}


def leads_to_user(model: type[Model]) -> Iterator[str]:
    for field in model._meta.concrete_fields:
        if field.is_relation and issubclass(field.related_model, AbstractUser):  # type: ignore[arg-type]
            yield field.name


def test_every_model_is_in_one_table_once() -> None:
    """If this fails for a model of yours: say in `personal.py` of its app what it holds, and what becomes of it."""
    declared = Counter([row.model for row in (*HOLDINGS, *IMPERSONAL)])

    assert sorted(set(MODELS) - set(declared)) == [], "not declared"
    assert sorted(set(declared) - set(MODELS)) == [], "no such model"
    assert [label for label, times in declared.items() if times > 1] == []


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.model)
def test_every_field_is_in_a_copy_or_is_left_out_for_a_reason(holding: Holding) -> None:
    """If this fails for a field of yours: is it the person's to read (`exported`), or why not (`hidden`)?"""
    named = [*holding.exported, *holding.hidden]

    assert sorted(named) == sorted(fields_of(holding.model_class))
    assert all(holding.hidden.values())


@pytest.mark.parametrize("holding", HOLDINGS, ids=lambda holding: holding.model)
def test_every_text_and_every_user_is_written_over_or_stays_for_a_reason(holding: Holding) -> None:
    """If this fails for a field of yours: what does an erasure write over it (`scrubbed`), or why not (`kept`)?"""
    expressive = set(expressive_fields(holding.model_class))
    named = set(holding.scrubbed) | set(holding.kept)

    if holding.fate == Fate.DELETED:
        assert named == set()
    else:
        assert expressive - named == set()
        assert named <= fields_of(holding.model_class)
        assert set(holding.scrubbed) & set(holding.kept) == set()
        assert all(holding.kept.values())


@pytest.mark.parametrize("row", IMPERSONAL, ids=lambda row: row.model)
def test_what_holds_nothing_of_customers_has_no_text_that_nobody_thought_of(row: Impersonal) -> None:
    """If this fails for a field of yours: name it, if it holds nothing of customers; else make the model a Holding."""
    model = MODELS[row.model]

    assert row.texts.split() == expressive_fields(model)
    assert set(leads_to_user(model)) <= {"acting_user"}


def test_a_new_field_would_be_found() -> None:
    """The control: a text, a relation to a user, and an address of the network are among what has to be named."""
    assert {"contact", "address", "note", "user", "guest_key"} <= set(expressive_fields(MODELS["orders.Order"]))
    assert {"user_agent", "address"} <= set(expressive_fields(MODELS["accounts.Session"]))
    assert {"first_name", "email", "phone"} <= set(expressive_fields(MODELS["accounts.User"]))
    assert "status" not in expressive_fields(MODELS["orders.Order"])
