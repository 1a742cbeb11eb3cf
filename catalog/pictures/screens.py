"""What a lit display shows: wallpapers, a lock screen's clock, a desktop with windows."""

from .canvas import Canvas
from .colours import BLACK, WHITE, Colour, from_hue, mix
from .geometry import ellipse, rectangle, smooth
from .subject import Subject


def wallpaper(canvas: Canvas, subject: Subject, box: tuple[float, float, float, float], radius: float) -> None:
    """A vivid gradient with seeded hills, discs or ribbons, kept inside the box."""
    x, y, w, h = box
    seed = subject.seed
    hue = seed.between("wallpaper hue", 0.48, 1.04)
    far = hue + seed.pick("wallpaper step", (0.08, 0.14, -0.12, 0.3))
    top, bottom = from_hue(hue, 0.3, 0.6), from_hue(far, 0.66, 0.75)
    canvas.blend(rectangle(x, y, w, h, radius), (top, mix(top, bottom, 0.55), bottom))
    motif = seed.pick("wallpaper motif", ("hills", "discs", "ribbons"))
    if motif == "hills":
        _hills(canvas, subject, box, radius, from_hue(far, 0.36, 0.6))
    elif motif == "discs":
        r = min(w, h) * seed.between("disc", 0.2, 0.34)
        cx, cy = x + w * seed.between("disc x", 0.42, 0.58), y + h * seed.between("disc y", 0.5, 0.62)
        canvas.fill(ellipse(cx, cy, r), from_hue(far + 0.06, 0.7, 0.8))
        canvas.fill(ellipse(cx - r * 0.22, cy - r * 0.2, r * 0.62), from_hue(far + 0.1, 0.8, 0.85))
    else:
        for i in range(3):
            level = y + h * (0.5 + 0.1 * i)
            band = smooth(
                [(x, level), (x + w * 0.3, level - h * 0.09), (x + w * 0.7, level + h * 0.07), (x + w, level)]
            )
            below = [(px, py + h * 0.06) for px, py in reversed(band)]
            canvas.fill(band + below, from_hue(far + 0.05 * i, 0.58 + 0.07 * i, 0.75))


def _hills(
    canvas: Canvas, subject: Subject, box: tuple[float, float, float, float], radius: float, colour: Colour
) -> None:
    x, y, w, h = box
    canvas.disc(x + w * 0.68, y + h * 0.42, min(w, h) * 0.12, mix(colour, WHITE, 0.75))
    for i in range(3):
        level = y + h * (0.62 + 0.11 * i)
        lift = h * subject.seed.between(f"hill {i}", 0.03, 0.12)
        ridge = smooth(
            [
                (x, level),
                (x + w * 0.28, level - lift),
                (x + w * 0.64, level + lift * 0.5),
                (x + w, level - lift),
            ]
        )
        r = min(radius, w / 2)
        foot = [(x + w, y + h - r), (x + w - r * 0.3, y + h - r * 0.3), (x + w - r, y + h)]
        foot += [(x + r, y + h), (x + r * 0.3, y + h - r * 0.3), (x, y + h - r)]
        canvas.fill(ridge + foot, mix(colour, BLACK, 0.16 * i))


def lock_screen(canvas: Canvas, subject: Subject, box: tuple[float, float, float, float]) -> None:
    """A clock, a date and the dock of a telephone, over its wallpaper."""
    x, y, w, h = box
    hour, minute = subject.seed.whole("hour", 7, 19), subject.seed.whole("minute", 0, 59)
    canvas.text(x + w / 2, y + h * 0.2, f"{hour}:{minute:02}", w * 0.27, WHITE)
    day = subject.seed.pick(
        "day", ("Mon 3 March", "Tue 10 June", "Wed 6 August", "Thu 20 Nov", "Fri 12 Dec", "Sat 9 May")
    )
    canvas.text(x + w / 2, y + h * 0.125, day, w * 0.07, mix(WHITE, BLACK, 0.06))
    size = w * 0.15
    for i in range(4):
        left = x + w * 0.095 + i * w * 0.22
        shade = from_hue(subject.seed.fraction(f"app {i}"), 0.6, 0.6)
        canvas.panel(left, y + h * 0.875, size, size, size * 0.28, mix(shade, WHITE, 0.2))
        canvas.disc(left + size / 2, y + h * 0.875 + size / 2, size * 0.22, mix(shade, WHITE, 0.85))
    canvas.panel(x + w * 0.34, y + h * 0.977, w * 0.32, h * 0.006, 4, WHITE)


def desktop(canvas: Canvas, subject: Subject, box: tuple[float, float, float, float]) -> None:
    """A computer's desktop: a bar, one or two windows and a dock."""
    x, y, w, h = box
    wallpaper(canvas, subject, box, 4)
    if subject.seed.chance("windows", 0.6):
        left, top = x + w * subject.seed.between("window", 0.1, 0.3), y + h * 0.16
        paper = subject.seed.pick("window paper", ((250, 250, 252), (34, 37, 44)))
        canvas.panel(left, top, w * 0.5, h * 0.56, 8, paper)
        for i in range(3):
            canvas.disc(left + 16 + i * 16, top + 15, 5, ((236, 106, 94), (245, 191, 79), (98, 197, 85))[i])
        for i in range(6):
            length = w * subject.seed.between(f"row {i}", 0.16, 0.42)
            tone = mix(paper, subject.accent if i == 1 else (128, 132, 140), 0.7 if i == 1 else 0.4)
            canvas.panel(left + 18, top + 40 + i * h * 0.07, length, h * 0.028, 4, tone)
    canvas.panel(x + w * 0.27, y + h * 0.885, w * 0.46, h * 0.085, 9, (226, 229, 238))
    for i in range(8):
        canvas.panel(
            x + w * 0.287 + i * w * 0.054,
            y + h * 0.9,
            w * 0.04,
            h * 0.055,
            5,
            from_hue(i / 8 + 0.03, 0.58, 0.65),
        )
