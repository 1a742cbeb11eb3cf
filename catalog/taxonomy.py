"""Brands, categories, sale events, spec fields and connectors in memory: their names, and what a word stands for."""

from __future__ import annotations

from functools import cached_property
from typing import Any, NamedTuple

from django.db import connection

from catalog.category_tree import subtrees
from catalog.facts import spec_rules
from catalog.revision import ear
from catalog.specs import SpecRule

TAXONOMY_SQL = (
    "SELECT 0, id, slug, name, NULL FROM catalog_brand "
    "UNION ALL SELECT 1, id, slug, name, parent_id FROM catalog_category "
    "UNION ALL SELECT 2, id, slug, name, NULL FROM catalog_saleevent WHERE is_published "
    "UNION ALL SELECT 3, id, code, name, NULL FROM catalog_connector"
)
BRAND, CATEGORY, EVENT, CONNECTOR = range(4)
Names = dict[str, tuple[int, ...]]


class Row(NamedTuple):
    """A brand, a category, a sale event or a connector."""

    table: int
    id: int
    slug: str
    name: str
    parent_id: int | None


class Taxonomy:
    """Brands, categories, sale events and connectors by slug and id, with the categories below each.

    Read when first asked for, by one query.
    """

    @property
    def categories(self) -> Names:
        """The ids of each category and of all below it, by its slug and by the digits of its id."""
        return self._by_name[1]

    def brand_ids(self, name: str) -> tuple[int, ...] | None:
        """Return the id of the brand with this slug or id, if there is one."""
        return self._by_name[0].get(name)

    def category_ids(self, name: str) -> tuple[int, ...] | None:
        """Return the ids of the category with this slug or id and of all below it, if there is one."""
        return self._by_name[1].get(name)

    def event_ids(self, name: str) -> tuple[int, ...] | None:
        """Return the id of the sale event with this slug or id, if there is one: now, to come, or over."""
        return self._by_name[2].get(name)

    def spec_rule(self, code: str) -> SpecRule | None:
        """Return the specification field with this code, if there is one."""
        return self.spec_rules.get(code)

    @cached_property
    def spec_rules(self) -> dict[str, SpecRule]:
        """The specification fields in their order, by code. Read when first asked for, by one query."""
        ear.refuse_transaction()
        return spec_rules()

    def connector_codes(self, name: str) -> tuple[str, ...] | None:
        """Return the code of the connector with this code or id, if there is one."""
        return self._by_name[3].get(name)

    @cached_property
    def brand_names(self) -> dict[int, dict[str, Any]]:
        """What each brand is called: id, name and slug, by its id."""
        return {row.id: _named(row) for row in self._rows if row.table == BRAND}

    @cached_property
    def category_names(self) -> dict[int, dict[str, Any]]:
        """What each category is called: id, name and slug, and the id of the one above it, by its id."""
        return {row.id: {**_named(row), "parent_id": row.parent_id} for row in self._rows if row.table == CATEGORY}

    @cached_property
    def connector_names(self) -> dict[int | str, dict[str, Any]]:
        """What each connector is called: id, code and name, by its id and by its code."""
        rows = [row for row in self._rows if row.table == CONNECTOR]
        named = {row: {"id": row.id, "code": row.slug, "name": row.name} for row in rows}
        return {**{row.id: each for row, each in named.items()}, **{row.slug: each for row, each in named.items()}}

    @cached_property
    def _rows(self) -> list[Row]:
        ear.refuse_transaction()
        with connection.cursor() as cursor:
            cursor.execute(TAXONOMY_SQL)
            return [Row(*row) for row in cursor.fetchall()]

    @cached_property
    def _by_name(self) -> tuple[Names, Names, Names, dict[str, tuple[str, ...]]]:
        slugs: tuple[dict[int, str], ...] = ({}, {}, {}, {})
        for row in self._rows:
            slugs[row.table][row.id] = row.slug
        brands, categories, events, connectors = slugs
        below = subtrees({row.id: row.parent_id for row in self._rows if row.table == CATEGORY})
        # Where the slug of one row is the id of another, the id is meant, as in the path of a product.
        return (
            {**{slug: (pk,) for pk, slug in brands.items()}, **{str(pk): (pk,) for pk in brands}},
            {**{slug: below[pk] for pk, slug in categories.items()}, **{str(pk): below[pk] for pk in categories}},
            {**{slug: (pk,) for pk, slug in events.items()}, **{str(pk): (pk,) for pk in events}},
            {
                **{code: (code,) for code in connectors.values()},
                **{str(pk): (code,) for pk, code in connectors.items()},
            },
        )


def _named(row: Row) -> dict[str, Any]:
    return {"id": row.id, "name": row.name, "slug": row.slug}
