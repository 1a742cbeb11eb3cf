"""Product pictures: drawing them, making renditions of them, and decoding uploaded ones safely."""

from .scene import draw_product_picture
from .uploads import ENCODINGS, PictureRefused, decode_upload, encode_upload, make_rendition

__all__ = [
    "ENCODINGS",
    "PictureRefused",
    "decode_upload",
    "draw_product_picture",
    "encode_upload",
    "make_rendition",
]
