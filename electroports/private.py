"""Answers that no cache may keep."""

from typing import Any, TypeVar

from django.http import HttpResponseBase
from rest_framework.request import Request
from rest_framework.views import APIView

AnyResponse = TypeVar("AnyResponse", bound=HttpResponseBase)


def keep_out_of_caches(response: AnyResponse) -> AnyResponse:
    """Return a response that says of itself that no cache may keep it (RFC 9111, section 5.2.2.5)."""
    response.headers["Cache-Control"] = "no-store"
    return response


class PrivateAnswers(APIView):
    """A view whose answers, refusals too, are for the caller alone; a viewset names it before its other bases."""

    def finalize_response(self, request: Request, response: Any, *args: Any, **kwargs: Any) -> Any:
        """Keep the answer out of caches."""
        return keep_out_of_caches(super().finalize_response(request, response, *args, **kwargs))
