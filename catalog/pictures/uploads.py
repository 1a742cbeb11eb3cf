"""Uploaded pictures: decoding them safely, keeping them without metadata, and the WebP renditions made of them."""

import struct
import threading
from io import BytesIO
from typing import Any

from PIL import Image, UnidentifiedImageError

MAX_BYTES = 15 * 1024 * 1024
MAX_PIXELS = 40_000_000
MAX_EDGE = 12_000
ORIENTATION_TAG = 0x0112
# What brings each EXIF orientation upright. Source: Exif 2.32, section 4.6.4, tag Orientation.
TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
# Held while pixels are decoded: a picture takes hundreds of megabytes, and requests come at the same time.
DECODING = threading.Lock()
FORMATS = ("JPEG", "PNG", "WEBP")
# How a picture is kept under each extension; the lossy ones so well that nobody sees a difference.
JPEG: dict[str, Any] = {"format": "JPEG", "quality": 92, "subsampling": "4:4:4"}
ENCODINGS: dict[str, dict[str, Any]] = {
    "jpg": JPEG,
    "jpeg": JPEG,
    "png": {"format": "PNG"},
    "webp": {"format": "WEBP", "quality": 92, "method": 2},
}


class PictureRefused(Exception):
    """The upload cannot become a product picture; `code` is for machines, `message` for people."""

    def __init__(self, code: str, message: str) -> None:
        super().__init__(message)
        self.code = code
        self.message = message


def decode_upload(data: bytes) -> Image.Image:
    """Decodes an uploaded JPEG, PNG or WebP as RGB, upright, without its metadata.

    Declared dimensions are checked before any pixel is decoded, so a decompression bomb costs nothing.
    Transparent pictures are laid on white. Raises `PictureRefused` with the code `not_an_image`,
    `unsupported_format`, `too_many_pixels` (over 40 megapixels, or an edge over 12,000 px), `animated` or `truncated`.
    """
    picture = open_upload(data)
    width, height = picture.size
    if width * height > MAX_PIXELS or max(width, height) > MAX_EDGE:
        raise PictureRefused(
            "too_many_pixels",
            f"The picture is {width} x {height} pixels; at most 40 megapixels and 12,000 per edge.",
        )
    with DECODING:
        load_upload(picture)
        return without_metadata(upright(on_white(picture), orientation_of(picture)))


def keep_upload(data: bytes) -> tuple[bytes, str]:
    """An uploaded picture as the shop keeps it, encoded anew in its own format, and the extension of that.

    What the client calls the file decides nothing. Raises `PictureRefused`, also with `too_large`.
    """
    refuse_large(len(data))
    extension = {"PNG": "png", "WEBP": "webp"}.get(_opened(data).format or "", "jpg")
    kept = encode_upload(decode_upload(data), extension=extension)
    refuse_large(len(kept))
    return kept, extension


def refuse_large(size: int) -> None:
    """Raises `PictureRefused` for a picture of more bytes than the shop keeps."""
    if size > MAX_BYTES:
        raise PictureRefused("too_large", f"At most {MAX_BYTES // 1024 // 1024} MB.")


def encode_upload(image: Image.Image, *, extension: str) -> bytes:
    """What `decode_upload` returned as a file with this extension: the pixels, and nothing else that was uploaded."""
    target = BytesIO()
    image.save(target, **ENCODINGS[extension])
    return target.getvalue()


def make_rendition(image: Image.Image, *, edge: int) -> bytes:
    """The picture fitted inside edge x edge pixels, never enlarged, as WebP without metadata."""
    target = BytesIO()
    without_metadata(fit_inside(on_white(image), edge=edge)).save(target, "WEBP", quality=80, method=2)
    return target.getvalue()


def fit_inside(image: Image.Image, *, edge: int) -> Image.Image:
    """The picture fitted inside edge x edge pixels, never enlarged."""
    if max(image.size) <= edge:
        return image
    scale = edge / max(image.size)
    box = (max(round(image.width * scale), 1), max(round(image.height * scale), 1))
    return image.resize(box, Image.Resampling.LANCZOS, reducing_gap=3.0)


def open_upload(data: bytes) -> Image.Image:
    """Reads the header of an uploaded picture, and none of its pixels; raises `PictureRefused`."""
    picture = _opened(data)
    # Not asked of a JPEG: photographs of phones carry a second picture, which is left behind.
    if picture.format != "JPEG" and picture.format != "MPO" and getattr(picture, "is_animated", False):
        raise PictureRefused("animated", "The picture moves; send one that stands still.")
    return picture


def load_upload(picture: Image.Image) -> None:
    """Decodes the pixels of an opened picture; raises `PictureRefused`."""
    try:
        picture.load()
    except Image.DecompressionBombError as error:
        raise PictureRefused("too_many_pixels", "The picture expands to too many pixels.") from error
    except (OSError, SyntaxError, ValueError, EOFError, IndexError, struct.error) as error:
        raise PictureRefused("truncated", "The picture is cut short or damaged.") from error


def _opened(data: bytes) -> Image.Image:
    """Reads the header only. Pillow's own bomb check runs here too, on the declared size."""
    try:
        return Image.open(BytesIO(data), formats=FORMATS)
    except (Image.DecompressionBombError, Image.DecompressionBombWarning) as error:
        raise PictureRefused("too_many_pixels", "The picture declares too many pixels.") from error
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError, struct.error):
        pass
    if _begins_like_supported(data):
        raise PictureRefused("truncated", "The picture is cut short or damaged.")
    if _is_another_image(data):
        raise PictureRefused("unsupported_format", "Only JPEG, PNG and WebP pictures are accepted.")
    raise PictureRefused("not_an_image", "The file is not a picture.")


def _begins_like_supported(data: bytes) -> bool:
    return data.startswith((b"\xff\xd8\xff", b"\x89PNG\r\n\x1a\n")) or (data[:4] == b"RIFF" and data[8:12] == b"WEBP")


def _is_another_image(data: bytes) -> bool:
    """Recognizes a format by its opening bytes, so that no further decoder ever sees an upload."""
    if data.startswith((b"GIF8", b"BM", b"II*\x00", b"MM\x00*", b"\x00\x00\x01\x00", b"8BPS", b"\x00\x00\x00\x0cjP")):
        return True
    if data[4:8] == b"ftyp" and data[8:12] in (b"avif", b"avis", b"heic", b"heix", b"mif1", b"msf1"):
        return True
    opening = data[:512].lstrip().lower()
    return opening.startswith((b"<svg", b"<!doctype svg")) or (opening.startswith(b"<?xml") and b"<svg" in opening)


def orientation_of(picture: Image.Image) -> int:
    """The EXIF orientation, 1 to 8. Damaged EXIF is no reason to refuse a picture: it counts as upright."""
    try:
        return int(picture.getexif().get(ORIENTATION_TAG, 1))
    except (OSError, SyntaxError, ValueError, TypeError, KeyError, IndexError, struct.error):
        return 1


def upright(image: Image.Image, orientation: int) -> Image.Image:
    """The picture as its EXIF orientation means it to be looked at."""
    turn = TURNS.get(orientation)
    return image if turn is None else image.transpose(turn)


def on_white(image: Image.Image) -> Image.Image:
    """The picture as RGB; what can be seen through is laid on white."""
    if image.has_transparency_data:
        layered = image.convert("RGBA")
        paper = Image.new("RGB", layered.size, (255, 255, 255))
        paper.paste(layered, (0, 0), layered)
        return paper
    return image.convert("RGB") if image.mode != "RGB" else image


def without_metadata(image: Image.Image) -> Image.Image:
    """The same pixels in a fresh image: EXIF, ICC, XMP and comments stay behind."""
    bare = image.copy()
    bare.info = {}
    return bare
