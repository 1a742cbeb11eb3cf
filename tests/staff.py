"""Members of staff, and what the tests of their calls say to the API."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.contrib.auth.models import Permission
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions.start_session import write_session
from accounts.devices import Device
from accounts.models import User
from catalog.models import (
    Accessory,
    CatalogRevision,
    Port,
    PortJoin,
    PowerBudget,
    Product,
    ProductImage,
    ProductListing,
    SoundDevice,
    StockLevel,
    StockMovement,
    Variant,
)
from tests.factories import make_user


def access_of(user: User) -> str:
    """A real access token, a member of staff's of a sign-in with a second factor."""
    now = timezone.now()
    shown_at = None if user.role == "customer" else now
    return write_session(user=user, device=Device("tests"), second_factor_at=shown_at, at=now).access


def client_of(user: User) -> APIClient:
    """A client that is signed in with a real access token."""
    return APIClient(headers={"Authorization": f"Bearer {access_of(user)}"})


def member_with(*rights: str) -> User:
    """A member of staff with these permissions, such as `catalog.change_product`, and no other."""
    user = make_user(is_staff=True)
    names = [right.partition(".")[2] for right in rights]
    granted = Permission.objects.filter(codename__in=names)
    assert len(granted) == len(set(names)), names
    user.user_permissions.set(granted)
    return user


def staff(*rights: str) -> APIClient:
    """The client of a member of staff with these permissions and no other."""
    return client_of(member_with(*rights))


def manager() -> APIClient:
    """The client of somebody who may do everything."""
    return client_of(make_user(is_staff=True, is_superuser=True))


def if_match(tag: Any) -> dict[str, str]:
    """The header that names a version: a tag, a response that has one, or a part of a document with its `etag`."""
    if isinstance(tag, Mapping):
        tag = tag["etag"]
    return {"If-Match": tag if isinstance(tag, str) else tag["ETag"]}


def stored() -> list[list[tuple[Any, ...]]]:
    """All that staff could have written of the catalogue, to show that a refusal wrote nothing."""
    models: list[Any] = [Product, Accessory, SoundDevice, Variant, ProductImage, ProductListing, CatalogRevision]
    models += [Port, PortJoin, PowerBudget]
    return [list(model.objects.order_by("pk").values_list()) for model in (*models, StockLevel, StockMovement)]
