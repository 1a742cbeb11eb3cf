"""How much a request may send besides JSON, decided before anything of it is read."""

from collections.abc import Mapping
from typing import IO, Any

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from rest_framework.parsers import BaseParser

from electroports.middleware import BrowserOnly, is_api
from electroports.parsing import BodyTooLarge, declared_length
from electroports.problems import problem_response

PICTURE_MAX_BYTES = 15 * 1024 * 1024  # the body of a call of the API that is a picture
STAFF_MAX_BYTES = 64 * 1024 * 1024  # a form with several pictures


class UploadLimitMiddleware(BrowserOnly):
    """Refuses bodies that are too large for a page: only staff send pictures, all others send the fields of a form.

    Django bounds the fields of a form, never its files. The API's parser has a bound of its own. This has to stand
    above the forgery protection, which reads the form of whoever sends one.
    """

    def process_view(self, request: HttpRequest, *args: Any) -> HttpResponse | None:
        """Answer 413 for a body above the bound; who sent it is looked up only for a large one."""
        sent = declared_length(request)
        if is_api(request) or sent <= settings.DATA_UPLOAD_MAX_MEMORY_SIZE:
            return None
        if request.user.is_staff and sent <= STAFF_MAX_BYTES:
            return None
        return problem_response(request=request, status=413, code="too_large", detail="The request body is too large.")


class PictureParser(BaseParser):
    """A body that is a picture, as bytes; whoever decodes it finds out whether it is one."""

    def parse(
        self, stream: IO[Any], media_type: str | None = None, parser_context: Mapping[str, Any] | None = None
    ) -> Any:
        """Return the body's bytes; raises BodyTooLarge (413)."""
        data: bytes = stream.read(PICTURE_MAX_BYTES + 1)
        if len(data) > PICTURE_MAX_BYTES:
            raise BodyTooLarge
        return data


class JpegParser(PictureParser):
    """A JPEG."""

    media_type = "image/jpeg"


class PngParser(PictureParser):
    """A PNG."""

    media_type = "image/png"


class WebpParser(PictureParser):
    """A WebP."""

    media_type = "image/webp"


PICTURE_PARSERS = (JpegParser, PngParser, WebpParser)
