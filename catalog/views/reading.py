"""Public reads of the catalogue: answered before a DRF request is built, from what is finished."""

from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseBase
from rest_framework.viewsets import GenericViewSet

from catalog.taxonomy import Taxonomy
from catalog.window import standing, window
from electroports.broadcast import Moment
from electroports.hot import ask_once, keep_while
from electroports.problems import problem_for_exception


def fresh_window(request: HttpRequest) -> tuple[Moment, Taxonomy]:
    """Bring the window up to date; return its revision and the taxonomy. Who came here by a kept answer has asked."""
    return window.fresh(ask_once(request, standing))


def catalogue_response(body: bytes, revision: Moment) -> HttpResponse:
    """Return a public answer that holds until the catalogue's next revision, or a sale event's beginning or end."""
    response = HttpResponse(body, content_type="application/json")
    return keep_while(response, freshness=standing, version=revision)


class PublicReadViewSet(GenericViewSet[Any]):
    """A viewset whose reads need no user, no permission and no parser: they skip DRF's request altogether."""

    authentication_classes: Any = ()
    permission_classes: Any = ()
    throttle_classes: Any = ()

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Answer GET and HEAD straight from the handler; leave the rest (405, OPTIONS) to DRF."""
        handler: Callable[..., HttpResponseBase] | None = getattr(self, "get", None)
        if handler is None or request.method not in ("GET", "HEAD"):
            return super().dispatch(request, *args, **kwargs)
        try:
            return handler(request, **kwargs)
        except Exception as error:
            response = problem_for_exception(error, {"request": request})
            if response is None:
                raise
            return response
