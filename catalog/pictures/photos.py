"""Photos that customers send: decoded no larger than they are shown, so that none costs much memory or time."""

import re
from math import ceil

from PIL import Image

from .uploads import (
    DECODING,
    MAX_EDGE,
    PictureRefused,
    fit_inside,
    load_upload,
    on_white,
    open_upload,
    orientation_of,
    upright,
    without_metadata,
)

# A JPEG is as large as the sensors of phones; a decoder may halve it again and again while it reads. Of a progressive
# one it has to keep every coefficient, six bytes a pixel; of a PNG every pixel, four bytes; of a WebP four times that.
MAX_MEGAPIXELS = {"JPEG": 50, "progressive JPEG": 24, "PNG": 40, "WEBP": 16}
# Encoders make a dozen. Each is a pass over the whole picture, and a few bytes may ask for one.
MAX_SCANS = 100
MAX_MARKERS = 10_000  # looked at for scans; a camera writes some dozen, restart markers aside
# How many times larger than shown a picture is averaged to before it is resampled: more makes no visible difference.
GAP = 2
STRIP_ROWS = 64
# Markers that mean something where entropy-coded data may stand. Source: ITU-T T.81, table B.1 and section B.1.1.5.
MARKER = re.compile(rb"\xff[\x01-\xcf\xd8-\xfe]")
ALONE, SOI, EOI, SOS = 0x01, 0xD8, 0xD9, 0xDA


def decode_photo(data: bytes, *, edge: int) -> Image.Image:
    """Decodes an uploaded photo as RGB, upright, without its metadata, fitted inside edge x edge pixels.

    One at a time in a process. Raises `PictureRefused` as `decode_upload` does; `too_many_pixels` is said of more than
    `MAX_MEGAPIXELS`, and `too_many_scans` of a JPEG that is drawn over and over.
    """
    picture = open_upload(data)
    _refuse_large(picture, _kind(picture, data))
    with DECODING:
        share = min(GAP * edge / max(picture.size), 1)
        picture.draft(None, (ceil(picture.width * share), ceil(picture.height * share)))
        load_upload(picture)
        shown = fit_inside(_reduced(picture, max(max(picture.size) // (GAP * edge), 1)), edge=edge)
    return without_metadata(upright(shown, orientation_of(picture)))


def _kind(picture: Image.Image, data: bytes) -> str:
    if picture.format in ("PNG", "WEBP"):
        return picture.format
    scans = _scans(data)
    if len(scans) > MAX_SCANS:
        raise PictureRefused("too_many_scans", f"The picture is drawn {len(scans)} times over; at most {MAX_SCANS}.")
    is_whole = picture.info.get("progressive") or not scans or scans[0] < len(picture.getbands())
    return "progressive JPEG" if is_whole else "JPEG"


def _scans(data: bytes) -> list[int]:
    """Returns of how many components each scan of a JPEG is, as a decoder reads it: to its end marker.

    Raises `PictureRefused` for one that has markers without end.
    """
    found: list[int] = []
    at = 2
    for _marker in range(MAX_MARKERS):
        marker = MARKER.search(data, at)
        if marker is None:
            return found
        code, at = data[marker.start() + 1], marker.end()
        if code == EOI:
            return found
        if code in (ALONE, SOI):
            continue
        if code == SOS:
            found.append(int.from_bytes(data[at + 2 : at + 3]))
        at += int.from_bytes(data[at : at + 2])
    raise PictureRefused("too_many_scans", f"The picture has more than {MAX_MARKERS:,} markers.")


def _refuse_large(picture: Image.Image, kind: str) -> None:
    width, height = picture.size
    if width * height > MAX_MEGAPIXELS[kind] * 1_000_000 or max(width, height) > MAX_EDGE:
        most = f"at most {MAX_MEGAPIXELS[kind]} megapixels, as it is a {kind}, and {MAX_EDGE:,} per edge"
        raise PictureRefused("too_many_pixels", f"The picture is {width} x {height} pixels; {most}.")


def _reduced(picture: Image.Image, factor: int) -> Image.Image:
    """The mean of factor x factor pixels each, as RGB on white; strip by strip, so that no copy has the full size."""
    width, height = picture.size
    target = Image.new("RGB", (ceil(width / factor), ceil(height / factor)))
    for row in range(0, target.height, STRIP_ROWS):
        top, bottom = row * factor, min((row + STRIP_ROWS) * factor, height)
        target.paste(on_white(picture.crop((0, top, width, bottom))).reduce(factor), (0, row))
    return target
