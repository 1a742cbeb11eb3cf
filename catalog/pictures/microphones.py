"""Microphones: a USB one on its stand, and wireless ones to hold or to clip on."""

from .canvas import Canvas
from .colours import INK, STEEL, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import Frame, Outline, ellipse, hull, rectangle, smooth
from .subject import Subject


def _mesh(canvas: Canvas, outline: Outline, tone: Colour) -> None:
    """A steel basket: crossing wires over a dark core, kept to the outline's box."""
    canvas.blend(outline, (lighter(tone, 0.3), tone, darker(tone, 0.4)), across=True)
    left, right = min(x for x, _ in outline), max(x for x, _ in outline)
    top, bottom = min(y for _, y in outline), max(y for _, y in outline)
    cx, cy, rx, ry = (left + right) / 2, (top + bottom) / 2, (right - left) / 2, (bottom - top) / 2
    for i in range(int(2 * ry / 17)):
        y = top + 12 + i * 17
        for j in range(int(2 * rx / 17)):
            x = left + 10 + j * 17 + (8 if i % 2 else 0)
            if ((x - cx) / rx) ** 4 + ((y - cy) / ry) ** 4 < 0.8:
                canvas.fill([(x, y - 5), (x + 5, y), (x, y + 5), (x - 5, y)], darker(tone, 0.55))


def draw_usb_microphone(canvas: Canvas, subject: Subject) -> None:
    """A side-address microphone in a yoke on a round foot, with its gain knob."""
    seed = subject.seed
    body = subject.body if subject.colour else seed.pick("shell", ((40, 42, 47), (206, 209, 214), (66, 70, 78)))
    canvas.rest_on_floor(500, 764, 210, 30)
    canvas.cord(smooth([(560, 700), (700, 770), (820, 700), (1010, 740)]), 14, (40, 42, 47))
    foot = seed.between("foot", 168, 200)
    canvas.fill(hull(ellipse(500, 730, foot, 46) + ellipse(500, 752, foot, 46)), darker(body, 0.45))
    canvas.blend(ellipse(500, 728, foot, 46), (lighter(body, 0.2), darker(body, 0.1)))
    canvas.blend(rectangle(482, 640, 36, 92, 8), (lighter(STEEL, 0.4), darker(STEEL, 0.35)), across=True)
    w, top = seed.between("w", 102, 126), seed.between("top", 84, 120)
    yoke = smooth(
        [
            (500 - w - 36, 400),
            (500 - w - 34, 560),
            (500 - 80, 640),
            (500 + 80, 640),
            (500 + w + 34, 560),
            (500 + w + 36, 400),
        ]
    )
    canvas.cord(yoke, 26, darker(body, 0.2))
    stops = (darker(body, 0.3), lighter(body, 0.3), body, darker(body, 0.4))
    canvas.blend(rectangle(500 - w, top, 2 * w, 500, w * seed.between("round", 0.45, 1)), stops, across=True)
    _mesh(canvas, rectangle(500 - w + 8, top + 8, 2 * w - 16, 240, w * 0.8), (148, 152, 160))
    canvas.panel(500 - w, top + 256, 2 * w, 12, 0, subject.accent if seed.chance("ring", 0.6) else STEEL)
    for side in (-1, 1):
        canvas.disc(500 + side * (w + 36), 400, 30, darker(STEEL, 0.25))
        canvas.disc(500 + side * (w + 36), 400, 22, lighter(STEEL, 0.3))
    canvas.text(500, top + 316, subject.mark, 36, readable_on(body, 0.75))
    canvas.disc(500, top + 400, 36, darker(body, 0.45))
    canvas.disc(500, top + 398, 30, lighter(STEEL, 0.2))
    canvas.line([(500, top + 396), (512, top + 376)], 6, INK)


def draw_wireless_microphone(canvas: Canvas, subject: Subject) -> None:
    """Two clip-on transmitters beside their receiver, or a hand-held pair."""
    if subject.says("handheld", "karaoke", "vocal", "uhf", "blx", "dynamic", "stage"):
        _handheld_pair(canvas, subject)
    else:
        _clip_on_set(canvas, subject)


def _handheld_pair(canvas: Canvas, subject: Subject) -> None:
    seed = subject.seed
    body = subject.body if subject.colour else (44, 46, 52)
    canvas.slab(
        rectangle(290, 620, 420, 120, 16),
        (0, -20),
        (lighter(body, 0.1), darker(body, 0.15)),
        lighter(body, 0.25),
    )
    canvas.panel(430, 644, 140, 60, 8, (12, 30, 38))
    canvas.text(510, 674, f"{seed.whole('channel', 512, 698)}.{seed.whole('step', 1, 9)}", 36, (120, 230, 220))
    for x in (380, 404, 596, 620):
        canvas.disc(x, 680, 8, subject.accent)
    for x, lean in ((440, -10), (560, 10)):
        canvas.line([(x, 604), (x + lean * 4, 420)], 10, (30, 31, 35))
    for x, angle, ring in (
        (350, seed.between("lean", 7, 13), subject.accent),
        (650, -seed.between("lean", 7, 13), lighter(subject.accent, 0.5)),
    ):
        with canvas.within(Frame.placed(x, 110, angle=angle)):
            canvas.blend(
                [(-58, 150), (58, 150), (36, 560), (-36, 560)],
                (darker(body, 0.2), lighter(body, 0.35), darker(body, 0.35)),
                across=True,
            )
            canvas.panel(-34, 548, 68, 34, 14, ring)
            _mesh(canvas, ellipse(0, 76, 84, 92), (168, 172, 180))
            canvas.panel(-86, 84, 172, 20, 8, lighter(STEEL, 0.2))
            canvas.panel(-17, 240, 34, 70, 14, (24, 25, 29))
            canvas.disc(0, 262, 6, ring)
            canvas.text(0, 420, subject.mark, 30, readable_on(body, 0.7), turned=True)


def _clip_on_set(canvas: Canvas, subject: Subject) -> None:
    seed = subject.seed
    body = subject.body if subject.colour else seed.pick("shell", ((40, 42, 47), (60, 64, 72), (232, 232, 229)))
    for x, y, angle in ((150, 300, -seed.between("lean", 6, 14)), (640, 270, seed.between("lean", 6, 14))):
        with canvas.within(Frame.placed(x, y, angle=angle)):
            canvas.disc(100, -22, 60, (72, 68, 66), 46)
            for i in range(14):
                dx = (i - 6.5) * 8.4
                canvas.line(
                    [(100 + dx * 0.8, -30), (100 + dx * 1.25, -76 + abs(dx) * 0.6)],
                    7,
                    (88, 83, 80) if i % 2 else (58, 55, 54),
                )
            canvas.slab(
                rectangle(0, 0, 200, 230, 40),
                (10, 12),
                (lighter(body, 0.25), body, darker(body, 0.15)),
                darker(body, 0.4),
            )
            canvas.panel(40, 22, 120, 10, 5, darker(body, 0.4))
            canvas.text(100, 120, subject.mark, 34 if len(subject.mark) < 8 else 26, readable_on(body, 0.65))
            canvas.disc(100, 186, 9, subject.accent)
    with canvas.within(Frame.placed(386, 400, angle=seed.between("tilt", -5, 5))):
        canvas.blend(rectangle(84, 300, 60, 70, 12), (lighter(STEEL, 0.4), darker(STEEL, 0.2)), across=True)
        canvas.slab(
            rectangle(0, 0, 228, 310, 36),
            (8, 12),
            (lighter(body, 0.2), body, darker(body, 0.18)),
            darker(body, 0.42),
        )
        canvas.panel(20, 28, 188, 150, 16, (12, 13, 16))
        for i in range(2):
            canvas.text(52, 68 + i * 66, str(i + 1), 34, WHITE)
            for j in range(8):
                is_on = j < seed.whole(f"level {i}", 3, 7)
                canvas.panel(76 + j * 15, 54 + i * 66, 10, 28, 3, (96, 214, 130) if is_on else (54, 57, 64))
        canvas.disc(114, 238, 34, darker(body, 0.4))
        canvas.disc(114, 236, 28, mix(body, subject.accent, 0.4))
