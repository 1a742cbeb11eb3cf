"""Tablets and e-readers."""

from .cameras import frame_of, lens
from .canvas import Canvas
from .colours import BLACK, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import Frame, rectangle
from .screens import wallpaper
from .subject import Subject


def draw_tablet(canvas: Canvas, subject: Subject) -> None:
    """A lit tablet before the back of another; a stylus lies along it when the name speaks of one."""
    seed, body = subject.seed, subject.body
    long, short = 660.0, seed.between("short", 452, 500)
    radius, tilt = seed.between("corner", 26, 40), seed.between("tilt", 3, 8)
    with canvas.within(Frame.placed(280, 92, angle=tilt)):
        _back(canvas, subject, long, short, radius)
    with canvas.within(Frame.placed(78, 262, angle=-tilt * 0.6)):
        rim = frame_of(body)
        canvas.slab(rectangle(0, 0, long, short, radius), (5, 8), (lighter(rim, 0.35),), darker(rim, 0.1))
        canvas.panel(4, 4, long - 8, short - 8, radius - 3, (14, 15, 18))
        bezel = seed.between("bezel", 20, 27)
        box = (bezel, bezel, long - 2 * bezel, short - 2 * bezel)
        wallpaper(canvas, subject, box, 10)
        _home_screen(canvas, subject, box)
        canvas.disc(long / 2, bezel / 2 + 2, 4, (48, 52, 64))
    if subject.says("pro", "pencil", "s pen", "pen ", "ultra", "air", " s1", " s9") or seed.chance("stylus", 0.25):
        with canvas.within(Frame.placed(806, 330, angle=seed.between("stylus tilt", 4, 14))):
            _stylus(canvas, body if subject.says("samsung") else (240, 240, 238))


def _back(canvas: Canvas, subject: Subject, long: float, short: float, radius: float) -> None:
    body = subject.body
    canvas.slab(rectangle(0, 0, long, short, radius), (6, 8), (lighter(body, 0.14), darker(body, 0.1)), frame_of(body))
    if subject.says("samsung", "xiaomi", "redmi", "lenovo", "tecno"):
        lens(canvas, long - 60, 52, 25, body)
        lens(canvas, long - 60, 116, 25, body)
    else:
        canvas.panel(long - 100, 22, 76, 76, 24, darker(body, 0.15))
        lens(canvas, long - 62, 60, 27, body)
    canvas.text(long / 2, 70, subject.mark, 34, readable_on(body, 0.4))


def _home_screen(canvas: Canvas, subject: Subject, box: tuple[float, float, float, float]) -> None:
    x, y, w, h = box
    seed = subject.seed
    canvas.text(x + w * 0.2, y + h * 0.2, f"{seed.whole('hour', 7, 19)}:{seed.whole('minute', 10, 59)}", 74, WHITE)
    for i in range(8):
        shade = mix(subject.accent, WHITE, seed.between(f"tile {i}", 0.1, 0.85))
        canvas.panel(x + w * 0.52 + (i % 4) * 70, y + h * 0.12 + (i // 4) * 78, 52, 52, 15, shade)
    canvas.panel(x + w * 0.06, y + h * 0.36, w * 0.28, h * 0.3, 18, mix(subject.accent, WHITE, 0.82))
    for i in range(3):
        canvas.panel(
            x + w * 0.09,
            y + h * (0.43 + 0.07 * i),
            w * (0.2 - 0.03 * i),
            9,
            4,
            mix(subject.accent, WHITE, 0.3),
        )
    canvas.panel(x + w * 0.29, y + h * 0.86, w * 0.42, h * 0.115, 16, (232, 235, 243))
    for i in range(5):
        shade = mix(subject.accent, BLACK if i % 2 else WHITE, 0.1 + 0.09 * i)
        canvas.panel(x + w * 0.31 + i * w * 0.079, y + h * 0.876, 36, 36, 10, shade)


def _stylus(canvas: Canvas, body: Colour) -> None:
    canvas.fill([(4, 410), (22, 410), (13, 446)], (200, 203, 208))
    canvas.blend(
        rectangle(0, 0, 26, 416, 12),
        (darker(body, 0.05), lighter(body, 0.3), darker(body, 0.22)),
        across=True,
    )
    canvas.panel(8, 60, 10, 70, 5, darker(body, 0.2))


def draw_e_reader(canvas: Canvas, subject: Subject) -> None:
    """A page of print on grey paper, in front of the back of another."""
    seed = subject.seed
    body = subject.body if subject.colour else seed.pick("shell", ((44, 46, 50), (58, 60, 66), (226, 226, 222)))
    tall, radius = seed.between("tall", 640, 690), seed.between("corner", 24, 44)
    with canvas.within(Frame.placed(478, 74, angle=seed.between("tilt", 5, 11))):
        face = (lighter(body, 0.12), darker(body, 0.1))
        canvas.slab(rectangle(0, 0, 420, tall - 30, radius), (8, 7), face, darker(body, 0.3))
        canvas.text(210, tall * 0.46, subject.mark.lower(), 46, readable_on(body, 0.4))
    with canvas.within(Frame.placed(160, 82, angle=-seed.between("lean", 1, 5))):
        shell = rectangle(0, 0, 468, tall, radius)
        canvas.slab(shell, (8, 8), (lighter(body, 0.14), darker(body, 0.05)), darker(body, 0.35))
        canvas.panel(34, 36, 400, tall - 128, 6, darker(body, 0.35))
        canvas.blend(rectangle(38, 40, 392, tall - 136, 4), ((240, 238, 231), (228, 226, 218)))
        _page(canvas, subject, tall - 136)
        canvas.text(234, tall - 44, subject.mark.lower(), 28, readable_on(body, 0.5))


def _page(canvas: Canvas, subject: Subject, height: float) -> None:
    seed = subject.seed
    print_tone = (84, 84, 82)
    canvas.text(234, 66, f"Chapter {seed.whole('chapter', 2, 28)}", 22, (70, 70, 68))
    top = 104.0
    if seed.chance("plate", 0.5):
        canvas.panel(96, 104, 276, 130, 4, (198, 196, 190))
        canvas.disc(300, 146, 22, (226, 224, 218))
        canvas.fill([(96, 234), (176, 150), (236, 210), (280, 176), (372, 234)], (140, 139, 135))
        top = 262
    rows = int((height - top) / 25)
    for i in range(rows):
        last = i % 5 == 4
        length = 332 * (seed.between(f"row {i}", 0.3, 0.8) if last else 1)
        indent = 24 if i % 5 == 0 else 0
        canvas.panel(68 + indent, top + i * 25, length - indent, 7, 3, print_tone)
