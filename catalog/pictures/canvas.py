"""The drawing surface: filled outlines, gradients, cords and lettering at twice the final resolution."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import lru_cache
from math import ceil, floor, hypot

from PIL import Image, ImageDraw, ImageFont

from .colours import BLACK, WHITE, Colour, mix
from .geometry import PLAIN, Frame, Outline, Point, ellipse, hull, rectangle, shifted

SUPERSAMPLING = 2
# The caption lies below and is lettered at the final resolution, so the drawing need not reach there.
DRAWING_HEIGHT = 0.84


@lru_cache(maxsize=64)
def lettering(pixels: int) -> ImageFont.FreeTypeFont:
    """Pillow's bundled scalable face at a size in pixels."""
    font = ImageFont.load_default(size=max(pixels, 4))
    if not isinstance(font, ImageFont.FreeTypeFont):
        raise TypeError("Pillow was built without FreeType, so it has no scalable font.")
    return font


class Canvas:
    """Draws in units of a thousandth of the picture; the fourth channel of the image is the coverage.

    The empty canvas already has the paper's colour (with no coverage), so that reducing it needs no
    premultiplication and leaves no fringe.
    """

    def __init__(self, size: int, paper: Colour) -> None:
        self.scale = size * SUPERSAMPLING / 1000
        side = size * SUPERSAMPLING
        self.image = Image.new("RGBX", (side, int(side * DRAWING_HEIGHT)), (*paper, 0))
        self.frame = PLAIN
        self.floors: list[tuple[float, float, float, float]] = []
        self._pen = ImageDraw.Draw(self.image)

    @contextmanager
    def within(self, frame: Frame) -> Iterator[None]:
        """Draw in the coordinates of a tilted or foreshortened plane."""
        outer, self.frame = self.frame, frame
        yield
        self.frame = outer

    def rest_on_floor(self, cx: float, cy: float, rx: float, ry: float = 18) -> None:
        """Asks for a contact shadow beneath something that stands."""
        self.floors.append((cx, cy, rx, ry))

    def fill(self, outline: Sequence[Point], colour: Colour) -> None:
        self._pen.polygon(self._pixels(outline), fill=(*colour, 255))

    def blend(self, outline: Sequence[Point], stops: Sequence[Colour], *, across: bool = False) -> None:
        """Fills with a gradient, downwards or across, through the stops."""
        placed = self._masked(outline, None)
        if placed is None:
            return
        left, top, mask = placed
        w, h = mask.size
        strip = _strip(tuple(stops), across)
        narrow = strip.resize((w, 1) if across else (1, h), Image.Resampling.BILINEAR)
        self.image.paste(narrow.resize((w, h), Image.Resampling.NEAREST), (left, top), mask)

    def glaze(self, outline: Sequence[Point], colour: Colour, opacity: float) -> None:
        """Lays a translucent colour over what is already drawn: a reflection, a shade."""
        placed = self._masked(outline, int(255 * opacity))
        if placed is not None:
            left, top, mask = placed
            self.image.paste((*colour, 255), (left, top, left + mask.width, top + mask.height), mask)

    def cord(self, points: Sequence[Point], width: float, colour: Colour, *, shine: float = 0.28) -> None:
        """A round-section line with a highlight along its upper side."""
        self.line(points, width, mix(colour, BLACK, 0.25))
        self.line(points, width * 0.8, colour)
        if shine:
            self.line(shifted(points, -width * 0.1, -width * 0.16), width * 0.22, mix(colour, WHITE, shine))

    def line(self, points: Sequence[Point], width: float, colour: Colour) -> None:
        """A polyline of even width with round ends."""
        pixels = self._pixels(points)
        thick = max(round(width * self.scale * self._local_scale(points[0])), 1)
        self._pen.line(pixels, fill=(*colour, 255), width=thick, joint="curve" if thick > 3 else None)
        if thick > 3:
            for x, y in (pixels[0], pixels[-1]):
                r = thick / 2
                self._pen.ellipse((x - r, y - r, x + r, y + r), fill=(*colour, 255))

    def slab(self, outline: Outline, thickness: Point, face: Sequence[Colour], side: Colour) -> None:
        """A convex plate with its far side displaced by `thickness`, in units of the current plane."""
        self.fill(hull(outline + shifted(outline, *thickness)), side)
        if len(face) == 1:
            self.fill(outline, face[0])
        else:
            self.blend(outline, face)

    def panel(self, x: float, y: float, w: float, h: float, r: float, colour: Colour) -> None:
        self.fill(rectangle(x, y, w, h, r), colour)

    def disc(self, cx: float, cy: float, r: float, colour: Colour, ry: float | None = None) -> None:
        self.fill(ellipse(cx, cy, r, ry), colour)

    def text(self, cx: float, cy: float, words: str, height: float, colour: Colour, *, turned: bool = False) -> None:
        """Letters centred on a point; `height` is the font size; `turned` runs them downwards."""
        if not words:
            return
        font = lettering(round(height * self.scale * self._local_scale((cx, cy))))
        if self.frame == PLAIN and not turned:
            x, y = self._pixels([(cx, cy)])[0]
            self._pen.text((x, y), words, font=font, fill=(*colour, 255), anchor="mm")
            return
        w = ceil(font.getlength(words)) + 4
        h = ceil(font.size * 1.3)
        letters = Image.new("L", (w, h))
        ImageDraw.Draw(letters).text((w / 2, h / 2), words, font=font, fill=255, anchor="mm")
        long = w * height / font.size
        tall = h * height / font.size
        self._stamp(letters, (cx, cy), long, tall, colour, turned=turned)

    def _stamp(
        self, letters: Image.Image, centre: Point, long: float, tall: float, colour: Colour, *, turned: bool
    ) -> None:
        """Pastes a mask along the current plane, by an affine map that is good enough for a small word."""
        cx, cy = centre
        corners = [(-long / 2, -tall / 2), (long / 2, -tall / 2), (long / 2, tall / 2), (-long / 2, tall / 2)]
        if turned:
            corners = [(-y, x) for x, y in corners]
        quad = self._pixels([(cx + x, cy + y) for x, y in corners])
        left, top = floor(min(x for x, _ in quad)), floor(min(y for _, y in quad))
        right, bottom = ceil(max(x for x, _ in quad)), ceil(max(y for _, y in quad))
        (x0, y0), (x1, y1), _, (x3, y3) = quad
        ux, uy, vx, vy = (x1 - x0), (y1 - y0), (x3 - x0), (y3 - y0)
        area = ux * vy - uy * vx
        if not area:
            return
        w, h = letters.size
        a, b = vy / area * w, -vx / area * w
        d, e = -uy / area * h, ux / area * h
        ox, oy = left - x0, top - y0
        mask = letters.transform(
            (right - left, bottom - top),
            Image.Transform.AFFINE,
            (a, b, a * ox + b * oy, d, e, d * ox + e * oy),
            Image.Resampling.BILINEAR,
        )
        self.image.paste((*colour, 255), (left, top, right, bottom), mask)

    def _masked(self, outline: Sequence[Point], opacity: int | None) -> tuple[int, int, Image.Image] | None:
        pixels = self._pixels(outline)
        left, top = max(floor(min(x for x, _ in pixels)), 0), max(floor(min(y for _, y in pixels)), 0)
        right = min(ceil(max(x for x, _ in pixels)) + 1, self.image.width)
        bottom = min(ceil(max(y for _, y in pixels)) + 1, self.image.height)
        if right <= left or bottom <= top:
            return None
        # A one-bit mask copies pixels instead of blending them, which is several times as fast.
        mask = Image.new("1" if opacity is None else "L", (right - left, bottom - top))
        ImageDraw.Draw(mask).polygon(shifted(pixels, -left, -top), fill=1 if opacity is None else opacity)
        return left, top, mask

    def _pixels(self, outline: Sequence[Point]) -> list[Point]:
        k = self.scale
        return [(x * k, y * k) for x, y in self.frame.over(outline)]

    def _local_scale(self, at: Point) -> float:
        """How much the current plane magnifies near a point."""
        if self.frame == PLAIN:
            return 1
        x0, y0 = self.frame.at(*at)
        x1, y1 = self.frame.at(at[0] + 1, at[1])
        x2, y2 = self.frame.at(at[0], at[1] + 1)
        return (hypot(x1 - x0, y1 - y0) + hypot(x2 - x0, y2 - y0)) / 2


@lru_cache(maxsize=256)
def _strip(stops: tuple[Colour, ...], across: bool) -> Image.Image:
    strip = Image.new("RGBX", (len(stops), 1) if across else (1, len(stops)))
    for i, stop in enumerate(stops):
        strip.putpixel((i, 0) if across else (0, i), (*stop, 255))
    return strip
