"""What staff do to rows, as it is kept: a line in the row's own history, and an entry in the audit trail.

The trail's table is an app's, which registers what writes it (`register_writer`). An entry is written in the
transaction of the change: neither is there without the other. docs/audit-trail.md says what is in one.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any

from django.contrib.admin.models import ADDITION, CHANGE, DELETION, LogEntry
from django.contrib.auth.models import AbstractUser
from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, QuerySet
from django.http import HttpRequest

from electroports.snapshots import Changes, diff, snapshot

__all__ = ["ADDITION", "CHANGE", "DELETION", "entries_about", "record", "record_change", "record_changes"]

ADDED, CHANGED, DELETED, SIGNED_IN, PASSWORD_RIGHT = "added", "changed", "deleted", "signed_in", "password_ok"
ACTIONS = {ADDITION: ADDED, CHANGE: CHANGED, DELETION: DELETED}
MOST_ROWS = 20_000  # of one change that have an entry each; of more, one entry says how many

request_var: ContextVar[HttpRequest | None] = ContextVar("request", default=None)


@dataclass(frozen=True, slots=True)
class Deed:
    """Something that was done, to be written into the audit trail."""

    acting_user: AbstractUser | None
    action: str
    row: Model | None = None
    changes: Changes = field(default_factory=dict)
    message: str = ""
    model: str = ""  # where there is no row
    words: str = ""  # where there is no row, or it could not say without a query what it is called


Writer = Callable[[Sequence[Deed]], None]
_writers: list[Writer] = []


def register_writer(writer: Writer) -> None:
    """Have `writer` write the audit trail, within the caller's transaction."""
    _writers[:] = [writer]


# How to get from a row to the customer whom it is about: of each model, `app.model`, the names of the way.
ways_to_people: dict[str, str] = {}


def register_ways_to_people(ways: Mapping[str, str]) -> None:
    """Have entries about rows of these models say which customer they are about, so that an erasure finds them."""
    ways_to_people.update(ways)


def write(deeds: Sequence[Deed]) -> None:
    """Write these into the audit trail, with one INSERT for many; a watch over any of their rows has seen them."""
    watch = _watch.get()
    if watch is not None:
        watch.is_told = True
    if deeds:
        (writer,) = _writers
        writer(deeds)


def record(
    *,
    acting_user: AbstractUser | None,
    row: Model,
    changes: Changes,
    message: str = "",
    action: str = CHANGED,
    words: str = "",
) -> None:
    """Write what `acting_user` did to a row into the audit trail alone; without a user nothing is written."""
    if acting_user is not None:
        write([Deed(acting_user, action, row, changes, message, words=words)])


def record_event(
    *, acting_user: AbstractUser | None, action: str, message: str = "", model: str = "", words: str = ""
) -> None:
    """Write into the audit trail something that changed no row, or many at once: an export, a file that was read."""
    write([Deed(acting_user, action, None, {}, message, model, words)])


def record_change(
    *,
    acting_user: AbstractUser | None,
    row: Model,
    flag: int,
    message: str,
    changes: Changes | None = None,
    action: str = "",
) -> None:
    """Write a change into the row's history and the audit trail; without a user, whom nobody could name, nothing is.

    `changes` has before and after, field by field; of a row that came or went they are all that it holds, or held.
    `action` is what the trail calls it, where it has a word of its own for it.
    """
    pairs = None if changes is None else {row.pk: changes}
    record_changes(acting_user=acting_user, rows=[row], flag=flag, message=message, changes=pairs, action=action)


def record_changes(
    *,
    acting_user: AbstractUser | None,
    rows: Sequence[Model],
    flag: int,
    message: str,
    changes: Mapping[Any, Changes] | None = None,
    action: str = "",
) -> None:
    """Write the same change into the history of each of these rows, which are of one model; `changes` by their keys."""
    if acting_user is None or not rows:
        return
    LogEntry.objects.log_actions(acting_user.pk, rows, flag, message)
    action = action or ACTIONS[flag]
    write([Deed(acting_user, action, row, _changes_of(row, flag, changes), message) for row in rows])


def _changes_of(row: Model, flag: int, changes: Mapping[Any, Changes] | None) -> Changes:
    if changes is not None:
        return changes.get(row.pk, {})
    if flag == ADDITION:
        return diff(None, snapshot(row))
    return diff(snapshot(row), None) if flag == DELETION else {}


def entries_about(model: type[Model], keys: Iterable[object]) -> QuerySet[LogEntry]:
    """Return the lines in the histories of these rows."""
    return LogEntry.objects.filter(
        content_type=ContentType.objects.get_for_model(model), object_id__in=[str(key) for key in keys]
    )


def label_of(model: type[Model]) -> str:
    """Return under which name rows of a model are; one with a part in another table, such as a cable, is in the first.

    So are those of a proxy, which are the rows of its model.
    """
    concrete = model._meta.concrete_model or model
    parents = concrete._meta.get_parent_list()
    return (parents[-1] if parents else concrete)._meta.label_lower


class Watch:
    """One row that somebody acts upon by way of actions that know nothing of it."""

    def __init__(self, *, acting_user: AbstractUser, row: Model | None, message: str) -> None:
        self.acting_user, self.row, self.message = acting_user, row, message
        self.before = snapshot(row) if row is not None else {}
        self.is_told = False  # whether anything was written while it watched

    def settle(self) -> None:
        """Write what of the row is other than it was, within the transaction that changed it."""
        if self.row is None or (now := type(self.row)._base_manager.filter(pk=self.row.pk).first()) is None:
            return
        after = {name: value for name, value in snapshot(now).items() if name in self.before}
        if changes := diff(self.before, after):
            write([Deed(self.acting_user, CHANGED, now, changes, self.message)])
            self.before = after

    def finish(self, row: Model) -> None:
        """Write what came of it, unless that is written: that it was done is known even if it changed nothing."""
        if not self.is_told:
            self.settle()
        if not self.is_told:
            write([Deed(self.acting_user, CHANGED, row, {}, self.message)])


_watch: ContextVar[Watch | None] = ContextVar("watch", default=None)


@contextmanager
def watching(*, acting_user: AbstractUser, row: Model | None, message: str) -> Iterator[Watch]:
    """Compare a row before and after what is done in the block.

    Each transaction of `electroports.transactions.in_transaction` in it writes the difference that it made as its last
    statement, so that the entry is there if and only if the change is.
    """
    watch = Watch(acting_user=acting_user, row=row, message=message)
    token = _watch.set(watch)
    try:
        yield watch
    finally:
        _watch.reset(token)


@contextmanager
def settled() -> Iterator[None]:
    """Have the watch over this thread, if there is one, write its difference at the end of the block.

    If the block, and with it the transaction around it, fails, the watch stands where it stood.
    """
    watch = _watch.get()
    if watch is None:
        yield
        return
    before, is_told = watch.before, watch.is_told
    try:
        yield
        watch.settle()
    except BaseException:
        watch.before, watch.is_told = before, is_told
        raise


def is_watched(row: Model) -> bool:
    """Tell whether a watch will write what becomes of a row."""
    watch = _watch.get()
    return watch is not None and watch.row is not None and watch.row == row
