"""Product pictures: drawing them, making renditions of them, and decoding uploaded ones safely."""

from .scene import draw_product_picture
from .uploads import PictureRefused, decode_upload, make_rendition

__all__ = ["PictureRefused", "decode_upload", "draw_product_picture", "make_rendition"]
