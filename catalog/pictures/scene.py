"""A product picture from paper to caption: background, drop shadow, the drawing, its light and its name."""

from functools import lru_cache

from PIL import Image, ImageChops, ImageDraw, ImageFilter, ImageOps

from .canvas import SUPERSAMPLING, Canvas, lettering
from .colours import Colour, from_hue, mix
from .drawings import drawing_for
from .subject import Subject

TINTS = 14
SHADOW: Colour = (30, 36, 52)
CAPTION: Colour = (32, 35, 43)
ASIDE: Colour = (112, 118, 130)


def draw_product_picture(
    *, slug: str, name: str, brand: str, category: str, colour: str | None, size: int = 800
) -> Image.Image:
    """Draws the product as an RGB picture of size x size pixels, captioned with its name.

    `category` is the slug of a leaf category; an unknown one gives a neutral package. The same arguments
    always give the same pixels, and a different slug gives a different picture.
    """
    subject = Subject(slug=slug, name=name, brand=brand, category=category, colour=colour)
    tint = int(subject.seed.fraction("tint") * TINTS)
    picture = _background(tint, size).copy()
    canvas = Canvas(size, _paper(tint))
    drawing_for(category)(canvas, subject)
    product, coverage = _developed(canvas)
    _cast_shadow(picture, coverage, canvas)
    box = coverage.getbbox()
    if box:
        lit = ImageChops.multiply(product.crop(box), _light(*product.size).crop(box))
        picture.paste(lit, box, coverage.crop(box))
    _caption(picture, subject)
    return picture


def _paper(tint: int) -> Colour:
    return from_hue(tint / TINTS + 0.02, 0.9, 0.34)


@lru_cache(maxsize=2 * TINTS)
def _background(tint: int, size: int) -> Image.Image:
    """A lit backdrop with a quiet shape in it; the shape goes with the tint."""
    paper = _paper(tint)
    glow = ImageOps.colorize(Image.radial_gradient("L"), mix(paper, (255, 255, 255), 0.72), mix(paper, SHADOW, 0.13))
    picture = glow.resize((size, size), Image.Resampling.BICUBIC, box=(28, 34, 228, 234))
    shape = Image.new("L", (size * 2, size * 2))
    pen = ImageDraw.Draw(shape)
    unit = size * 2 / 1000
    kind = tint % 4
    if kind == 0:
        pen.ellipse([v * unit for v in (150, 90, 850, 790)], fill=70)
    elif kind == 1:
        pen.polygon([(x * unit, y * unit) for x, y in ((0, 690), (1000, 330), (1000, 860), (0, 860))], fill=46)
    elif kind == 2:
        pen.rounded_rectangle([v * unit for v in (190, 80, 810, 1100)], radius=310 * unit, fill=60)
    pen.rectangle((0, 838 * unit, size * 2, size * 2), fill=0)
    picture.paste(mix(paper, from_hue(tint / TINTS + 0.06, 0.78, 0.4), 0.6), (0, 0), shape.reduce(2))
    footer = ImageDraw.Draw(picture)
    footer.rectangle((0, round(size * 0.838), size, size), fill=mix(paper, (255, 255, 255), 0.8))
    return picture


@lru_cache(maxsize=4)
def _light(width: int, height: int) -> Image.Image:
    """Light from the upper left, as a factor for every pixel."""
    ramp = Image.linear_gradient("L").point([round(255 - 30 * (v / 255) ** 1.4) for v in range(256)])
    tilted = ramp.rotate(-28, Image.Resampling.BILINEAR, expand=False, fillcolor=240)
    grey = tilted.resize((width, height), Image.Resampling.BICUBIC, box=(50, 40, 206, 216))
    return Image.merge("RGB", (grey, grey, grey))


def _developed(canvas: Canvas) -> tuple[Image.Image, Image.Image]:
    """The drawing at its final resolution, and how much of each pixel it covers."""
    red, green, blue, coverage = canvas.image.reduce(SUPERSAMPLING).split()
    return Image.merge("RGB", (red, green, blue)), coverage


def _cast_shadow(picture: Image.Image, coverage: Image.Image, canvas: Canvas) -> None:
    """A soft drop shadow, computed at an eighth of the resolution, and the contact shadows asked for."""
    w, h = coverage.size
    small = coverage.reduce(8)
    shadow = Image.new("L", (small.width, small.height))
    unit = w / 1000 / 8
    lift = 0.3 if canvas.floors else 1.0
    shadow.paste(small.point([round(v * 0.42) for v in range(256)]), (round(12 * unit * lift), round(30 * unit * lift)))
    pen = ImageDraw.Draw(shadow)
    for cx, cy, rx, ry in canvas.floors:
        pen.ellipse([v * unit for v in (cx - rx, cy - ry, cx + rx, cy + ry)], fill=150)
    soft = shadow.filter(ImageFilter.GaussianBlur(16 * unit))
    box = soft.getbbox()
    if box:
        left, top, right, bottom = box
        area = (left * 8, top * 8, min(right * 8, w), min(bottom * 8, h))
        reach = (left, top, area[2] / 8, area[3] / 8)
        mask = soft.resize((area[2] - area[0], area[3] - area[1]), Image.Resampling.BILINEAR, box=reach)
        picture.paste(SHADOW, area, mask)


def _caption(picture: Image.Image, subject: Subject) -> None:
    """The brand in small capitals and the name below it, in at most two lines."""
    unit = picture.width / 1000
    pen = ImageDraw.Draw(picture)
    middle = picture.width / 2
    lines = _wrapped(subject.name, 880 * unit, max(round(33 * unit), 6))
    brand = " ".join(subject.brand.upper()[:28])
    top = 868 if len(lines) == 2 else 884
    pen.text((middle, top * unit), brand, font=lettering(round(17 * unit)), fill=ASIDE, anchor="mm")
    for i, line in enumerate(lines):
        place = (middle, (top + 41 + 43 * i) * unit)
        pen.text(place, line, font=lettering(round(33 * unit)), fill=CAPTION, anchor="mm")


def _wrapped(name: str, width: float, pixels: int) -> list[str]:
    """The name on one line, or on two that are about equally long; what fits on neither is cut short."""
    font = lettering(pixels)
    if font.getlength(name) <= width:
        return [name]
    words = name.split()
    splits = [(" ".join(words[:i]), " ".join(words[i:])) for i in range(1, len(words))]
    fitting = [pair for pair in splits if max(map(font.getlength, pair)) <= width]
    if fitting:
        return list(min(fitting, key=lambda pair: max(map(font.getlength, pair))))
    first = max((a for a, _ in splits if font.getlength(a) <= width), key=len, default="")
    rest = name[len(first) :].strip()
    return [line for line in (first, _shortened(rest, width, pixels)) if line]


def _shortened(line: str, width: float, pixels: int) -> str:
    font = lettering(pixels)
    if font.getlength(line) <= width:
        return line
    while line and font.getlength(line + "…") > width:
        line = line[:-1]
    return line.rstrip() + "…"
