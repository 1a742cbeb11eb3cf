"""Reading request bodies: strict JSON, bounded in size and depth, with no text that a database refuses."""

import json
from collections.abc import Mapping
from typing import IO, Any, ClassVar

import orjson
from django.conf import settings
from rest_framework.exceptions import APIException, ParseError
from rest_framework.parsers import BaseParser, MultiPartParser


class BodyTooLarge(APIException):
    """The body is longer than the shop reads."""

    status_code = 413
    default_detail = "The request body is too large."
    default_code = "too_large"


def has_nul(value: Any) -> bool:
    """Tell whether any text in a decoded JSON value holds U+0000, which PostgreSQL cannot store."""
    if isinstance(value, str):
        return "\x00" in value
    if isinstance(value, dict):
        return any(has_nul(key) or has_nul(item) for key, item in value.items())
    return isinstance(value, list) and any(has_nul(item) for item in value)


def nests_deeper(value: Any, levels: int) -> bool:
    """Tell whether a decoded JSON value nests deeper than `levels`; looks no deeper than that."""
    if isinstance(value, dict):
        return levels == 0 or any(nests_deeper(item, levels - 1) for item in value.values())
    if isinstance(value, list):
        return levels == 0 or any(nests_deeper(item, levels - 1) for item in value)
    return False


def refuse_duplicates(pairs: list[tuple[str, Any]]) -> None:
    """Raise ParseError if an object names a key twice."""
    names = {name for name, _value in pairs}
    if len(names) < len(pairs):
        raise ParseError("The body names a key twice in one object.")


# Numbers are of no interest here, and int() refuses more than 4,300 digits.
KEYS = json.JSONDecoder(object_pairs_hook=refuse_duplicates, parse_int=float)


class StrictJSONParser(BaseParser):
    """JSON as RFC 7493 (I-JSON) has it: UTF-8, no NaN, no lone surrogates, no key twice in one object.

    RFC 8259 leaves open which of two equal keys counts. Where two programs in a row disagree on that, what one checked
    is not what the other does, so neither counts here.
    """

    media_type = "application/json"
    max_bytes: ClassVar[int | None] = None  # for a body that may be longer than others

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the decoded body; raises ParseError (400) or BodyTooLarge (413)."""
        limit = self.max_bytes or settings.DATA_UPLOAD_MAX_MEMORY_SIZE
        raw = stream.read(limit + 1)
        if len(raw) > limit:
            raise BodyTooLarge
        try:
            value = orjson.loads(raw)
        except orjson.JSONDecodeError as error:
            raise ParseError(f"The body is not valid JSON: {error}.") from error
        if nests_deeper(value, settings.JSON_MAX_DEPTH):
            raise ParseError(f"The body nests deeper than {settings.JSON_MAX_DEPTH} levels.")
        if b"\\u0000" in raw and has_nul(value):
            raise ParseError("The body holds the character U+0000.")
        KEYS.decode(raw.decode())
        return value


class BulkJSONParser(StrictJSONParser):
    """JSON of staff who change much at once."""

    max_bytes = settings.BULK_MAX_BYTES


class UploadParser(MultiPartParser):
    """A form with a file, refused by its declared length before any of it is read."""

    max_bytes: ClassVar[int] = 16 * 1024 * 1024

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the fields and files; raises ParseError (400) or BodyTooLarge (413)."""
        if declared_length((parser_context or {})["request"]) > self.max_bytes:
            raise BodyTooLarge
        return super().parse(stream, media_type, parser_context)


def declared_length(request: Any) -> int:
    """Return the length that a request declares, which is all of it that will be read."""
    try:
        return int(request.META.get("CONTENT_LENGTH") or 0)
    except ValueError:
        return 0
