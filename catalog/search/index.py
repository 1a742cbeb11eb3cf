"""The full-text index, on either database: which products have a word, or one that begins so.

Both are asked for single words only: how words are combined and ranked is the same on both, and is not their concern.
What comes here has letters and digits alone, so nothing of a shopper's query can reach the syntax of a search.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.db import connection

SOME = 100  # words asked for by one statement
PREFIX = "*"


def products_with(terms: Sequence[str]) -> Mapping[str, Sequence[int]]:
    """Return the ids of the products that each marked word stands for; one that ends in `*` is the beginning of words.

    Words that no product has are left out.
    """
    found: dict[str, Sequence[int]] = {}
    search = _on_postgresql if connection.vendor == "postgresql" else _on_sqlite
    for start in range(0, len(terms), SOME):
        found |= search(terms[start : start + SOME])
    return found


def _on_postgresql(terms: Sequence[str]) -> Mapping[str, Sequence[int]]:
    queries = [f"'{term[:-1]}':*" if term.endswith(PREFIX) else f"'{term}'" for term in terms]
    with connection.cursor() as cursor:
        cursor.execute("SELECT place, product_ids FROM catalog_products_with(%s)", [queries])
        return {terms[place]: ids for place, ids in cursor.fetchall()}


def _on_sqlite(terms: Sequence[str]) -> Mapping[str, Sequence[int]]:
    sql = " UNION ALL ".join(
        ["SELECT %s, (SELECT group_concat(rowid) FROM catalog_searchindex WHERE catalog_searchindex MATCH %s)"]
        * len(terms)
    )
    values: list[int | str] = []
    for place, term in enumerate(terms):
        values += (place, f'"{term[:-1]}"*' if term.endswith(PREFIX) else f'"{term}"')
    with connection.cursor() as cursor:
        cursor.execute(sql, values)
        return {terms[place]: list(map(int, ids.split(","))) for place, ids in cursor.fetchall() if ids}


def documents_of(product_ids: Sequence[int]) -> dict[int, str]:
    """Return the documents of a few products."""
    marks = ",".join(["%s"] * len(product_ids))
    with connection.cursor() as cursor:
        cursor.execute(
            f"SELECT product_id, words FROM catalog_searchdocument WHERE product_id IN ({marks})",  # noqa: S608
            list(product_ids),
        )
        return dict(cursor.fetchall())


def words_since(revision: int) -> list[tuple[str, int]]:
    """Return the words of the vocabulary that came after a revision, each with its revision."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT word, revision FROM catalog_searchword WHERE revision > %s", [revision])
        return list(cursor.fetchall())


def synonym_rows() -> list[tuple[str, str, bool]]:
    """Return the synonyms in use: what shoppers write, what it means, and whether the reverse holds too."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT term, means, both_ways FROM catalog_searchsynonym WHERE is_active ORDER BY term")
        return [(term, means, bool(both_ways)) for term, means, both_ways in cursor.fetchall()]
