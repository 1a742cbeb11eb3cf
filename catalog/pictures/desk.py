"""What stands on a desk: keyboards, mice and webcams."""

from .cameras import lens
from .canvas import Canvas
from .colours import (
    BLACK,
    INK,
    STEEL,
    WHITE,
    Colour,
    darker,
    from_hue,
    hue_of,
    is_pale,
    lighter,
    mix,
    readable_on,
)
from .geometry import Frame, arc, ellipse, hull, rectangle, shifted, smooth
from .subject import Subject

ROWS = ((15, 0), (14, 0), (13, 1), (12, 1), (8, 2))


def _shell(subject: Subject) -> Colour:
    return subject.body if subject.colour else subject.seed.pick("shell", ((42, 44, 50), (236, 236, 233), (66, 72, 84)))


def draw_keyboard(canvas: Canvas, subject: Subject) -> None:
    """A keyboard in slight perspective, with a number pad unless it is compact."""
    seed, body = subject.seed, _shell(subject)
    glowing = subject.says("gaming", "rgb", "mechanical", "blackwidow", "razer", "redragon")
    is_compact = subject.says("mini", "k380", "60%", "65%", "75%", "compact", "tkl", "magic keyboard", "k2 ")
    wide = 720.0 if is_compact else 980.0
    sway = seed.between("sway", -50, 50)
    inset = 132.0 if is_compact else 90.0
    quad = [
        (inset + 34, 330 + sway),
        (1000 - inset - 34, 330 - sway),
        (1000 - inset + 36, 640 - sway),
        (inset - 36, 640 + sway),
    ]
    canvas.fill(hull(quad + shifted(quad, 0, 24)), darker(body, 0.4))
    with canvas.within(Frame.onto(quad, wide, 330)):
        canvas.blend(rectangle(0, 0, wide, 330, 20), (lighter(body, 0.05), lighter(body, 0.2)))
        _key_field(canvas, subject, body, glowing=glowing, wide=720)
        if not is_compact:
            key = _key_colour(subject, body, glowing=glowing)
            for i in range(16):
                _key(canvas, 742 + (i % 4) * 55, 66 + (i // 4) * 60, 51, 54, key, subject, glowing, i / 16)
            for i in range(3):
                canvas.disc(850 + i * 36, 36, 5, subject.accent if i == 0 else darker(body, 0.3))
            canvas.text(800, 34, subject.mark, 22, readable_on(body, 0.6))
        else:
            canvas.panel(wide - 90, 10, 60, 4, 2, darker(body, 0.2))


def _key_colour(subject: Subject, body: Colour, *, glowing: bool) -> Colour:
    if glowing:
        return (30, 31, 36)
    if is_pale(body):
        return subject.seed.pick("keys", (lighter(body, 0.6), mix(body, INK, 0.75)))
    return darker(body, 0.3)


def _key_field(canvas: Canvas, subject: Subject, body: Colour, *, glowing: bool, wide: float) -> None:
    key = _key_colour(subject, body, glowing=glowing)
    special = mix(subject.accent, key, 0.15) if subject.seed.chance("accent keys", 0.45) else mix(key, body, 0.35)
    canvas.panel(16, 18, wide - 32, 294, 12, darker(body, 0.25) if not glowing else (14, 15, 18))
    for row, (count, ends) in enumerate(ROWS):
        y = 22 + row * 58
        side = 46.0 + ends * 28
        inner = (wide - 40 - 2 * side) / (count - 2) if row < 4 else 0
        if row < 4:
            spans = (
                [(20.0, side)] + [(20 + side + i * inner, inner) for i in range(count - 2)] + [(wide - 20 - side, side)]
            )
        else:
            spans = (
                [(20 + i * 62.0, 62.0) for i in range(3)]
                + [(206.0, 300.0)]
                + [(506 + i * 48.5, 48.5) for i in range(4)]
            )
        for i, (x, w) in enumerate(spans):
            tone = special if i in (0, len(spans) - 1) else key
            _key(canvas, x, y, w - 4, 53, tone, subject, glowing, (row * 0.3 + i) / 16)


def _key(
    canvas: Canvas,
    x: float,
    y: float,
    w: float,
    h: float,
    tone: Colour,
    subject: Subject,
    glowing: bool,
    phase: float,
) -> None:
    if glowing:
        light = from_hue(hue_of(subject.accent) + phase * 0.8, 0.55, 0.9)
        canvas.fill(rectangle(x - 2, y - 2, w + 4, h + 5), mix(light, BLACK, 0.15))
    canvas.fill(rectangle(x, y, w, h), darker(tone, 0.3))
    canvas.fill(rectangle(x + 3, y + 1, w - 6, h - 9), lighter(tone, 0.08))
    if w < 90:
        mark = light if glowing else readable_on(tone, 0.6)
        canvas.fill(rectangle(x + w * 0.36, y + h * 0.28, w * 0.22, h * 0.18), mark)


def draw_mouse(canvas: Canvas, subject: Subject) -> None:
    """A mouse from above: seeded outline, wheel, side buttons, and a lead unless it is wireless."""
    seed, body = subject.seed, _shell(subject)
    is_wired = subject.says("wired", " usb mouse", "corded") and not subject.says("wireless")
    glowing = subject.says("gaming", "rgb", "razer", "g502", "redragon")
    if is_wired or (glowing and not subject.says("wireless")):
        canvas.cord(smooth([(500, 170), (470, 60), (600, 20), (760, 70), (900, -20)]), 14, (40, 42, 47))
    waist, shoulder = seed.between("waist", 128, 158), seed.between("shoulder", 146, 172)
    hip, long = seed.between("hip", 160, 190), seed.between("long", 262, 300)
    right = [
        (60, -long),
        (shoulder - 10, -long * 0.84),
        (shoulder, -long * 0.45),
        (waist, 0),
        (hip, long * 0.45),
        (hip * 0.72, long * 0.86),
    ]
    outline = smooth(
        [(0, -long - 6), *right, (0, long), *[(-x, y) for x, y in reversed(right)], (0, -long - 6)], steps=6
    )
    with canvas.within(Frame.placed(500, 430, angle=seed.between("tilt", 12, 34), scale=1.05)):
        canvas.fill(hull(outline + shifted(outline, 12, 18)), darker(body, 0.45))
        canvas.blend(outline, (lighter(body, 0.1), lighter(body, 0.24), darker(body, 0.08), darker(body, 0.28)))
        canvas.line(smooth([(-shoulder + 4, -70), (-40, -34), (40, -34), (shoulder - 4, -70)]), 4, darker(body, 0.4))
        canvas.line([(0, -long), (0, -44)], 5, darker(body, 0.45))
        canvas.panel(-25, -long * 0.72, 50, 128, 25, darker(body, 0.5))
        canvas.blend(rectangle(-16, -long * 0.7, 32, 112, 15), ((60, 62, 68), (120, 124, 132), (40, 42, 46)))
        if glowing:
            canvas.panel(-18, -long * 0.7 + 50, 36, 12, 3, subject.accent)
            canvas.line(
                smooth([(-hip + 26, 90), (-60, 210), (60, 210), (hip - 26, 90)]),
                9,
                lighter(subject.accent, 0.15),
            )
        for y in (-50, 16):
            canvas.panel(-waist - 2, y, 20, 56, 9, darker(body, 0.5))
        canvas.glaze(ellipse(-70, -long * 0.55, 38, 82), WHITE, 0.12)
        canvas.text(0, long * 0.5, subject.mark, 40, readable_on(body, 0.5))


def draw_webcam(canvas: Canvas, subject: Subject) -> None:
    """A camera on its clip: a wide bar, a ball or a block."""
    seed, body = subject.seed, subject.body if subject.colour else (42, 44, 50)
    canvas.rest_on_floor(500, 756, 190, 20)
    canvas.cord(smooth([(560, 640), (720, 720), (860, 650), (1010, 700)]), 13, (40, 42, 47))
    canvas.fill([(452, 500), (548, 500), (570, 650), (430, 650)], darker(body, 0.35))
    canvas.blend(rectangle(360, 610, 280, 136, 26), (lighter(body, 0.14), darker(body, 0.2)))
    canvas.panel(380, 684, 240, 12, 6, darker(body, 0.4))
    shape = seed.pick("shape", ("bar", "ball", "block"))
    w, h = {"bar": (620.0, 210.0), "ball": (400.0, 380.0), "block": (460.0, 300.0)}[shape]
    r = {"bar": 100.0, "ball": 190.0, "block": 60.0}[shape]
    x, y = 500 - w / 2, 510 - h
    canvas.slab(
        rectangle(x, y, w, h, r),
        (12, 14),
        (lighter(body, 0.22), body, darker(body, 0.15)),
        darker(body, 0.45),
    )
    if shape != "block":
        canvas.panel(x + 16, y + 16, w - 32, h - 32, r - 14, (18, 19, 23))
    size = min(h * 0.36, 112)
    canvas.disc(500, y + h / 2, size + 16, (30, 32, 37))
    lens(canvas, 500, y + h / 2, size, STEEL)
    canvas.line(arc(500, y + h / 2, size * 0.72, size * 0.72, 200, 250), 5, (120, 136, 180))
    canvas.disc(500 + size + 50, y + h / 2, 8, lighter(subject.accent, 0.2))
    if shape == "bar":
        canvas.text(x + 118, y + h / 2, subject.mark, 30, (206, 209, 215))
        for i in range(3):
            canvas.panel(x + w - 118 + i * 18, y + h / 2 - 24, 7, 48, 3, (60, 63, 70))
    else:
        canvas.text(
            500,
            y + h - (34 if shape == "block" else 52),
            subject.mark,
            26,
            (206, 209, 215) if shape == "ball" else readable_on(body, 0.7),
        )
