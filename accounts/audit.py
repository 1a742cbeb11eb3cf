"""Writes the audit trail for the port in electroports/history.py, and opens the one door to what is in it."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from django.core.exceptions import ObjectDoesNotExist
from django.db import connection, transaction
from django.db.models import Model
from django.utils import timezone

from accounts.models import AuditEntry, User
from electroports.history import MOST_ROWS, Deed, label_of, record, request_var, ways_to_people
from electroports.logs import request_id_var
from electroports.snapshots import PERSONAL, Changes, kept
from electroports.sql import insert_if, insert_rows
from electroports.texts import how_many
from electroports.throttling import client_address

BATCH = 200  # entries of one INSERT, whose text is kept for each number of rows
COMMAND_LINE = "command line"
NOBODYS = (AuditEntry.Action.REFUSED, AuditEntry.Action.LOCKED_OUT)  # what befalls an account, whoever notices it
NOBODY = User(pk=0)
NAMES = ("email", "phone", "first_name", "last_name")


class Origin(NamedTuple):
    """Where something that is done comes from."""

    how: str
    request_id: str = ""
    address: str | None = None


def origin() -> Origin:
    """Return where what this thread does comes from: a request, or a command or job."""
    request = request_var.get()
    if request is None:
        return Origin(AuditEntry.How.COMMAND)
    how = AuditEntry.How.ADMIN if request.path_info.startswith("/admin/") else AuditEntry.How.API
    address = client_address(request)
    return Origin(how, request_id_var.get(), str(address) if address is not None else None)


def write_entries(deeds: Sequence[Deed]) -> None:
    """Write these into the audit trail, two hundred with one INSERT; of more than MOST_ROWS one entry that counts them.

    In the caller's transaction. The time is when the entry is written.
    """
    first = deeds[0]
    if len(deeds) > MOST_ROWS:
        message = f"{first.message} {how_many(len(deeds), 'row')}, too many for an entry each.".strip()
        deeds = [Deed(first.acting_user, first.action, message=message, model=_model_of(first.row))]
    source, at = origin(), timezone.now()
    entries = [_entry(deed, source, at) for deed in deeds]
    for start in range(0, len(entries), BATCH):
        insert_rows(entries[start : start + BATCH])


def _entry(deed: Deed, source: Origin, at: Any) -> AuditEntry:
    row, user = deed.row, deed.acting_user
    model = _model_of(row) or deed.model
    return AuditEntry(
        at=at,
        user_id=user.pk if user is not None else None,
        name=_name_of(deed, source),
        how=source.how,
        action=deed.action,
        model=model,
        object_id=str(row.pk) if row is not None else "",
        words=(deed.words or (str(row) if row is not None else ""))[:200],
        person_id=person_of(row),
        changes=kept(deed.changes, personal=_personal(model, deed.action)),
        message=deed.message,
        request_id=source.request_id,
        address=source.address,
    )


def _name_of(deed: Deed, source: Origin) -> str:
    if deed.acting_user is not None:
        return deed.acting_user.get_username()
    return COMMAND_LINE if source.how == AuditEntry.How.COMMAND and deed.action not in NOBODYS else ""


def _personal(model: str, action: str) -> Collection[str]:
    """Return which fields are not written down: of users what they were is, as long as there are such users."""
    if model == "accounts.user":
        return NAMES if action == AuditEntry.Action.DELETED else ()
    return PERSONAL if model in ways_to_people else ()


def _model_of(row: Model | None) -> str:
    return label_of(row._meta.model) if row is not None else ""


def person_of(row: Model | None) -> int | None:
    """Return the key of the customer whom a row is about, None if there is none."""
    path = ways_to_people.get(_model_of(row))
    if path is None:
        return None
    found: Any = row
    for name in path.split("."):
        try:
            found = getattr(found, name, None)
        except ObjectDoesNotExist:
            return None
    return int(found) if found is not None else None


def audit_sign_in(*, user: User, action: str, message: str) -> None:
    """Write into the trail how somebody fared at the door who is of the staff; of customers nothing is written.

    Who was locked out nobody knows: the entry is about the account, and nobody's deed.
    """
    if user.has_rights:
        who = user if action == AuditEntry.Action.SIGNED_IN else None
        write_entries([Deed(who, action, user, {}, message)])


def audit_refusal(*, user: User | None, message: str) -> None:
    """Write into the trail that somebody was refused at the door, where the account is one of the staff's.

    Of a customer's, and of one that nobody has, nothing is written, in the same time: or the time would tell whose name
    it is.
    """
    deed = Deed(None, AuditEntry.Action.REFUSED, user or NOBODY, {}, message)
    insert_if(user is not None and user.has_rights, _entry(deed, origin(), timezone.now()))


def audit_own(*, user: User, changes: Changes, message: str) -> None:
    """Write into the trail what somebody of the staff has changed of their own account; of customers nothing.

    Nor where nothing has changed. In the caller's transaction.
    """
    if user.has_rights and changes:
        record(acting_user=user, row=user, changes=changes, message=message)


@contextmanager
def open_door() -> Iterator[None]:
    """Let entries be changed and deleted in the block, all or nothing: for the sweep and for erasing a person.

    On PostgreSQL a setting that ends with the transaction opens it; on SQLite, which has none, a row that others never
    see: it is gone before the commit, and until then there is no other writer.
    """
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute(OPEN[connection.vendor])
        yield
        cursor.execute(SHUT[connection.vendor])


OPEN = {
    "postgresql": "SET LOCAL electroports.audit_door = 'open'",
    "sqlite": "INSERT INTO accounts_audit_door (is_open) VALUES (1)",
}
SHUT = {
    "postgresql": "SET LOCAL electroports.audit_door = 'shut'",
    "sqlite": "DELETE FROM accounts_audit_door",
}
