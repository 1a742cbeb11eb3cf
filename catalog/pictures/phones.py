"""Smartphones shown back and front, foldables half-open, and telephones with keys."""

from .cameras import cameras_of, frame_of, lens, sheen
from .canvas import Canvas
from .colours import BLACK, INK, WHITE, Colour, darker, is_pale, lighter, mix, readable_on
from .geometry import Frame, Point, arc, ellipse, hull, rectangle, shifted
from .screens import lock_screen, wallpaper
from .subject import Subject

WIDTH, HEIGHT = 336.0, 690.0


def draw_smartphone(canvas: Canvas, subject: Subject) -> None:
    """The back, leaning away, and the front before it."""
    seed = subject.seed
    tilt = seed.between("tilt", 3, 9)
    height = HEIGHT + seed.between("tall", -14, 10)
    radius = 62 if subject.says("apple") else seed.between("corner", 34, 60)
    if subject.says("s24 ultra", "s23 ultra", "s22 ultra", "note"):
        radius = 16
    flipped = seed.chance("back on the right", 0.4)
    back_x, front_x = (545, 150) if flipped else (150, 510)
    with canvas.within(_leaning(back_x, 62, tilt if flipped else -tilt, height)):
        draw_phone_back(canvas, subject, height, radius)
    with canvas.within(_leaning(front_x, 84, -tilt * 0.5 if flipped else tilt * 0.5, height)):
        draw_phone_front(canvas, subject, height, radius)


def _leaning(x: float, y: float, angle: float, height: float) -> Frame:
    """A phone-sized plane turned about its own centre."""
    turned = Frame.placed(0, 0, angle=angle)
    cx, cy = turned.at(WIDTH / 2, height / 2)
    return Frame.placed(x + WIDTH / 2 - cx, y + height / 2 - cy, angle=angle)


def draw_phone_back(canvas: Canvas, subject: Subject, height: float, radius: float) -> None:
    body = subject.body
    shell = rectangle(0, 0, WIDTH, height, radius)
    rim = frame_of(body)
    canvas.panel(-4, 150, 8, 62, 3, rim)
    canvas.slab(shell, (7, 5), (lighter(rim, 0.25),), darker(rim, 0.18))
    canvas.blend(rectangle(5, 5, WIDTH - 10, height - 10, radius - 4), (lighter(body, 0.14), body, darker(body, 0.12)))
    sheen(canvas, WIDTH, height)
    cameras_of(canvas, subject, WIDTH)
    tone = readable_on(body, 0.38)
    if subject.says("apple"):
        _fruit(canvas, WIDTH / 2, height * 0.5, tone)
    elif subject.says("google"):
        canvas.text(WIDTH / 2, height * 0.52, "G", 54, tone)
    else:
        place = subject.seed.pick("logo place", (0.88, 0.84, 0.9))
        canvas.text(WIDTH / 2, height * place, subject.mark.upper(), 27, tone)


def _fruit(canvas: Canvas, cx: float, cy: float, tone: Colour) -> None:
    """A plain round mark with a leaf: a reminder of the maker, not its logo."""
    canvas.fill(hull(ellipse(cx - 9, cy, 18, 21) + ellipse(cx + 9, cy, 18, 21)), tone)
    canvas.fill(arc(cx - 6, cy - 26, 18, 18, -20, 50, steps=8) + arc(cx + 14, cy - 34, 16, 16, 90, 170, steps=8), tone)


def draw_phone_front(canvas: Canvas, subject: Subject, height: float, radius: float) -> None:
    rim = frame_of(subject.body)
    canvas.panel(WIDTH - 2, 170, 9, 70, 3, rim)
    shell = rectangle(0, 0, WIDTH, height, radius)
    canvas.slab(shell, (6, 4), (lighter(rim, 0.35),), darker(rim, 0.15))
    canvas.panel(5, 5, WIDTH - 10, height - 10, radius - 4, (12, 13, 16))
    chin = subject.seed.between("bezel", 13, 16)
    if subject.category == "budget-android-phones":
        chin += 14
    box = (14.0, 14.0, WIDTH - 28, height - 14 - chin)
    wallpaper(canvas, subject, box, max(radius - 12, 6))
    lock_screen(canvas, subject, box)
    _front_camera(canvas, subject)


def _front_camera(canvas: Canvas, subject: Subject) -> None:
    if subject.says("apple") and not subject.says(" se ", "13", "12", "11", "16e"):
        canvas.panel(WIDTH / 2 - 50, 28, 100, 27, 14, BLACK)
    elif subject.says("apple"):
        canvas.panel(WIDTH / 2 - 78, 8, 156, 32, 14, (12, 13, 16))
    elif subject.category == "budget-android-phones" and subject.seed.chance("drop", 0.6):
        canvas.fill(arc(WIDTH / 2, 14, 17, 24, 0, 180), (12, 13, 16))
    else:
        place = 58 if subject.seed.chance("camera left", 0.12) else WIDTH / 2
        canvas.disc(place, 38, 11, BLACK)
        canvas.disc(place - 3, 35, 3, (52, 60, 84))


def draw_foldable(canvas: Canvas, subject: Subject) -> None:
    """A clamshell standing half-open, or a book standing open towards the viewer."""
    if subject.says("flip", "razr", "clamshell"):
        _clamshell(canvas, subject)
    else:
        _book(canvas, subject)


def _book(canvas: Canvas, subject: Subject) -> None:
    """Both inner halves lit, and the closed back of the same phone standing behind."""
    seed, body = subject.seed, subject.body
    with canvas.within(_leaning(590, 70, seed.between("tilt", 5, 9), HEIGHT)):
        draw_phone_back(canvas, subject, HEIGHT - 10, 34)
    depth = seed.between("fold", 34, 62)
    left: list[Point] = [(96, 118 + depth), (388, 118), (388, 770), (96, 770 - depth)]
    right: list[Point] = [(388, 118), (656, 118 + depth * 0.8), (656, 770 - depth * 0.8), (388, 770)]
    rim = frame_of(body)
    for quad, width, side in ((left, 312.0, -9), (right, 290.0, 9)):
        canvas.fill(hull(quad + shifted(quad, side, 5)), lighter(rim, 0.1))
        with canvas.within(Frame.onto(quad, width, 680)):
            canvas.panel(3, 3, width - 6, 674, 18, (12, 13, 16))
    inner = [(106, 130 + depth), (388, 132), (388, 756), (106, 758 - depth)]
    with canvas.within(Frame.onto(inner, 300, 640)):
        wallpaper(canvas, subject, (0, 0, 300, 640), 10)
        lock_screen(canvas, subject, (0, 0, 300, 640))
    other = [(388, 132), (646, 130 + depth * 0.8), (646, 758 - depth * 0.8), (388, 756)]
    with canvas.within(Frame.onto(other, 300, 640)):
        _reading_pane(canvas, subject)
    canvas.glaze([(380, 124), (388, 124), (388, 764), (380, 764)], BLACK, 0.28)
    canvas.glaze([(388, 124), (400, 124), (400, 764), (388, 764)], WHITE, 0.22)
    canvas.rest_on_floor(380, 786, 290)


def _reading_pane(canvas: Canvas, subject: Subject) -> None:
    canvas.blend(rectangle(0, 0, 300, 640, 10), ((247, 248, 252), (226, 231, 241)))
    canvas.panel(20, 24, 260, 150, 16, subject.accent)
    canvas.disc(224, 80, 34, lighter(subject.accent, 0.45))
    for i in range(7):
        length = subject.seed.between(f"line {i}", 130, 250)
        canvas.panel(20, 206 + i * 34, length, 13, 6, (184, 190, 203))
    for i in range(4):
        canvas.panel(20 + (i % 2) * 134, 456 + (i // 2) * 88, 124, 76, 14, mix(subject.accent, WHITE, 0.35 + 0.12 * i))


def _clamshell(canvas: Canvas, subject: Subject) -> None:
    """Standing like a small laptop with its screen bent over the hinge, and closed beside it."""
    body, rim = subject.body, frame_of(subject.body)
    upper: list[Point] = [(142, 110), (478, 110), (486, 470), (134, 470)]
    lower: list[Point] = [(134, 470), (486, 470), (540, 742), (80, 742)]
    canvas.fill(hull(shifted(lower, 0, 16) + lower), darker(rim, 0.1))
    canvas.fill(hull(upper + shifted(upper, 8, -4)), lighter(rim, 0.15))
    for quad in (upper, lower):
        with canvas.within(Frame.onto(quad, 340, 350)):
            canvas.panel(4, 3, 332, 346, 26, (12, 13, 16))
    with canvas.within(Frame.onto([(154, 122), (466, 122), (474, 470), (146, 470)], 312, 350)):
        wallpaper(canvas, subject, (0, 0, 312, 352), 22)
        canvas.text(156, 110, f"{subject.seed.whole('hour', 7, 19)}:{subject.seed.whole('minute', 10, 59)}", 88, WHITE)
        canvas.disc(156, 22, 9, BLACK)
    with canvas.within(Frame.onto([(146, 470), (474, 470), (522, 728), (98, 728)], 312, 350)):
        canvas.blend(rectangle(0, 0, 312, 350, 20), (lighter(subject.accent, 0.55), lighter(subject.accent, 0.8)))
        for i in range(8):
            shade = mix(subject.accent, WHITE, subject.seed.between(f"tile {i}", 0.05, 0.6))
            canvas.panel(26 + (i % 4) * 68, 60 + (i // 4) * 96, 54, 54, 15, shade)
        canvas.panel(96, 300, 120, 8, 4, INK)
    canvas.glaze([(134, 458), (486, 458), (488, 482), (132, 482)], BLACK, 0.25)
    canvas.rest_on_floor(310, 762, 250, 22)
    with canvas.within(Frame.placed(610, 372, angle=subject.seed.between("tilt", 4, 10))):
        canvas.slab(rectangle(0, 0, 290, 330, 40), (8, 12), (lighter(body, 0.15), darker(body, 0.08)), rim)
        canvas.panel(16, 16, 258, 190, 28, (14, 15, 18))
        lens(canvas, 62, 158, 32, body)
        lens(canvas, 138, 158, 32, body)
        canvas.text(160, 78, subject.mark, 34, WHITE)
        canvas.text(145, 272, subject.mark.upper(), 22, readable_on(body, 0.4))


def draw_feature_phone(canvas: Canvas, subject: Subject) -> None:
    """A candy bar with a small screen and twelve keys, and its back behind it."""
    seed = subject.seed
    tall, radius = seed.between("tall", 640, 690), seed.between("corner", 40, 76)
    body = subject.body
    with canvas.within(Frame.placed(540, 110, angle=seed.between("tilt", 8, 15), scale=0.94)):
        rim = frame_of(body)
        canvas.slab(rectangle(0, 0, 290, tall, radius), (10, 8), (lighter(body, 0.1), darker(body, 0.12)), rim)
        canvas.disc(145, 96, 40, darker(body, 0.25))
        lens(canvas, 145, 96, 27, body)
        canvas.disc(206, 96, 9, (250, 240, 210))
        for i in range(5):
            canvas.panel(95, tall - 110 + i * 13, 100, 5, 2, darker(body, 0.35))
        canvas.text(145, tall * 0.5, subject.mark, 46, readable_on(body, 0.5))
    with canvas.within(Frame.placed(215, 88, angle=-seed.between("lean", 1, 6))):
        _keypad_front(canvas, subject, tall, radius)


def _keypad_front(canvas: Canvas, subject: Subject, tall: float, radius: float) -> None:
    body, seed = subject.body, subject.seed
    rim = frame_of(body)
    canvas.slab(rectangle(0, 0, 300, tall, radius), (9, 7), (lighter(body, 0.2), body, darker(body, 0.1)), darker(rim))
    canvas.panel(20, 28, 260, 262, 26, (14, 15, 18))
    canvas.panel(120, 38, 60, 6, 3, (70, 72, 78))
    canvas.text(150, 62, subject.mark, 22, (214, 217, 222))
    wallpaper(canvas, subject, (36, 82, 228, 194), 6)
    canvas.text(150, 122, f"{seed.whole('hour', 7, 19):02}:{seed.whole('minute', 0, 59):02}", 54, WHITE)
    for i in range(4):
        canvas.panel(50 + i * 53, 214, 42, 42, 10, lighter(subject.accent, 0.15 + 0.15 * i))
    key = (
        mix(body, INK, 0.75)
        if seed.chance("dark keys") or (is_pale(body) and seed.chance("contrast"))
        else darker(body, 0.12)
    )
    ink = readable_on(key, 0.9)
    top = 308.0
    for x, tone in ((34, (66, 160, 92)), (212, (204, 66, 60))):
        canvas.panel(x, top, 54, 30, 14, key)
        canvas.panel(x, top + 40, 54, 30, 14, key)
        canvas.panel(x + 14, top + 51, 26, 8, 4, tone)
    canvas.panel(104, top - 2, 92, 76, 26, darker(key, 0.25))
    canvas.panel(110, top + 3, 80, 66, 22, lighter(key, 0.14))
    canvas.panel(130, top + 20, 40, 32, 12, darker(key, 0.1))
    pitch = (tall - top - 84 - 26) / 4
    for i, sign in enumerate("123456789*0#"):
        x, y = 34 + (i % 3) * 81, top + 84 + (i // 3) * pitch
        canvas.panel(x, y + 3, 70, pitch - 11, 17, darker(key, 0.4))
        canvas.panel(x, y, 70, pitch - 11, 17, key)
        canvas.text(x + 35, y + (pitch - 11) / 2, sign, 30, ink)
