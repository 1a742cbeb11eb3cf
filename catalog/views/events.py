"""Sale events over HTTP: read by everybody, made and changed by staff; and the price history of products."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import ClassVar

from django.conf import settings
from django.http import Http404, HttpRequest, HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema, extend_schema_view
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import GenericViewSet

from catalog.actions.save_event import change_event, create_event, delete_event
from catalog.clock import this_second
from catalog.event_documents import (
    EventState,
    event_document,
    event_state,
    place_of,
    scope_document,
    staff_document,
)
from catalog.filters import Filters, ListQuery
from catalog.models import ProductListing, SaleEvent
from catalog.pages import read_page
from catalog.price_history import history_document
from catalog.schema import events as schema
from catalog.serializers.events import (
    EventChanges,
    EventInput,
    PriceHistorySerializer,
    SaleEventPageSerializer,
    StaffEventSerializer,
)
from catalog.views.product_writes import CatalogueCalls, WritesBesideReads
from catalog.views.reading import PublicReadViewSet, catalogue_response, fresh_window
from catalog.window import standing, window
from electroports.addresses import parse_address
from electroports.broadcast import Moment
from electroports.hot import keep_while
from electroports.pagination import PAGE_NAMES, page_in_memory
from electroports.query import choice_of, refuse_unknown
from electroports.rendering import dump_json
from electroports.staff import acting_user, expected_version, tagged_response

SHOWN = 24


def find_event(id_or_slug: str, *, published_only: bool) -> SaleEvent:
    """Return the event that is addressed so; raises Http404."""
    name = parse_address(id_or_slug)
    events = SaleEvent.objects.filter(is_published=True) if published_only else SaleEvent.objects.all()
    event: SaleEvent | None = events.filter(**{"pk" if isinstance(name, int) else "slug": name}).first()
    if event is None:
        raise Http404
    return event


def moment_of(revision: Moment) -> datetime:
    """Return the moment as of which an answer of this revision is made: now, and not before what it has seen."""
    return datetime.fromtimestamp(max(this_second(), revision.phase), tz=UTC)


class EventWrites(WritesBesideReads):
    """What staff do on the paths of events."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "create": ("catalog.add_saleevent",),
        "partial_update": ("catalog.change_saleevent",),
        "destroy": ("catalog.delete_saleevent",),
    }
    conditional = frozenset({"partial_update", "destroy"})
    tagged = frozenset({"create", "partial_update"})

    @extend_schema(**schema.CREATE_EVENT)
    def create(self, request: Request) -> HttpResponse:
        """Make an event."""
        refuse_unknown(request.query_params, ())
        command = EventInput(data=request.data)
        command.is_valid(raise_exception=True)
        values = {"is_published": False, **command.validated_data}
        work = partial(create_event, values=values, acting_user=acting_user(request), at=timezone.now())
        return self.answer(request, work)

    @extend_schema(**schema.CHANGE_EVENT)
    def partial_update(self, request: Request, id_or_slug: str) -> Response:
        """Change the fields that are given."""
        refuse_unknown(request.query_params, ())
        event = find_event(id_or_slug, published_only=False)
        expected = expected_version(request)
        command = EventChanges(data=request.data)
        command.is_valid(raise_exception=True)
        document = change_event(
            event_id=event.pk,
            changes=command.validated_data,
            expected=expected,
            acting_user=acting_user(request),
            at=timezone.now(),
        )
        return tagged_response(document)

    @extend_schema(**schema.DELETE_EVENT)
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Delete an event that has not begun."""
        refuse_unknown(request.query_params, ())
        event = find_event(id_or_slug, published_only=False)
        expected = expected_version(request)
        delete_event(event_id=event.pk, expected=expected, acting_user=acting_user(request), at=timezone.now())
        return Response(status=204)


@extend_schema_view(list=extend_schema(**schema.LIST_EVENTS), retrieve=extend_schema(**schema.READ_EVENT))
@extend_schema(tags=["sale events"])
class EventViewSet(EventWrites, PublicReadViewSet):
    """Sale events: those that hold, that are to come, and that are over."""

    serializer_class = SaleEventPageSerializer
    queryset = SaleEvent.objects.none()
    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def list(self, request: HttpRequest) -> HttpResponse:
        """Return one page of them; dozens, never thousands, so they are read whole."""
        refuse_unknown(request.GET, ("state", *PAGE_NAMES))
        state = request.GET.get("state")
        if state is not None:
            choice_of("state", state, EventState.values)
        revision, _taxonomy = fresh_window(request)
        at, counts = moment_of(revision), window.counts("event")
        rows = sorted(
            (place_of(event, at=at), event_document(event, at=at, product_count=counts.get(event.pk, 0)))
            for event in SaleEvent.objects.filter(is_published=True)
            if state in (None, event_state(event, at=at).value)
        )
        return catalogue_response(dump_json(page_in_memory(request, rows)), revision)

    def retrieve(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return one event, with the most popular of its products."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = fresh_window(request)
        event = find_event(id_or_slug, published_only=True)
        query = ListQuery(Filters(any_of=(("event", (event.pk,)),)), ordering="popularity", page_size=SHOWN)
        page = window.page(query, typed=False)
        document = event_document(event, at=moment_of(revision), product_count=page.total)
        body = dump_json({**document, **scope_document(event)})
        cards = b",".join(page.cards)
        return catalogue_response(body[:-1] + b',"products":[' + cards + b"]}", revision)


@extend_schema_view(retrieve=extend_schema(**schema.READ_STAFF_EVENT))
@extend_schema(tags=["staff"])
class StaffEventViewSet(CatalogueCalls, GenericViewSet[SaleEvent]):
    """Events as they are stored, drafts too."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {"retrieve": ("catalog.view_saleevent",)}
    tagged = frozenset({"retrieve"})
    queryset = SaleEvent.objects.none()
    serializer_class = StaffEventSerializer
    lookup_field = "id_or_slug"
    lookup_value_regex = r"[A-Za-z0-9_-]+"

    def retrieve(self, request: Request, id_or_slug: str) -> Response:
        """Return one event under the ETag that a change of it needs."""
        refuse_unknown(request.query_params, ())
        return tagged_response(staff_document(find_event(id_or_slug, published_only=False)))


@extend_schema_view(retrieve=extend_schema(**schema.PRICE_HISTORY))
@extend_schema(tags=["products"])
class PriceHistoryViewSet(PublicReadViewSet):
    """What a product's variants cost, and when."""

    queryset = ProductListing.objects.none()
    serializer_class = PriceHistorySerializer
    lookup_field = "id_or_slug"

    def retrieve(self, request: HttpRequest, id_or_slug: str) -> HttpResponse:
        """Return the price history of one product."""
        refuse_unknown(request.GET, ())
        second = this_second()
        revision, _taxonomy = fresh_window(request)
        page = read_page(id_or_slug, revision)
        if page is None:
            raise Http404
        at = max(timezone.now(), moment_of(revision))
        document = history_document(page.product_id, currency=settings.CURRENCY, at=at)
        response = HttpResponse(dump_json(document), content_type="application/json")
        return keep_while(response, freshness=standing_this_second, version=(revision, second))


def standing_this_second() -> tuple[Moment, int]:
    """Return what a price history depends on: thirty days ago is another moment every second."""
    return standing(), this_second()
