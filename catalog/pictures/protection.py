"""What protects: phone cases, screen protectors, laptop bags; and the package shown for anything unknown."""

from .canvas import Canvas
from .colours import INK, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import Frame, arc, ellipse, hull, rectangle, shifted, smooth
from .subject import Subject


def draw_phone_case(canvas: Canvas, subject: Subject) -> None:
    """The outside of a case with its camera opening, before its lined inside."""
    seed, body = subject.seed, subject.body
    radius = seed.between("corner", 46, 66)
    with canvas.within(Frame.placed(524, 80, angle=seed.between("tilt", 6, 13))):
        canvas.slab(rectangle(0, 0, 340, 680, radius), (7, 7), (lighter(body, 0.1), body), darker(body, 0.4))
        lining = mix(body, INK, 0.3)
        canvas.blend(rectangle(15, 15, 310, 650, radius - 12), (darker(lining, 0.35), lining, lighter(lining, 0.12)))
        _opening(canvas, subject, 200, (196, 200, 208))
    with canvas.within(Frame.placed(142, 92, angle=-seed.between("lean", 3, 9))):
        canvas.panel(-7, 180, 14, 74, 6, darker(body, 0.25))
        canvas.slab(
            rectangle(0, 0, 346, 686, radius),
            (9, 8),
            (lighter(body, 0.26), body, darker(body, 0.12)),
            darker(body, 0.38),
        )
        canvas.panel(10, 10, 326, 666, radius - 9, mix(body, WHITE, 0.07))
        _case_finish(canvas, subject, body)
        _opening(canvas, subject, 26, (64, 68, 78))
        canvas.text(173, 624, subject.mark, 32, readable_on(body, 0.5))


def _opening(canvas: Canvas, subject: Subject, x: float, ground: Colour) -> None:
    """Where the cameras look out."""
    body = subject.body
    kind = subject.seed.pick("opening", ("square", "tall", "bar"))
    w, h = {"square": (150.0, 150.0), "tall": (96.0, 240.0), "bar": (290.0, 104.0)}[kind]
    left = 28.0 if kind == "bar" else x if x < 100 else 322 - w - 14
    canvas.panel(left - 8, 24, w + 16, h + 16, 40, darker(body, 0.25))
    canvas.panel(left, 32, w, h, 34, ground)
    if x < 100:
        for i in range(2 if kind == "square" else 3):
            px = left + (44 + i * 62 if kind == "square" else 48 + (i * 76 if kind == "bar" else 0))
            py = 32 + (44 + i * 62 if kind == "square" else 50 + (i * 70 if kind == "tall" else 0))
            canvas.disc(px, py, 29, (24, 25, 30))
            canvas.disc(px, py, 17, (42, 48, 66))
            canvas.disc(px - 7, py - 7, 4, (170, 182, 212))


def _case_finish(canvas: Canvas, subject: Subject, body: Colour) -> None:
    finish = (
        "magnet"
        if subject.says("magsafe", "magnetic", "qi2")
        else subject.seed.pick("finish", ("rugged", "plain", "stripe", "magnet"))
    )
    tone = readable_on(body, 0.22)
    if finish == "magnet":
        canvas.line(arc(173, 360, 98, 98, -100, 250, steps=44), 18, tone)
        canvas.line([(173, 488), (173, 540)], 18, tone)
    elif finish == "rugged":
        for i in range(5):
            canvas.line([(40, 330 + i * 58), (173, 380 + i * 58), (306, 330 + i * 58)], 12, darker(body, 0.22))
    elif finish == "stripe":
        for i in range(3):
            canvas.fill(
                [(14, 470 + i * 52), (332, 350 + i * 52), (332, 376 + i * 52), (14, 496 + i * 52)],
                mix(subject.accent, WHITE, 0.22 * i),
            )


def draw_screen_protector(canvas: Canvas, subject: Subject) -> None:
    """A sheet of glass lifting off a telephone, with light on its edge."""
    seed = subject.seed
    with canvas.within(Frame.placed(250, 92, angle=-seed.between("lean", 2, 7))):
        canvas.slab(rectangle(0, 0, 340, 680, 52), (7, 7), ((76, 80, 90), (52, 55, 62)), (30, 32, 37))
        canvas.panel(10, 10, 320, 660, 44, (14, 15, 18))
        canvas.blend(rectangle(20, 20, 300, 640, 36), (mix(subject.accent, INK, 0.82), mix(subject.accent, INK, 0.55)))
        canvas.panel(130, 34, 80, 22, 11, (6, 6, 8))
    with canvas.within(Frame.placed(392, 66, angle=seed.between("tilt", 5, 12))):
        sheet = rectangle(0, 0, 336, 676, 46)
        is_private = subject.says("privacy", "matte", "anti-spy")
        canvas.glaze(shifted(sheet, 6, 8), (60, 84, 110), 0.5)
        canvas.glaze(sheet, (70, 76, 88) if is_private else (214, 234, 244), 0.72 if is_private else 0.62)
        canvas.line([*sheet, sheet[0]], 4, (250, 253, 255))
        canvas.glaze([(70, 20), (170, 20), (30, 420), (22, 250)], WHITE, 0.55)
        canvas.glaze([(220, 20), (260, 20), (40, 640), (24, 590)], WHITE, 0.4)
        canvas.glaze(rectangle(128, 20, 80, 24, 12), (40, 50, 62), 0.75)
        canvas.text(168, 400, "9H", 92, WHITE if is_private else (72, 104, 130))
        canvas.text(168, 470, subject.mark, 32, WHITE if is_private else (72, 104, 130))


def draw_laptop_bag(canvas: Canvas, subject: Subject) -> None:
    """A sleeve, a backpack or a briefcase, as the name says."""
    body = subject.body
    if subject.says("backpack", "rucksack"):
        _backpack(canvas, subject, body)
    elif subject.says("sleeve", "pouch"):
        _sleeve(canvas, subject, body)
    else:
        _briefcase(canvas, subject, body)


def _sleeve(canvas: Canvas, subject: Subject, body: Colour) -> None:
    with canvas.within(Frame.placed(130, 210, angle=subject.seed.between("tilt", -8, 8))):
        canvas.blend(rectangle(36, -70, 650, 300, 16), ((206, 209, 214), (178, 182, 188)))
        canvas.slab(
            rectangle(0, 0, 722, 500, 44),
            (4, 18),
            (lighter(body, 0.2), body, darker(body, 0.15)),
            darker(body, 0.4),
        )
        canvas.line([(24, 34), (698, 34)], 12, darker(body, 0.45))
        canvas.line([(24, 34), (698, 34)], 4, (206, 209, 214))
        canvas.panel(560, 34, 18, 66, 8, (206, 209, 214))
        _stitches(canvas, 26, 476, 696, body)
        canvas.panel(270, 250, 182, 72, 10, subject.accent if subject.seed.chance("label") else darker(body, 0.3))
        canvas.text(361, 286, subject.mark, 34, WHITE)


def _briefcase(canvas: Canvas, subject: Subject, body: Colour) -> None:
    seed = subject.seed
    top, lift = seed.between("top", 250, 310), seed.between("handle", 110, 170)
    pocket, wide = seed.between("pocket", 110, 200), seed.between("wide", 640, 740)
    x = 494 - wide / 2
    canvas.rest_on_floor(500, 764, 360, 20)
    for shift in (0, 22):
        crest = top - lift
        handle = [
            (380 + shift, top + 30),
            (390 + shift, crest + 30),
            (500 + shift / 2, crest),
            (600, crest + 30),
        ]
        canvas.cord(smooth([*handle, (610, top + 30)]), 24, darker(body, 0.2 if shift else 0.4))
    face = (lighter(body, 0.18), body, darker(body, 0.18))
    outline = rectangle(x, top, wide, 750 - top, seed.between("corner", 30, 66))
    canvas.slab(outline, (18, 8), face, darker(body, 0.42))
    canvas.line([(x + 30, top + 42), (x + wide - 30, top + 42)], 14, darker(body, 0.42))
    canvas.line([(x + 30, top + 42), (x + wide - 30, top + 42)], 4, (200, 203, 208))
    y = top + pocket
    flap = rectangle(x + 40, y, wide - 80, 720 - y, 36)
    canvas.slab(flap, (4, 6), (lighter(body, 0.2), darker(body, 0.04)), darker(body, 0.4))
    canvas.line([(x + 64, y + 32), (x + wide - 64, y + 32)], 10, darker(body, 0.4))
    _stitches(canvas, x + 60, 700, x + wide - 60, body)
    canvas.panel(418, y + 122, 152, 64, 10, darker(body, 0.4))
    canvas.text(494, y + 154, subject.mark, 30, lighter(subject.accent, 0.5))
    inset = seed.between("straps", 90, 150)
    for strap in (x + inset, x + wide - inset - 34):
        canvas.panel(strap, top + 14, 34, pocket + 30, 8, darker(body, 0.3))
        canvas.panel(strap - 4, y - 30, 42, 40, 8, (178, 182, 188))


def _backpack(canvas: Canvas, subject: Subject, body: Colour) -> None:
    seed = subject.seed
    half, pocket = seed.between("half", 214, 254), seed.between("pocket", 440, 520)
    canvas.rest_on_floor(500, 786, 260, 18)
    canvas.cord(arc(500, 104, 62, 56, 180, 360), 24, darker(body, 0.35))
    for x in (-1, 1):
        strap = [(170, 190), (half + 54, 300), (half + 48, 560), (half - 20, 700)]
        canvas.cord(smooth([(500 + x * dx, y) for dx, y in strap]), 38, darker(body, 0.35))
    outline = hull(ellipse(500, 270, half - 26, 190) + rectangle(500 - half, 480, 2 * half, 296, 70))
    canvas.slab(outline, (10, 6), (lighter(body, 0.2), body, darker(body, 0.15)), darker(body, 0.4))
    canvas.line(arc(500, 330, half - 52, 200, 190, 350), 10, darker(body, 0.45))
    w = half - 50
    front = rectangle(500 - w, pocket, 2 * w, 732 - pocket, 52)
    canvas.slab(front, (4, 8), (lighter(body, 0.22), darker(body, 0.04)), darker(body, 0.42))
    canvas.line([(528 - w, pocket + 40), (472 + w, pocket + 40)], 9, darker(body, 0.45))
    side = 1 if seed.chance("zip on the right") else -1
    canvas.panel(493 + side * (w - 62), pocket + 36, 14, 52, 6, subject.accent)
    canvas.panel(424, 300, 152, 60, 10, darker(body, 0.35))
    canvas.text(500, 330, subject.mark, 32, lighter(subject.accent, 0.5))
    canvas.text(500, 640, subject.mark.upper(), 24, readable_on(body, 0.3))


def _stitches(canvas: Canvas, left: float, y: float, right: float, body: Colour) -> None:
    for i in range(int((right - left) / 24)):
        canvas.line([(left + i * 24, y), (left + i * 24 + 13, y)], 3, readable_on(body, 0.35))


def draw_package(canvas: Canvas, subject: Subject) -> None:
    """A neat retail box, for a category that has no drawing of its own yet."""
    seed, body = subject.seed, subject.body
    lean = seed.between("lean", 80, 130)
    x, y, w, h = 230.0, 250.0, 440.0, seed.between("tall", 430, 500)
    canvas.rest_on_floor(500, y + h + 4, 320, 24)
    canvas.blend(
        [(x, y), (x + lean, y - 78), (x + w + lean, y - 78), (x + w, y)],
        (lighter(body, 0.3), lighter(body, 0.15)),
    )
    side = [(x + w, y), (x + w + lean, y - 78), (x + w + lean, y + h - 78), (x + w, y + h)]
    canvas.blend(side, (darker(body, 0.2), darker(body, 0.4)))
    canvas.blend(rectangle(x, y, w, h), (lighter(body, 0.12), darker(body, 0.08)))
    canvas.panel(x, y + h * 0.66, w, h * 0.34, 0, subject.accent)
    canvas.disc(x + w / 2, y + h * 0.36, 92, mix(body, WHITE, 0.3))
    canvas.text(
        x + w / 2,
        y + h * 0.36,
        (subject.mark or "?")[0].upper(),
        110,
        readable_on(mix(body, WHITE, 0.3), 0.8),
    )
    canvas.text(x + w / 2, y + h * 0.8, subject.mark, 44, readable_on(subject.accent, 0.95))
