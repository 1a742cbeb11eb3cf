"""Typed specifications of a catalogue file: what their texts come to, and what speaks against them."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any, NamedTuple

from catalog.category_tree import path_up
from catalog.models import Category, SpecField
from catalog.specs import SpecRefused, SpecRule
from electroports.errors import FieldError


class SpecProblem(NamedTuple):
    """What is wrong with the text for one specification field; the message says what the texts do."""

    field: str
    code: str
    message: str


class SpecTable:
    """The specification fields and the categories that they are for, read when first needed, in three queries."""

    @cached_property
    def _rules(self) -> dict[str, SpecRule]:
        return {field.code: field.rule for field in SpecField.objects.order_by()}

    @cached_property
    def _roots(self) -> dict[str, set[str]]:
        roots: dict[str, set[str]] = {}
        for code, slug in SpecField.objects.order_by().values_list("code", "categories__slug"):
            if slug is not None:
                roots.setdefault(code, set()).add(slug)
        return roots

    @cached_property
    def _parents(self) -> dict[str, str | None]:
        return dict(Category.objects.order_by().values_list("slug", "parent__slug"))

    def read(
        self, texts: Mapping[str, str], *, category: str | None, stored: Mapping[str, Any]
    ) -> tuple[dict[str, Any], list[SpecProblem]]:
        """Return the values of a product of this category, and what is wrong with the others.

        A value that the product has already (`stored`) is not questioned for its category.
        """
        values: dict[str, Any] = {}
        problems: list[SpecProblem] = []
        for code, text in texts.items():
            rule = self._rules.get(code)
            if rule is None:
                problems.append(SpecProblem(code, "unknown", f"names {code[:40]}, which is no specification field."))
                continue
            if rule.trait:
                message = f"names {code}, whose values are those of the column {rule.trait}."
                problems.append(SpecProblem(code, "not_allowed", message))
                continue
            try:
                values[code] = rule.parse(text)
            except SpecRefused as refused:
                problems.append(SpecProblem(code, refused.code, f"{code} {refused.message}"))
                continue
            if category is not None and stored.get(code) != values[code] and not self._is_for(code, category):
                message = f"names {code}, which is no field of the category {category}."
                problems.append(SpecProblem(code, "not_allowed", message))
        return values, problems

    def _is_for(self, code: str, category: str) -> bool:
        """Tell whether a field is for all products, for this category, or for one above it."""
        roots = self._roots.get(code)
        return roots is None or not roots.isdisjoint(path_up(category, self._parents))


def parse_specs(
    texts: Mapping[str, str], *, category_id: int, stored: Mapping[str, Any]
) -> tuple[dict[str, Any], list[FieldError]]:
    """Return the values that a request gives a product of this category, and an error at the path of each other."""
    if not texts:
        return {}, []
    category = Category.objects.filter(pk=category_id).order_by().values_list("slug", flat=True).first()
    values, problems = SpecTable().read(texts, category=category, stored=stored)
    errors = [FieldError(f"typed_specs.{each.field[:40]}", each.code, f"It {each.message}") for each in problems]
    return values, errors
