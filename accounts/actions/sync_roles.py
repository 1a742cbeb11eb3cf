"""Give the roles of staff what the table says."""

from __future__ import annotations

from django.contrib.auth.models import Group, Permission
from django.db import transaction

from accounts.roles import ROLES, permitted


def sync_roles(*, is_exact: bool = False) -> int:
    """Make the roles of accounts/roles.py and add the permissions that they lack; return how many were added.

    What administrators gave a role beyond the table stays, unless `is_exact`.
    """
    with transaction.atomic():
        rows = Permission.objects.values_list("content_type__app_label", "codename", "pk")
        keys = {f"{app}.{codename}": key for app, codename, key in rows}
        added = 0
        for role in ROLES:
            group, _ = Group.objects.get_or_create(name=role)
            wanted = {keys[name] for name in permitted(role)}
            had = set(group.permissions.values_list("pk", flat=True))
            group.permissions.add(*(wanted - had))
            if is_exact:
                group.permissions.remove(*(had - wanted))
            added += len(wanted - had)
    return added
