"""Loudspeakers: portable, party, smart, soundbars and desktop pairs."""

from .canvas import Canvas
from .colours import BLACK, INK, STEEL, WHITE, Colour, darker, from_hue, hue_of, lighter, mix, readable_on
from .geometry import Frame, arc, ellipse, hull, rectangle, smooth
from .subject import Subject


def cone(canvas: Canvas, cx: float, cy: float, r: float, tone: Colour, ring: Colour) -> None:
    """A driver: surround, cone and dust cap."""
    canvas.disc(cx, cy, r, ring)
    canvas.disc(cx, cy, r * 0.92, (20, 21, 25))
    canvas.blend(ellipse(cx, cy, r * 0.82), (darker(tone, 0.55), darker(tone, 0.1)))
    canvas.disc(cx, cy, r * 0.66, darker(tone, 0.42))
    canvas.blend(ellipse(cx, cy, r * 0.62), (darker(tone, 0.4), lighter(tone, 0.1)))
    canvas.blend(ellipse(cx, cy, r * 0.27), (lighter(tone, 0.4), darker(tone, 0.35)))


def _weave(canvas: Canvas, x: float, y: float, w: float, h: float, tone: Colour) -> None:
    """Dots that read as fabric or a steel grille."""
    pitch = 17
    for row in range(int(h / pitch)):
        for column in range(int(w / pitch)):
            px, py = x + column * pitch + (pitch / 2 if row % 2 else 0), y + row * pitch
            canvas.fill([(px, py), (px + 5, py), (px + 5, py + 5), (px, py + 5)], tone)


def draw_portable_speaker(canvas: Canvas, subject: Subject) -> None:
    """A lying cylinder, a small upright can or a rounded block."""
    seed = subject.seed
    kind = (
        "cylinder"
        if subject.says("flip", "charge", "pulse")
        else "block"
        if subject.says(" go ", "go 4", "clip", "stockwell", "emberton")
        else seed.pick("kind", ("cylinder", "can", "block"))
    )
    canvas.rest_on_floor(500, 706, 310, 26)
    {"cylinder": _cylinder, "can": _can, "block": _block}[kind](canvas, subject)


def _cylinder(canvas: Canvas, subject: Subject) -> None:
    seed, body = subject.seed, subject.body
    r = seed.between("r", 128, 152)
    with canvas.within(Frame.placed(500, 520, angle=seed.between("tilt", -14, -4))):
        canvas.blend(
            hull(ellipse(-270, 0, 56, r) + ellipse(260, 0, 56, r)),
            (lighter(body, 0.2), lighter(body, 0.1), body, darker(body, 0.45)),
        )
        _weave(canvas, -250, -r + 30, 480, 2 * r - 60, darker(body, 0.22))
        canvas.panel(-120, -54, 240, 108, 20, darker(body, 0.2))
        canvas.text(0, 0, subject.mark.upper(), 62, WHITE if sum(body) < 520 else INK)
        canvas.disc(272, 0, 60, darker(body, 0.4), r + 4)
        canvas.blend(ellipse(280, 0, 46, r - 22), (lighter(STEEL, 0.2), darker(STEEL, 0.4)))
        canvas.disc(284, 0, 26, subject.accent, r * 0.46)
        canvas.panel(-276, -r - 2, 20, 2 * r + 4, 10, darker(body, 0.35))
        canvas.cord(smooth([(-266, -r), (-330, -r - 60), (-240, -r - 70), (-230, -r + 4)]), 12, subject.accent)


def _can(canvas: Canvas, subject: Subject) -> None:
    seed, body = subject.seed, subject.body
    w, top = seed.between("w", 150, 180), seed.between("top", 210, 260)
    stops = (darker(body, 0.3), lighter(body, 0.2), body, darker(body, 0.4))
    canvas.blend(hull(ellipse(500, top, w, 46) + ellipse(500, 660, w, 46)), stops, across=True)
    _weave(canvas, 500 - w + 14, top + 66, 2 * w - 34, 500 - top + 70, darker(body, 0.25))
    canvas.disc(500, top, w, lighter(body, 0.16), 46)
    canvas.disc(500, top, w - 20, darker(body, 0.35), 36)
    for i, sign in enumerate("-+"):
        canvas.text(460 + i * 80, top, sign, 44, WHITE)
    canvas.line(arc(500, 650, w - 1, 46, 0, 180), 12, subject.accent)
    canvas.panel(500 - w * 0.6, 470, w * 1.2, 64, 14, darker(body, 0.35))
    canvas.text(500, 502, subject.mark.upper(), 38, WHITE)
    canvas.cord(
        smooth(
            [
                (500 + w - 6, top + 40),
                (500 + w + 90, top + 110),
                (500 + w + 40, top + 210),
                (500 + w - 4, top + 170),
            ]
        ),
        14,
        darker(body, 0.3),
    )


def _block(canvas: Canvas, subject: Subject) -> None:
    seed, body = subject.seed, subject.body
    w, h = seed.between("w", 540, 620), seed.between("h", 320, 370)
    x, y = 490 - w / 2, 690 - h
    canvas.slab(
        rectangle(x, y, w, h, 52),
        (22, -24),
        (lighter(body, 0.15), body, darker(body, 0.25)),
        darker(body, 0.3),
    )
    canvas.panel(x + 22, y + 22, w - 44, h - 44, 38, darker(body, 0.22))
    _weave(canvas, x + 40, y + 40, w - 84, h - 76, lighter(body, 0.1))
    canvas.text(490, 690 - h / 2, subject.mark, 92, mix(WHITE, (236, 212, 150), seed.fraction("gilt")))
    canvas.panel(x + w - 12, y + h * 0.3, 44, 20, 8, subject.accent)
    canvas.cord(
        smooth([(x + w + 14, y + 40), (x + w + 90, y + 110), (x + w + 50, y + 220), (x + w + 16, y + 150)]),
        16,
        darker(body, 0.35),
    )


def draw_party_speaker(canvas: Canvas, subject: Subject) -> None:
    """A tall cabinet with a handle, two lit drivers and a control panel."""
    seed = subject.seed
    body = subject.body if subject.colour else (36, 38, 43)
    w, top = seed.between("w", 330, 410), 110.0
    x = 500 - w / 2
    canvas.rest_on_floor(510, 790, w * 0.62, 22)
    canvas.cord(
        smooth([(x + 70, top + 30), (x + 80, top - 44), (x + w - 80, top - 44), (x + w - 70, top + 30)]),
        32,
        darker(body, 0.2),
    )
    canvas.slab(
        rectangle(x, top, w, 670, 40),
        (34, -14),
        (lighter(body, 0.16), body, darker(body, 0.2)),
        darker(body, 0.4),
    )
    canvas.panel(x + 18, top + 18, w - 36, 92, 20, (20, 21, 25))
    canvas.text(500, top + 64, subject.mark, 44, WHITE)
    start = hue_of(subject.accent)
    r = w * seed.between("driver", 0.34, 0.38)
    single = seed.chance("single", 0.3)
    for i, cy in enumerate((top + 290, top + 520) if not single else (top + 480,)):
        size = min(r, 112) if not single else r
        if single:
            cone(canvas, 500, top + 220, w * 0.15, (70, 72, 78), STEEL)
        for step in range(12):
            tint = from_hue(start + step / 12 * seed.pick("rainbow", (0.15, 0.5, 1.0)) + i * 0.3, 0.58, 0.9)
            canvas.line(arc(500, cy, size + 7, size + 7, step * 30, step * 30 + 30, steps=6), 13, tint)
        cone(canvas, 500, cy, size, (66, 68, 74), (30, 31, 35))
    for side in (x + 10, x + w - 18):
        canvas.blend(
            rectangle(side, top + 150, 8, 460, 4),
            (from_hue(start, 0.6, 0.9), from_hue(start + 0.25, 0.6, 0.9)),
        )
    canvas.panel(x + 30, 756, 60, 26, 8, BLACK)
    canvas.panel(x + w - 90, 756, 60, 26, 8, BLACK)


def _smart_display(canvas: Canvas, subject: Subject) -> None:
    seed, body = subject.seed, subject.body
    canvas.fill([(420, 560), (580, 560), (660, 730), (340, 730)], darker(body, 0.3))
    canvas.slab(rectangle(180, 190, 640, 430, 36), (8, 10), (lighter(body, 0.2),), darker(body, 0.3))
    canvas.panel(196, 206, 608, 398, 24, (16, 17, 20))
    canvas.blend(rectangle(216, 226, 568, 358, 12), (mix(subject.accent, INK, 0.55), lighter(subject.accent, 0.35)))
    canvas.text(370, 330, f"{seed.whole('hour', 7, 19)}:{seed.whole('minute', 10, 59)}", 110, WHITE)
    canvas.text(350, 410, f"Nairobi  {seed.whole('warmth', 19, 28)}°", 40, WHITE)
    canvas.disc(690, 320, 44, (255, 214, 120))


def draw_smart_speaker(canvas: Canvas, subject: Subject) -> None:
    """A fabric ball, puck or column with a ring of light; with a screen when the name says so."""
    seed, body = subject.seed, subject.body
    canvas.rest_on_floor(500, 736, 230, 26)
    if subject.says("show", "hub", "display"):
        _smart_display(canvas, subject)
        return
    kind = (
        "ball"
        if subject.says("dot", "homepod")
        else "puck"
        if subject.says("nest mini", "pop")
        else seed.pick("kind", ("ball", "column", "puck"))
    )
    rx, ry, cy = {"ball": (232.0, 226.0, 500.0), "column": (180.0, 50.0, 0.0), "puck": (270.0, 150.0, 580.0)}[kind]
    stops = (darker(body, 0.25), lighter(body, 0.2), body, darker(body, 0.35))
    if kind == "column":
        canvas.blend(hull(ellipse(500, 230, rx, ry) + ellipse(500, 680, rx, ry)), stops, across=True)
        _weave(canvas, 336, 300, 320, 370, darker(body, 0.2))
        canvas.disc(500, 230, rx, subject.accent, ry)
        canvas.disc(500, 228, rx - 14, darker(body, 0.2), ry - 8)
    else:
        outline = ellipse(500, cy, rx, ry) if kind == "ball" else rectangle(500 - rx, cy - ry, 2 * rx, 2 * ry, 130)
        canvas.blend(outline, (lighter(body, 0.3), body, darker(body, 0.35)))
        for row in range(int(2 * ry / 24)):
            level = cy - ry + 30 + row * 24
            reach = rx * max(1 - ((level - cy) / ry) ** 2, 0) ** 0.5 - 26
            if reach > 60:
                _weave(canvas, 500 - reach, level, 2 * reach, 18, darker(body, 0.18))
        canvas.disc(500, cy - ry * 0.7, rx * 0.55, lighter(subject.accent, 0.2), ry * 0.2)
        canvas.disc(500, cy - ry * 0.7, rx * 0.52, darker(body, 0.1), ry * 0.175)
    for i in range(4):
        canvas.disc(440 + i * 40, 230 if kind == "column" else cy - ry * 0.7, 8, lighter(subject.accent, 0.6), 5)
    canvas.text(500, 690 if kind != "ball" else 660, subject.mark, 32, readable_on(body, 0.6))


def draw_soundbar(canvas: Canvas, subject: Subject) -> None:
    """A long bar beneath the edge of a television, with its subwoofer when the name has one."""
    seed = subject.seed
    body = subject.body if subject.colour else seed.pick("bar", ((36, 38, 43), (58, 61, 68)))
    with_sub = subject.says("sub", "2.1", "3.1", "5.1", "woofer") or seed.chance("sub", 0.4)
    if with_sub:
        x = seed.pick("sub x", (110.0, 640.0))
        canvas.slab(
            rectangle(x, 190, 250, 400, 22),
            (28, -16),
            (lighter(body, 0.14), darker(body, 0.15)),
            darker(body, 0.45),
        )
        cone(canvas, x + 125, 470, 86, (66, 68, 74), (22, 23, 27))
        canvas.text(x + 125, 250, subject.mark, 30, readable_on(body, 0.6))
    tv = 430.0 if with_sub and seed.pick("sub x", (110.0, 640.0)) < 200 else 90.0
    wide = 480.0 if with_sub else 820.0
    canvas.panel(tv, 160, wide, 400, 14, (22, 23, 27))
    canvas.blend(
        rectangle(tv + 10, 170, wide - 20, 376, 8),
        (mix(subject.accent, INK, 0.7), mix(subject.accent, INK, 0.25), lighter(subject.accent, 0.4)),
    )
    canvas.disc(tv + wide * 0.66, 330, 58, lighter(subject.accent, 0.6))
    ridge = smooth([(tv + 10, 500), (tv + wide * 0.3, 420), (tv + wide * 0.6, 480), (tv + wide - 10, 430)])
    canvas.fill(
        [*ridge, (tv + wide - 10, 546), (tv + 10, 546)],
        mix(subject.accent, INK, 0.5),
    )
    canvas.panel(tv + wide / 2 - 90, 556, 180, 50, 6, (34, 36, 40))
    canvas.rest_on_floor(500, 740, 440, 18)
    h = seed.between("h", 100, 128)
    y = 734 - h
    canvas.slab(
        rectangle(60, y, 880, h, seed.between("corner", 18, 50)),
        (0, -22),
        (lighter(body, 0.16), body, darker(body, 0.25)),
        lighter(body, 0.22),
    )
    canvas.panel(84, y + 14, 832, h - 28, 20, darker(body, 0.3))
    _weave(canvas, 100, y + 22, 800, h - 36, lighter(body, 0.05))
    canvas.panel(414, y + h / 2 - 24, 172, 48, 10, darker(body, 0.4))
    canvas.text(500, y + h / 2, subject.mark, 34, (222, 224, 229))
    for i in range(4):
        canvas.disc(828 + i * 20, y + h / 2, 5, subject.accent if i == 0 else darker(STEEL, 0.3))


def draw_desktop_speakers(canvas: Canvas, subject: Subject) -> None:
    """A pair of two-way boxes, turned towards the listener."""
    seed, body = subject.seed, subject.body
    w, h = seed.between("w", 248, 288), seed.between("h", 440, 520)
    woofer = seed.pick("woofer", ((66, 68, 74), (196, 168, 84), (150, 154, 162)))
    for side in (-1, 1):
        cx, y = 500 + side * 212, 750 - h
        x = cx - w / 2
        canvas.rest_on_floor(cx, 752, w * 0.62, 20)
        canvas.slab(
            rectangle(x, y, w, h, 18),
            (-side * 44, -20),
            (lighter(body, 0.14), body, darker(body, 0.2)),
            darker(body, 0.38),
        )
        canvas.panel(x + 12, y + 12, w - 24, h - 24, 12, darker(body, 0.14))
        cone(canvas, cx, y + h * 0.24, w * 0.19, mix(woofer, INK, 0.3), lighter(body, 0.12))
        cone(canvas, cx, y + h * 0.6, w * 0.38, woofer, lighter(body, 0.15))
        canvas.text(cx, y + h * 0.91, subject.mark, 28, readable_on(body, 0.65))
        if side > 0:
            canvas.disc(x + w - 40, y + h * 0.9, 16, STEEL)
            canvas.disc(x + 36, y + h * 0.9, 6, subject.accent)
