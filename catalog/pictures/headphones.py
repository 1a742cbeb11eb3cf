"""Worn on the head or in the ears: headphones, headsets, earbuds, earphones and neckbands."""

from .canvas import Canvas
from .colours import INK, STEEL, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import Frame, Outline, arc, capsule, ellipse, hull, rectangle, shifted, smooth
from .plugs import jack, plug_at, usb_c
from .subject import Subject


def draw_over_ear(canvas: Canvas, subject: Subject) -> None:
    """Large oval cups on a padded band."""
    _headphones(
        canvas,
        subject,
        cup=(subject.seed.between("cup w", 112, 130), subject.seed.between("cup h", 150, 172)),
    )


def draw_on_ear(canvas: Canvas, subject: Subject) -> None:
    """Small round cups on a slim band."""
    r = subject.seed.between("cup", 96, 112)
    _headphones(canvas, subject, cup=(r * 0.94, r))


def draw_gaming_headset(canvas: Canvas, subject: Subject) -> None:
    """Large cups with a lit ring, and a microphone on a boom."""
    _headphones(canvas, subject, cup=(126, subject.seed.between("cup h", 150, 166)), boom=True)


def _headphones(canvas: Canvas, subject: Subject, *, cup: tuple[float, float], boom: bool = False) -> None:
    """Seen from the front, a little turned, so that both cups and the inside of the band show."""
    seed, body = subject.seed, subject.body
    is_large = cup[1] > 130
    spread, rise = seed.between("spread", 232, 262), seed.between("rise", 340, 380)
    with canvas.within(Frame.placed(500, 462, angle=seed.between("tilt", -8, 8))):
        base, thick = 40.0, 46.0 if is_large else 28.0
        band = arc(0, base, spread, rise, 180, 360, steps=44)
        canvas.line(band, thick, darker(body, 0.35))
        canvas.line(shifted(band, 0, -4), thick * 0.78, body)
        canvas.line(
            arc(0, base - 6, spread + thick * 0.18, rise + thick * 0.18, 205, 300, steps=30),
            thick * 0.14,
            lighter(body, 0.45),
        )
        pad = arc(0, base + 26, spread - 14, rise - 8, 222, 318, steps=30)
        canvas.line(pad, thick * 0.9, darker(mix(body, INK, 0.5), 0.1))
        for side in (-1, 1):
            canvas.line([(side * spread, base - 40), (side * (spread + 6), base + 60)], 20, lighter(STEEL, 0.2))
            _cup(canvas, subject, side, side * (spread + 8), base + 90, cup, lit=boom)
        if boom:
            arm = smooth(
                [
                    (-spread - 34, base + 150),
                    (-spread - 20, base + 270),
                    (-spread + 90, base + 300),
                    (-90, base + 262),
                ]
            )
            canvas.cord(arm, 15, (36, 38, 43))
            canvas.fill(capsule((-110, base + 268), (-58, base + 250), 48), (26, 27, 31))
            canvas.line([(-104, base + 266), (-64, base + 252)], 6, subject.accent)


def _cup(
    canvas: Canvas, subject: Subject, side: int, x: float, y: float, cup: tuple[float, float], *, lit: bool
) -> None:
    """One ear cup: cushion inwards, shell outwards."""
    body, (w, h) = subject.body, cup
    cushion = mix(body, INK, 0.62)
    canvas.blend(ellipse(x - side * 46, y, w * 0.62, h), (lighter(cushion, 0.2), cushion, darker(cushion, 0.3)))
    canvas.line(arc(x - side * 50, y, w * 0.46, h * 0.82, 0, 360, steps=40), 4, lighter(cushion, 0.16))
    shell = ellipse(x + side * 10, y, w * 0.74, h * 0.97)
    canvas.fill(hull(ellipse(x - side * 22, y, w * 0.66, h * 0.98) + shell), darker(body, 0.3))
    canvas.blend(shell, (lighter(body, 0.25), body, darker(body, 0.25)))
    inner = (w * 0.5, h * 0.68)
    trim = subject.accent if lit else mix(body, readable_on(body, 1), 0.18)
    style = subject.seed.pick("cup style", ("ring", "plain", "disc"))
    if lit or style == "ring":
        canvas.disc(x + side * 14, y, inner[0], trim, inner[1])
        canvas.disc(x + side * 14, y, inner[0] - 7, darker(body, 0.06), inner[1] - 8)
    elif style == "disc":
        canvas.blend(ellipse(x + side * 14, y, *inner), (darker(body, 0.14), lighter(body, 0.14)))
    canvas.text(
        x + side * 14,
        y,
        subject.mark,
        25 if len(subject.mark) < 8 else 19,
        readable_on(body, 0.6),
        turned=True,
    )
    canvas.glaze(ellipse(x - 8, y - h * 0.58, w * 0.3, h * 0.16), WHITE, 0.2)


def draw_earbuds(canvas: Canvas, subject: Subject) -> None:
    """Two earbuds before their open charging case."""
    seed, body = subject.seed, subject.body
    wide, tall = seed.between("case w", 400, 500), seed.between("case h", 210, 260)
    r = min(seed.between("case r", 70, 130), tall / 2)
    left, top = 500 - wide / 2, 420.0
    canvas.rest_on_floor(500, top + tall + 12, wide * 0.52, 20)
    lid = rectangle(left + 6, 152, wide - 12, 250, r * 0.95)
    canvas.blend(lid, (lighter(body, 0.2), darker(body, 0.1)))
    canvas.blend(rectangle(left + 26, 174, wide - 52, 236, r * 0.8), (darker(body, 0.42), darker(body, 0.2)))
    canvas.panel(left + wide / 2 - 60, 378, 120, 30, 8, darker(STEEL, 0.2))
    canvas.slab(
        rectangle(left, top - 40, wide, tall + 40, r),
        (0, 10),
        (lighter(body, 0.26), body, darker(body, 0.14)),
        darker(body, 0.36),
    )
    canvas.fill(
        hull(ellipse(left + r, top - 6, r - 10, 30) + ellipse(left + wide - r, top - 6, r - 10, 30)),
        darker(body, 0.45),
    )
    has_stems = subject.says("airpods", "freepods", "stem", "buds fe", "buds3", "redmi buds") or seed.chance(
        "stems", 0.5
    )
    gap, lean = wide * seed.between("gap", 0.2, 0.24), seed.between("bud lean", 4, 14)
    for side in (-1, 1):
        with canvas.within(Frame.placed(500 + side * gap, 330, angle=side * lean, mirrored=side > 0, scale=1.2)):
            _bud(canvas, subject, stem=has_stems)
    front = rectangle(left, top + 6, wide, tall - 6, 0)
    face = [(x, y) for x, y in rectangle(left, top - 200, wide, tall + 200, r) if y > top] + [
        front[1],
        front[0],
    ]
    canvas.blend(hull(face), (lighter(body, 0.2), body, darker(body, 0.14)))
    canvas.line([(left + 4, top + 8), (left + wide - 4, top + 8)], 5, lighter(body, 0.5))
    canvas.disc(500, top + 46, 6, lighter(subject.accent, 0.2))
    canvas.text(500, top + tall * 0.56, subject.mark, 40, readable_on(body, 0.45))


def _bud(canvas: Canvas, subject: Subject, *, stem: bool) -> None:
    body = subject.body
    if stem:
        canvas.blend(rectangle(-44, -40, 44, 190, 20), (lighter(body, 0.35), body, darker(body, 0.2)), across=True)
        canvas.panel(-36, 20, 6, 64, 3, darker(body, 0.3))
    else:
        canvas.fill(ellipse(-8, 44, 58, 84), darker(body, 0.2))
    canvas.fill(hull(ellipse(40, -34, 26, 36) + ellipse(14, -36, 44, 40)), darker(body, 0.25))
    canvas.fill(ellipse(64, -34, 28, 40), mix(body, (70, 72, 78), 0.6))
    canvas.fill(ellipse(72, -34, 14, 24), (34, 35, 39))
    canvas.blend(ellipse(-10, -46, 62, 60), (lighter(body, 0.38), body, darker(body, 0.15)))
    canvas.disc(-22, -50, 30, mix(body, readable_on(body, 1), 0.1), 32)
    canvas.disc(-22, -50, 27, lighter(body, 0.08), 29)
    canvas.glaze(ellipse(-34, -74, 16, 10), WHITE, 0.5)


# Where the cord leaves an in-ear capsule, in the capsule's own plane.
CORD_EXIT = (-12.0, 106.0)


def _in_ear(canvas: Canvas, body: Colour) -> None:
    """An in-ear capsule with its silicone tip to the right and its cord downwards."""
    canvas.blend(rectangle(-26, 20, 28, 92, 13), (lighter(body, 0.25), darker(body, 0.25)), across=True)
    canvas.fill(hull(ellipse(20, 0, 40, 38) + ellipse(58, -6, 22, 26)), darker(body, 0.25))
    canvas.fill(
        hull(ellipse(70, -8, 24, 44) + ellipse(96, -12, 12, 24)),
        (226, 228, 232) if sum(body) < 330 else (64, 66, 72),
    )
    canvas.blend(ellipse(-8, 0, 54, 54), (lighter(body, 0.35), body, darker(body, 0.2)))
    canvas.disc(-14, -2, 30, lighter(STEEL, 0.3))
    canvas.disc(-14, -2, 25, darker(body, 0.1))


def draw_wired_earphones(canvas: Canvas, subject: Subject) -> None:
    """Two in-ear capsules, a split cord with a remote, and the plug."""
    seed, body = subject.seed, subject.body
    split = (seed.between("split", 450, 540), 500.0)
    sway, lean = seed.between("sway", 30, 110), seed.between("lean", 4, 20)
    frames = (
        Frame.placed(320, 240, angle=-lean, mirrored=True, scale=1.25),
        Frame.placed(690, 240, angle=lean, scale=1.25),
    )
    left = smooth([frames[0].at(*CORD_EXIT), frames[0].at(-14, 150), (400, 450), split])
    right = smooth([frames[1].at(*CORD_EXIT), frames[1].at(-14, 150), (600, 460), split])
    rest = smooth(
        [
            split,
            (split[0] - 40, 600),
            (split[0] - 160, 690),
            (290, 640),
            (330, 560),
            (520, 620),
            (690, 690 - sway),
            (770, 600),
        ]
    )
    for cord in (left, right, rest):
        canvas.cord(cord, 12, body)
    canvas.fill(capsule(split, (split[0] - 8, 540), 26), darker(body, 0.25))
    x, y = right[14]
    with canvas.within(Frame.placed(x, y, angle=8)):
        canvas.blend(rectangle(-16, -6, 32, 104, 14), (lighter(body, 0.25), darker(body, 0.2)), across=True)
        for i in range(3):
            canvas.panel(-8, 10 + i * 28, 16, 16, 6, darker(body, 0.35))
    for frame in frames:
        with canvas.within(frame):
            _in_ear(canvas, body)
    is_digital = subject.says("usb-c", "type-c")
    plug_at(canvas, usb_c if is_digital else jack, rest[-1], seed.between("plug", 20, 44), body, 0.85)


def draw_neckband(canvas: Canvas, subject: Subject) -> None:
    """A collar with two thick ends, and an earphone on a short cord from each."""
    seed, body = subject.seed, subject.body
    wide = seed.between("wide", 250, 282)
    collar: Outline = arc(500, 400, wide, 290, 150, 390, steps=50)
    for side in (-1, 1):
        lean = side * seed.between("lean", 4, 16)
        frame = Frame.placed(500 + side * 86, 400, angle=lean, mirrored=side < 0, scale=1.05)
        low = [(500 + side * wide * 0.86, 560.0), (500 + side * wide * 0.62, 700.0), (500 + side * 96, 650.0)]
        canvas.cord(smooth([*low, frame.at(*CORD_EXIT)]), 10, (40, 42, 47))
        with canvas.within(frame):
            _in_ear(canvas, body)
    canvas.cord(collar, 26, body)
    for end, start in ((collar[0], collar[9]), (collar[-1], collar[-10])):
        tone = darker(body, 0.12)
        canvas.fill(capsule(start, end, 62), darker(tone, 0.35))
        canvas.fill(capsule(start, end, 54), tone)
        canvas.line(shifted([start, end], -8, -8), 8, lighter(tone, 0.35))
        canvas.disc(*end, 12, subject.accent)
    x, y = collar[4]
    with canvas.within(Frame.placed(x, y, angle=-28)):
        canvas.text(0, 0, subject.mark, 24, readable_on(body, 0.7), turned=True)
