"""Writing responses: JSON, whatever the client says it accepts."""

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any

import orjson
from django.utils.timezone import localtime
from rest_framework.exceptions import UnsupportedMediaType
from rest_framework.negotiation import BaseContentNegotiation
from rest_framework.renderers import BaseRenderer
from rest_framework.request import Request


def dump_json(value: Any) -> bytes:
    """Return `value` as UTF-8 JSON; anything that JSON has no type for (Decimal, lazy text) becomes text."""
    return orjson.dumps(value, default=str, option=orjson.OPT_NON_STR_KEYS)


def written_time(at: datetime | None) -> str | None:
    """Return a time as the API writes all of them, ISO 8601 with the shop's offset; None for none."""
    return localtime(at).isoformat() if at is not None else None


class JSONRenderer(BaseRenderer):
    """JSON by orjson."""

    media_type = "application/json"
    format = "json"
    charset = None

    def render(
        self,
        data: Any,
        accepted_media_type: str | None = None,
        renderer_context: Mapping[str, Any] | None = None,
    ) -> bytes:
        """Return the body; no data is no body."""
        return b"" if data is None else dump_json(data)


class AlwaysJSON(BaseContentNegotiation):
    """The API has one representation: Accept is disregarded (RFC 9110, section 12.5.1), the body must be JSON."""

    def select_parser(self, request: Request, parsers: Iterable[Any]) -> Any:
        """Return the parser for the request's content type; raises UnsupportedMediaType, for a compressed body too."""
        coding = request.META.get("HTTP_CONTENT_ENCODING", "identity")
        if coding.lower() != "identity":
            raise UnsupportedMediaType(coding, "Send the body without Content-Encoding.")
        sent = (request.content_type or "").partition(";")[0].strip().lower()
        taken = {parser.media_type: parser for parser in parsers}
        if sent not in taken:
            what = f"The body is {sent[:100]}" if sent else "The body has no Content-Type"
            raise UnsupportedMediaType(sent, f"{what}; this call takes {' or '.join(taken)}.")
        return taken[sent]

    def select_renderer(
        self, request: Request, renderers: Iterable[Any], format_suffix: str | None = None
    ) -> tuple[Any, str]:
        """Return the first renderer, always."""
        first = next(iter(renderers))
        return first, first.media_type
