"""Brands, categories, events, connectors and specification fields in memory: what a word in a query stands for."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cached_property

from django.db import connection

from catalog.facts import spec_rules
from catalog.revision import ear
from catalog.specs import SpecRule

TAXONOMY_SQL = (
    "SELECT 0, id, slug, NULL FROM catalog_brand UNION ALL SELECT 1, id, slug, parent_id FROM catalog_category "
    "UNION ALL SELECT 2, id, slug, NULL FROM catalog_saleevent WHERE is_published "
    "UNION ALL SELECT 3, id, code, NULL FROM catalog_connector"
)
Names = dict[str, tuple[int, ...]]


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
    def _by_name(self) -> tuple[Names, Names, Names, dict[str, tuple[str, ...]]]:
        ear.refuse_transaction()
        slugs: tuple[dict[int, str], ...] = ({}, {}, {}, {})
        children: dict[int, list[int]] = {}
        with connection.cursor() as cursor:
            cursor.execute(TAXONOMY_SQL)
            for which, pk, slug, parent_id in cursor.fetchall():
                slugs[which][pk] = slug
                children.setdefault(parent_id, []).append(pk)
        brands, categories, events, connectors = slugs
        below = {pk: _tree(pk, children) for pk in categories}
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


def _tree(root: int, children: Mapping[int, Sequence[int]]) -> tuple[int, ...]:
    """Return a category and all below it, each once even where two saves at a time have made a ring of them."""
    found = {root: None}
    todo = [root]
    while todo:
        fresh = [child for child in children.get(todo.pop(), ()) if child not in found]
        found.update(dict.fromkeys(fresh))
        todo += fresh
    return tuple(found)
