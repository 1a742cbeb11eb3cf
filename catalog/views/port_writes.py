"""What staff do with the ports of a product: read, replace and delete them, all together."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.viewsets import ViewSet

from catalog.actions.set_ports import read_ports_document, set_ports
from catalog.files.ports import ProductPorts
from catalog.schema import port_writes as schema
from catalog.serializers.port_writes import PortsInput, ports_of
from catalog.views.product_writes import CatalogueCalls, product_id_of
from electroports.query import refuse_unknown
from electroports.staff import acting_user, expected_version, tagged_response


@extend_schema(tags=["staff"])
class PortsViewSet(CatalogueCalls, ViewSet):
    """The ports of one product, published or not."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "retrieve": ("catalog.view_product",),
        "update": ("catalog.change_product",),
        "destroy": ("catalog.change_product",),
    }
    conditional = frozenset({"update", "destroy"})
    tagged = frozenset({"retrieve", "update"})

    @extend_schema(**schema.READ_PORTS)
    def retrieve(self, request: Request, id_or_slug: str) -> Response:
        """Return the ports under the ETag that a change of them needs."""
        refuse_unknown(request.query_params, ())
        return tagged_response(read_ports_document(product_id_of(id_or_slug)))

    @extend_schema(**schema.SET_PORTS)
    def update(self, request: Request, id_or_slug: str) -> Response:
        """Replace the ports."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        expected = expected_version(request)
        command = PortsInput(data=request.data)
        command.is_valid(raise_exception=True)
        return tagged_response(self._set(request, product_id, ports_of(command.validated_data), expected))

    @extend_schema(**schema.DELETE_PORTS)
    def destroy(self, request: Request, id_or_slug: str) -> Response:
        """Take all ports away."""
        refuse_unknown(request.query_params, ())
        product_id = product_id_of(id_or_slug)
        self._set(request, product_id, ProductPorts([], [], None), expected_version(request))
        return Response(status=204)

    @staticmethod
    def _set(request: Request, product_id: int, ports: ProductPorts, expected: Any) -> dict[str, Any]:
        return set_ports(
            product_id=product_id, ports=ports, expected=expected, acting_user=acting_user(request), at=timezone.now()
        )
