"""How the catalogue's operations are described in the OpenAPI document."""

from catalog.schema.comparison import comparison_schema
from catalog.schema.connectors import connector_detail_schema, connector_list_schema
from catalog.schema.products import detail_schema, id_or_slug_parameter, list_schema
from catalog.schema.search import SearchedPagination, facets_schema, suggest_schema
from catalog.schema.specs import spec_field_list_schema
from catalog.schema.taxonomy import simple_detail_schema, simple_list_schema

__all__ = [
    "SearchedPagination",
    "comparison_schema",
    "connector_detail_schema",
    "connector_list_schema",
    "detail_schema",
    "facets_schema",
    "id_or_slug_parameter",
    "list_schema",
    "simple_detail_schema",
    "simple_list_schema",
    "spec_field_list_schema",
    "suggest_schema",
]
