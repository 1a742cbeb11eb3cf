"""The caller's sessions: where they are signed in, and signing out there."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any
from uuid import UUID

from drf_spectacular.utils import OpenApiExample, OpenApiParameter, OpenApiResponse, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response

from accounts import serializers
from accounts.actions.end_other_sessions import end_other_sessions
from accounts.actions.end_own_session import end_own_session
from accounts.actions.sign_out_everywhere import sign_out_everywhere
from accounts.devices import device_words
from accounts.models import Session
from accounts.views.base import UserAPIView, caller, session_id_of
from electroports.errors import NoSuchRow
from electroports.query import truth_of

ID = {"type": "string", "format": "uuid"}
EXAMPLE = {
    "id": "8a1f4f0e-3d0a-4f4e-9a55-0f6f2a1c7d10",
    "current": True,
    "device": "Chrome on Android",
    "method": "password",
    "address": "197.232.61.10",
    "signed_in_at": "2026-03-02T09:30:00+03:00",
    "last_seen_at": "2026-03-09T18:05:00+03:00",
}


class SessionsView(UserAPIView):
    """All of the caller's sessions."""

    def query_parameters(self) -> Collection[str]:
        """Return what the query string may hold: signing out everywhere takes a word, reading none."""
        return ("all",) if self.request.method == "DELETE" else ()

    @extend_schema(
        operation_id="list_users_me_sessions",
        summary="List the caller's sessions",
        description="Where the caller is signed in: every session that is alive, the one that was used last first. The "
        "back office's are not among them.",
        responses={200: serializers.SessionPageSerializer},
        examples=[
            OpenApiExample(
                "a phone", {"count": 1, "next": None, "previous": None, "results": [EXAMPLE]}, response_only=True
            )
        ],
    )
    def get(self, request: Request) -> Response:
        """List them."""
        sessions = Session.objects.live(at=self.arrived_at).filter(user=caller(request))
        here = session_id_of(request)
        shown = [session_facts(session, here) for session in sessions.order_by("-last_seen_at", "-created_at", "pk")]
        results = serializers.SessionSerializer(shown, many=True).data
        return Response({"count": len(results), "next": None, "previous": None, "results": results})

    @extend_schema(
        operation_id="delete_users_me_other_sessions",
        summary="Log out elsewhere",
        description="Ends every other session of the caller, also those in the back office and sign-ins that are under "
        "way. With `all=true` this one ends too.",
        parameters=[OpenApiParameter("all", bool, description="Whether this session ends with the others.")],
        request=None,
        responses={204: None},
    )
    def delete(self, request: Request) -> Response:
        """End all but the caller's, or all."""
        if truth_of("all", request.query_params.get("all", "false")):
            sign_out_everywhere(user=caller(request), at=self.arrived_at)
        else:
            end_other_sessions(user=caller(request), session_id=session_id_of(request), at=self.arrived_at)
        return Response(status=204)


class SessionView(UserAPIView):
    """One of the caller's sessions."""

    @extend_schema(
        summary="Log a device out",
        description="Ends one session of the caller; the one that is asking may be it. Its tokens are dead at once.",
        parameters=[OpenApiParameter("id", ID, OpenApiParameter.PATH, description="As the list has it.")],
        request=None,
        responses={204: None, 404: OpenApiResponse(description="The caller has no such session.")},
    )
    def delete(self, request: Request, id: str) -> Response:  # noqa: A002  # the name in the URL
        """End it."""
        try:
            session_id = UUID(id)
        except ValueError as error:
            raise NoSuchRow from error
        end_own_session(user=caller(request), session_id=session_id, at=self.arrived_at)
        return Response(status=204)


def session_facts(session: Session, here: UUID) -> dict[str, Any]:
    """Return what its owner is shown of a session; `here` is the one that asks."""
    return {
        "id": session.pk,
        "current": session.pk == here,
        "device": device_words(session.user_agent),
        "method": session.method,
        "address": session.address,
        "signed_in_at": session.created_at,
        "last_seen_at": session.last_seen_at or session.rotated_at,
    }
