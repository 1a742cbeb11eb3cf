"""Walking the tree of categories, up and down: each comes once, even where two saves at a time made a ring of them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TypeVar

Key = TypeVar("Key", int, str)


def path_up(start: Key, parents: Mapping[Key, Key | None]) -> list[Key]:
    """Return a category and all above it, nearest first; categories go by id or by slug."""
    path: dict[Key, None] = {}
    place: Key | None = start
    while place is not None and place not in path:
        path[place] = None
        place = parents.get(place)
    return list(path)


def subtrees(parents: Mapping[int, int | None]) -> dict[int, tuple[int, ...]]:
    """Return each category with all below it."""
    children: dict[int, list[int]] = {}
    for category_id, parent_id in parents.items():
        if parent_id is not None:
            children.setdefault(parent_id, []).append(category_id)
    return {category_id: _below(category_id, children) for category_id in parents}


def _below(root: int, children: Mapping[int, list[int]]) -> tuple[int, ...]:
    found = {root: None}
    todo = [root]
    while todo:
        fresh = [child for child in children.get(todo.pop(), ()) if child not in found]
        found.update(dict.fromkeys(fresh))
        todo += fresh
    return tuple(found)
