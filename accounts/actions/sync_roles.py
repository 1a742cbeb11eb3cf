"""Give the roles of staff what the table says."""

from __future__ import annotations

from typing import Any

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.roles import ROLES, permitted


def sync_roles(*, groups: Any = Group.objects, permissions: Any = Permission.objects, is_exact: bool = False) -> int:
    """Make the roles of accounts/roles.py and add the permissions that they lack; return how many were added.

    What administrators gave a role beyond the table stays, unless `is_exact`. A migration hands over the managers of
    its own models.
    """
    with transaction.atomic():
        rows = permissions.select_related("content_type")
        by_name = {f"{row.content_type.app_label}.{row.codename}": row for row in rows}
        added = 0
        for role in ROLES:
            group, _ = groups.get_or_create(name=role)
            wanted = {by_name[name].pk for name in permitted(role, by_name)}
            had = set(group.permissions.values_list("pk", flat=True))
            group.permissions.add(*(wanted - had))
            if is_exact:
                group.permissions.remove(*(had - wanted))
            added += len(wanted - had)
    return added
