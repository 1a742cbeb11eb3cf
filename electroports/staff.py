"""What the calls of staff have in common: rights, and versions (If-Match)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, cast

from django.contrib.auth.models import AbstractUser
from rest_framework.permissions import BasePermission
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.settings import api_settings
from rest_framework.views import APIView

from electroports.preconditions import HEADER as IF_MATCH
from electroports.preconditions import Precondition, entity_tag, read_if_match
from electroports.private import PrivateAnswers
from electroports.repeats import RepeatableCalls


class StaffPermission(BasePermission):
    """Members of staff with the model permissions that the view's `rights` name for the action.

    As in the back office, whoever may change a thing may also look at it. A method that the view does not have passes,
    to become a 405.
    """

    def has_permission(self, request: Request, view: APIView) -> bool:
        """Tell whether the caller may do this."""
        action = getattr(view, "action", None)
        if action is None or action == "metadata":
            return True
        rights: tuple[str, ...] | None = getattr(view, "rights", {}).get(action)
        user: Any = request.user
        is_member = rights is not None and user.is_authenticated and user.is_staff
        return bool(is_member and all(_has(user, name) for name in rights or ()))


def _has(user: Any, name: str) -> bool:
    return bool(user.has_perm(name) or (".view_" in name and user.has_perm(name.replace(".view_", ".change_"))))


class StaffCalls(PrivateAnswers, RepeatableCalls):
    """Makes the calls of a viewset those of staff; put it before the viewset's own bases.

    `rights` has for each action the permissions that it needs; one that is not named there is nobody's. The actions in
    `conditional` need If-Match, and answer with an ETag if they are in `tagged`.
    """

    rights: ClassVar[Mapping[str, tuple[str, ...]]] = {}
    conditional: ClassVar[frozenset[str]] = frozenset()
    authentication_classes: Any = tuple(api_settings.DEFAULT_AUTHENTICATION_CLASSES)
    permission_classes: Any = (StaffPermission,)
    throttle_classes: Any = tuple(api_settings.DEFAULT_THROTTLE_CLASSES)


def acting_user(request: Request) -> AbstractUser:
    """Return the member of staff who is calling; StaffPermission has refused everybody else."""
    return cast("AbstractUser", request.user)


def expected_version(request: Request) -> Precondition:
    """Return what the caller's If-Match asks for; raises PreconditionRequired or InvalidInput."""
    return read_if_match(request.headers.get(IF_MATCH))


def tagged_response(document: Any, *, status: int = 200) -> Response:
    """Answer with a staff document under its entity tag."""
    return Response(document, status=status, headers={"ETag": entity_tag(document)})
