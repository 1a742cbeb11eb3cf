"""Product pictures: drawing them, making renditions of them, and decoding uploaded ones safely."""

from .photos import MAX_MEGAPIXELS, decode_photo
from .scene import draw_product_picture
from .uploads import ENCODINGS, MAX_BYTES, PictureRefused, decode_upload, encode_upload, keep_upload, make_rendition

__all__ = [
    "ENCODINGS",
    "MAX_BYTES",
    "MAX_MEGAPIXELS",
    "PictureRefused",
    "decode_photo",
    "decode_upload",
    "draw_product_picture",
    "encode_upload",
    "keep_upload",
    "make_rendition",
]
