"""The kinds of connectors, and what each pin of them is for."""

from typing import Any

from django.db.models import Count
from django.http import Http404, HttpRequest, HttpResponse
from drf_spectacular.utils import extend_schema, extend_schema_view

from catalog.models import Connector
from catalog.schema import connector_detail_schema, connector_list_schema
from catalog.serializers import ConnectorPinoutSerializer
from catalog.views.reading import catalogue_response, fresh_window
from catalog.views.taxonomy import TaxonomyViewSet
from electroports.addresses import parse_address
from electroports.query import refuse_unknown
from electroports.rendering import dump_json


@extend_schema_view(
    list=extend_schema(**connector_list_schema()),
    retrieve=extend_schema(**connector_detail_schema()),
)
@extend_schema(tags=["connectors"])
class ConnectorViewSet(TaxonomyViewSet):
    """The kinds of connectors."""

    serializer_class = ConnectorPinoutSerializer
    queryset = Connector.objects.none()
    lookup_field = "id_or_code"

    def documents(self) -> list[tuple[list[Any], dict[str, Any]]]:
        """Return the connectors by family and name."""
        rows = Connector.objects.order_by().annotate(pin_count=Count("pins"))
        return sorted(
            ([row.family, row.name.casefold(), row.pk], connector_document(row, row.pin_count)) for row in rows
        )

    def retrieve(self, request: HttpRequest, id_or_code: str) -> HttpResponse:
        """Return one connector with its pin-out."""
        refuse_unknown(request.GET, ())
        revision, _taxonomy = fresh_window(request)
        name = parse_address(id_or_code)
        row = Connector.objects.filter(**{"pk" if isinstance(name, int) else "code": name}).first()
        if row is None:
            raise Http404
        pins = [{"pin": pin.pin, "signal": pin.signal, "description": pin.description} for pin in row.pins.all()]
        return catalogue_response(dump_json({**connector_document(row, len(pins)), "pins": pins}), revision)


def connector_document(row: Connector, pin_count: int) -> dict[str, Any]:
    """Return a connector as lists show it."""
    return {
        "id": row.pk,
        "code": row.code,
        "name": row.name,
        "family": row.family,
        "shape": row.shape,
        "is_wireless": row.is_wireless,
        "pin_count": pin_count,
        "description": row.description,
    }
