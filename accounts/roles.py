"""The roles of staff, as one table: what each may do, in the permissions of all apps.

A name may be a pattern (`catalog.view_*`). Administrators (superusers) have no role: they may do everything.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from fnmatch import fnmatchcase

PEOPLE = ("accounts.view_user", "accounts.view_accountmessage")
INVITING = ("accounts.view_invitation", "accounts.add_invitation")
LOOKS = ("catalog.view_*", "orders.view_*")

ROLES: Mapping[str, tuple[str, ...]] = {
    "support": (*LOOKS, *PEOPLE),
    "fulfillment": (*LOOKS, "orders.change_order", "orders.change_ordermessage"),
    "catalogue": ("catalog.*",),
    "manager": ("catalog.*", "orders.*", "accounts.view_auditentry", *INVITING, *PEOPLE),
}


def permitted(role: str, names: Iterable[str]) -> set[str]:
    """Return those of `names`, as `app.codename`, that a role of the table has."""
    return {name for name in names if any(fnmatchcase(name, pattern) for pattern in ROLES[role])}
