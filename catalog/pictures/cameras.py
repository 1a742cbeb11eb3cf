"""The backs of telephones: lenses and the camera islands each maker is known by."""

from .canvas import Canvas
from .colours import BLACK, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import arc, rectangle
from .subject import Subject

GLASS: Colour = (18, 19, 23)
FLASH: Colour = (250, 240, 210)


def lens(canvas: Canvas, cx: float, cy: float, r: float, rim: Colour) -> None:
    canvas.disc(cx, cy, r * 1.06, darker(rim, 0.4))
    canvas.disc(cx, cy, r, lighter(rim, 0.25))
    canvas.disc(cx, cy, r * 0.86, GLASS)
    canvas.disc(cx, cy, r * 0.6, (38, 42, 54))
    canvas.disc(cx, cy, r * 0.46, (24, 27, 44))
    canvas.disc(cx, cy, r * 0.26, (10, 11, 18))
    canvas.disc(cx - r * 0.24, cy - r * 0.28, r * 0.12, (150, 166, 205))


def island(canvas: Canvas, x: float, y: float, w: float, h: float, r: float, body: Colour) -> None:
    """The raised plate around the lenses."""
    canvas.panel(x - 3, y - 1, w + 6, h + 8, r + 3, darker(body, 0.28))
    canvas.blend(rectangle(x, y, w, h, r), (lighter(body, 0.16), darker(body, 0.05)))


def round_island(canvas: Canvas, cx: float, cy: float, r: float, body: Colour, *, dark: bool) -> None:
    plate = GLASS if dark else body
    canvas.disc(cx, cy + 4, r + 4, darker(body, 0.3))
    canvas.disc(cx, cy, r + 1, lighter(body, 0.35))
    canvas.blend(
        rectangle(cx - r + 6, cy - r + 6, 2 * r - 12, 2 * r - 12, r),
        (lighter(plate, 0.14), darker(plate, 0.04)),
    )


def apple(canvas: Canvas, subject: Subject, width: float) -> None:
    body = subject.body
    if subject.says("17 pro"):
        island(canvas, 14, 16, width - 28, 178, 60, body)
        for cx, cy in ((70, 64), (70, 144), (142, 104)):
            lens(canvas, cx, cy, 36, body)
        canvas.disc(width - 62, 66, 12, FLASH)
        canvas.disc(width - 62, 140, 8, GLASS)
    elif subject.says(" air "):
        island(canvas, 14, 20, width - 28, 96, 48, body)
        lens(canvas, 68, 68, 37, body)
        canvas.disc(width - 66, 68, 11, FLASH)
    elif subject.says("pro"):
        island(canvas, 20, 20, 168, 168, 46, body)
        for cx, cy in ((68, 66), (68, 142), (142, 104)):
            lens(canvas, cx, cy, 34, body)
        canvas.disc(144, 50, 11, FLASH)
        canvas.disc(144, 158, 8, GLASS)
    elif subject.says(" se ", "16e", "17e"):
        lens(canvas, 62, 62, 34, body)
        canvas.disc(116, 62, 10, FLASH)
    elif subject.says("iphone 16", "iphone 17", "iphone 18"):
        island(canvas, 26, 24, 90, 184, 45, body)
        lens(canvas, 71, 70, 36, body)
        lens(canvas, 71, 162, 36, body)
        canvas.disc(146, 116, 10, FLASH)
    else:
        island(canvas, 20, 20, 152, 152, 42, body)
        lens(canvas, 62, 62, 33, body)
        lens(canvas, 130, 130, 33, body)
        canvas.disc(130, 62, 10, FLASH)


def samsung(canvas: Canvas, subject: Subject, width: float) -> None:
    body = subject.body
    top = 66.0
    if subject.says(" a5", " a3", " a2", " a1", " a0", "m1", "m3") and subject.seed.chance("pill", 0.75):
        island(canvas, 28, 26, 82, 262, 41, body)
        for i in range(3):
            lens(canvas, 69, 68 + i * 89, 31 if i < 2 else 24, body)
    else:
        for i in range(3):
            lens(canvas, 68, top + i * 86, 33, body)
    if subject.says("ultra"):
        lens(canvas, 142, top + 118, 24, body)
        canvas.disc(142, top + 12, 12, FLASH)
        lens(canvas, 142, top + 52, 18, body)
    else:
        canvas.disc(128, top + 28, 10, FLASH)


def pixel(canvas: Canvas, subject: Subject, width: float) -> None:
    body = subject.body
    if subject.says("9a", "10a"):
        island(canvas, 24, 70, 180, 78, 39, body)
        lenses: tuple[tuple[int, int], ...] = ((66, 31), (142, 31))
    else:
        island(canvas, 22, 92, width - 44, 92, 46, body)
        canvas.fill(rectangle(34, 102, width - 140, 72, 36), GLASS)
        lenses = ((74, 30), (140, 30), (206, 26)) if subject.says("pro", "xl") else ((78, 31), (156, 31))
    for cx, r in lenses:
        lens(canvas, cx, 138 if not subject.says("9a", "10a") else 109, r, GLASS)
    canvas.disc(
        width - 66 if not subject.says("9a", "10a") else 184,
        138 if not subject.says("9a", "10a") else 109,
        9,
        FLASH,
    )


def circle(canvas: Canvas, subject: Subject, width: float) -> None:
    """A large round island: three or four lenses on a ring."""
    seed = subject.seed
    r = seed.between("island r", 78, 102)
    cx = width / 2 if seed.chance("island centred", 0.6) else 26 + r
    cy = 36 + r
    round_island(canvas, cx, cy, r, subject.body, dark=seed.chance("island dark", 0.65))
    count = seed.whole("lenses", 3, 4)
    turn = seed.pick("island turn", (45.0, 0.0, 90.0))
    for px, py in arc(cx, cy, r * 0.5, r * 0.5, turn, turn + 360, steps=count)[:-1]:
        lens(canvas, px, py, r * (0.29 if count == 4 else 0.33), subject.body)
    canvas.disc(cx, cy, r * 0.1, FLASH)


def square(canvas: Canvas, subject: Subject, width: float) -> None:
    """A rounded square with two by two places, one of them the flash."""
    seed = subject.seed
    side = seed.between("island side", 160, 188)
    left = 24 if seed.chance("island left", 0.7) else (width - side) / 2
    island(canvas, left, 24, side, side, seed.between("island corner", 34, 64), subject.body)
    places = [(0.29, 0.29), (0.71, 0.29), (0.29, 0.71), (0.71, 0.71)]
    flash = seed.whole("flash place", 1, 3)
    for i, (px, py) in enumerate(places):
        if i == flash:
            canvas.disc(left + px * side, 24 + py * side, 11, FLASH)
        else:
            lens(canvas, left + px * side, 24 + py * side, side * 0.185, subject.body)


def tower(canvas: Canvas, subject: Subject, width: float) -> None:
    """A tall island of two big lenses, with small ones beside them."""
    seed = subject.seed
    w, h = seed.between("tower w", 116, 150), seed.between("tower h", 200, 248)
    island(canvas, 22, 24, w, h, seed.between("tower corner", 28, 58), subject.body)
    lens(canvas, 22 + w * 0.38, 24 + h * 0.26, 36, subject.body)
    lens(canvas, 22 + w * 0.38, 24 + h * 0.7, 36, subject.body)
    lens(canvas, 22 + w * 0.8, 24 + h * 0.5, 15, subject.body)
    canvas.disc(22 + w * 0.8, 24 + h * 0.22, 9, FLASH)


def strip(canvas: Canvas, subject: Subject, width: float) -> None:
    """A wide plate from edge to edge, with lenses in a row."""
    seed = subject.seed
    h = seed.between("strip h", 108, 140)
    island(canvas, 20, 26, width - 40, h, seed.between("strip corner", 26, h / 2), subject.body)
    count = seed.whole("strip lenses", 2, 3)
    for i in range(count):
        lens(canvas, 76 + i * 78, 26 + h / 2, 33 - 3 * i, subject.body)
    canvas.disc(width - 52, 26 + h / 2, 10, FLASH)


def glyphs(canvas: Canvas, subject: Subject, width: float) -> None:
    """See-through back with light strips around the lenses."""
    tone = mix(subject.body, readable_on(subject.body), 0.28)
    for left, top, w, h in ((36, 330, 90, 200), (150, 300, 130, 150), (150, 480, 130, 120)):
        canvas.panel(left, top, w, h, 20, tone)
        canvas.panel(left + 3, top + 3, w - 6, h - 6, 17, mix(subject.body, tone, 0.25))
    for start, end in ((150, 260), (280, 400), (50, 120)):
        canvas.line(arc(width / 2, 130, 116, 100, start, end), 9, WHITE)
    island(canvas, width / 2 - 92, 82, 184, 96, 48, subject.body)
    lens(canvas, width / 2 - 44, 130, 37, subject.body)
    lens(canvas, width / 2 + 44, 130, 37, subject.body)
    canvas.disc(width - 40, 300, 6, (214, 60, 60))


def cameras_of(canvas: Canvas, subject: Subject, width: float) -> None:
    """Draws the camera group that the maker is known by, on a back `width` units wide."""
    by_maker = {"apple": apple, "samsung": samsung, "google": pixel, "nothing": glyphs}
    by_maker |= {"honor": circle, "huawei": circle, "nokia": circle, "oneplus": circle, "motorola": square}
    layout = by_maker.get(subject.brand.lower()) or subject.seed.pick("layout", (circle, square, tower, strip, circle))
    layout(canvas, subject, width)


def sheen(canvas: Canvas, width: float, height: float) -> None:
    """A diagonal reflection across a glossy back or a screen."""
    outline = [(width * 0.66, 6), (width * 0.86, 6), (width * 0.48, height - 6), (width * 0.28, height - 6)]
    canvas.glaze(outline, WHITE, 0.08)


def frame_of(body: Colour) -> Colour:
    return mix(body, BLACK, 0.22)
