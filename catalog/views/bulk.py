"""Many products and variants at once."""

from __future__ import annotations

from dataclasses import asdict
from functools import partial
from typing import Any, ClassVar

from django.http import HttpResponse
from django.utils import timezone
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import PermissionDenied, ValidationError
from rest_framework.request import Request
from rest_framework.viewsets import GenericViewSet

from catalog.actions.set_prices import UNSAID, PriceRow, set_prices
from catalog.actions.upsert_products import MAX_ROWS, MAX_SHOWN, UpsertReport, upsert_products
from catalog.models import Product, Variant
from catalog.schema import bulk as schema
from catalog.serializers.bulk import BulkReportSerializer, PriceInput, PricesSetSerializer
from catalog.views.product_writes import CatalogueCalls
from electroports.parsing import BulkJSONParser
from electroports.query import choice_of, refuse_unknown, truth_of
from electroports.staff import acting_user

MODES = ("all_or_nothing", "valid_rows")


@extend_schema(tags=["staff"])
class BulkViewSet(CatalogueCalls, GenericViewSet[Product]):
    """Products and variants, by SKU."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {
        "create": (
            "catalog.add_product",
            "catalog.change_product",
            "catalog.add_variant",
            "catalog.change_variant",
        )
    }
    parser_classes = (BulkJSONParser,)
    queryset = Product.objects.none()
    serializer_class = BulkReportSerializer

    @extend_schema(**schema.BULK)
    def create(self, request: Request) -> HttpResponse:
        """Create and change what the rows name."""
        refuse_unknown(request.query_params, ("mode", "dry_run"))
        mode = choice_of("mode", request.query_params.get("mode", MODES[0]), MODES)
        dry_run = truth_of("dry_run", request.query_params.get("dry_run", "false"))
        rows = request.data
        if not isinstance(rows, list):
            raise ValidationError({"non_field_errors": ["Send a list of rows."]})
        if any(isinstance(row, dict) and row.get("stock") for row in rows):
            require(request, "catalog.change_stocklevel")

        def work() -> dict[str, Any]:
            report = upsert_products(
                rows=rows,
                skip_refused=mode == "valid_rows",
                dry_run=dry_run,
                acting_user=acting_user(request),
                at=timezone.now(),
            )
            return report_document(report, mode=mode, dry_run=dry_run)

        return self.answer(request, work, status=200, sent=[rows, mode, dry_run])


@extend_schema(tags=["staff"])
class PricesViewSet(CatalogueCalls, GenericViewSet[Variant]):
    """The prices of many variants."""

    rights: ClassVar[dict[str, tuple[str, ...]]] = {"create": ("catalog.change_variant",)}
    parser_classes = (BulkJSONParser,)
    queryset = Variant.objects.none()
    serializer_class = PricesSetSerializer

    @extend_schema(**schema.PRICES)
    def create(self, request: Request) -> HttpResponse:
        """Set the prices that the rows name."""
        refuse_unknown(request.query_params, ())
        command: serializers.ListSerializer[Any] = serializers.ListSerializer(
            data=request.data, child=PriceInput(), allow_empty=False, max_length=MAX_ROWS
        )
        command.is_valid(raise_exception=True)
        rows = [
            PriceRow(
                named=values["sku"] if "sku" in values else values["variant"],
                price=values["price"],
                expected_price=values["expected_price"],
                compare_at_price=values.get("compare_at_price", UNSAID),
            )
            for values in command.validated_data
        ]
        who, at = acting_user(request), timezone.now()
        work = partial(set_prices, rows=rows, acting_user=who, at=at)
        return self.answer(request, lambda: work()._asdict(), status=200)


def require(request: Request, right: str) -> None:
    """Raise PermissionDenied unless the caller has this permission."""
    if not acting_user(request).has_perm(right):
        raise PermissionDenied


def report_document(report: UpsertReport, *, mode: str, dry_run: bool) -> dict[str, Any]:
    """Return a report as the API shows it."""
    return {
        "mode": mode,
        "dry_run": dry_run,
        "rows": report.written + report.refused,
        "written": report.written,
        "refused": report.refused,
        "products": report.done.products._asdict(),
        "variants": report.done.variants._asdict(),
        "error_count": len(report.errors),
        "errors": [asdict(error) for error in sorted(report.errors, key=lambda error: error.index)[:MAX_SHOWN]],
    }
