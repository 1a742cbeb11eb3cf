"""Laptops, open and seen from a little above, in true perspective."""

from .canvas import Canvas
from .colours import BLACK, INK, WHITE, Colour, darker, from_hue, hue_of, is_pale, lighter, mix, readable_on
from .geometry import Viewpoint, hull, rectangle, shifted
from .screens import desktop
from .subject import Subject

WIDE, DEEP, TALL = 660.0, 440.0, 412.0


def draw_laptop(canvas: Canvas, subject: Subject) -> None:
    """Lid, lit display, keyboard and touchpad; what surrounds the keys depends on the kind of laptop."""
    seed = subject.seed
    is_gaming = subject.category == "gaming-laptops"
    shell = subject.body if subject.colour else _usual_shell(subject)
    eye = Viewpoint(yaw=seed.between("yaw", -24, 24), pitch=seed.between("pitch", 20, 30), centre=(500, 600))
    half, back = WIDE / 2, -DEEP / 2
    lean = seed.between("lean", 60, 125)
    lid = [(-half, TALL, back - lean), (half, TALL, back - lean), (half, 10, back), (-half, 10, back)]
    shade_x, shade_y = eye.at(0, 0, 110)
    canvas.rest_on_floor(shade_x, shade_y + 26, 345, 64)
    corners = [eye.at(*corner) for corner in lid]
    canvas.fill(hull(corners + shifted(corners, 4 if eye.yaw > 0 else -4, -4)), darker(shell, 0.25))
    with canvas.within(eye.plane(lid, 660, 420)):
        bezel = (16, 17, 20)
        canvas.panel(0, 0, 660, 420, 18, lighter(shell, 0.1))
        canvas.panel(3, 3, 654, 417, 16, bezel)
        side = 12 if subject.category in ("ultrabooks", "macbooks") else 17
        chin = 16 if subject.category in ("ultrabooks", "macbooks") else 30
        desktop(canvas, subject, (side, side, 660 - 2 * side, 420 - side - chin))
        if subject.category == "macbooks" and not subject.says("neo"):
            canvas.panel(296, side - 2, 68, 15, 5, bezel)
        else:
            canvas.disc(330, 8, 3, (60, 66, 80))
        if chin > 20:
            canvas.text(330, 405, subject.mark, 17, (178, 182, 190))
    _base(canvas, subject, eye, shell, glowing=is_gaming)


def _usual_shell(subject: Subject) -> Colour:
    shells: dict[str, tuple[Colour, ...]] = {
        "macbooks": ((204, 206, 210), (60, 61, 65)),
        "gaming-laptops": ((40, 42, 47), (62, 66, 74), (28, 29, 33)),
        "business-laptops": ((44, 46, 51), (142, 147, 154), (70, 74, 82)),
        "chromebooks": ((196, 201, 207), (92, 104, 122), (168, 182, 190)),
    }
    return subject.seed.pick("shell", shells.get(subject.category, ((202, 205, 210), (72, 84, 108), (120, 125, 133))))


def _base(canvas: Canvas, subject: Subject, eye: Viewpoint, shell: Colour, *, glowing: bool) -> None:
    half, back, front = WIDE / 2, -DEEP / 2, DEEP / 2
    top = [(-half, 10.0, back), (half, 10.0, back), (half, 10.0, front), (-half, 10.0, front)]
    thick = 26.0 if glowing else 14.0
    rim = [eye.at(x, 10 - thick, z) for x, _, z in top]
    canvas.fill(hull([eye.at(*corner) for corner in top] + rim), darker(shell, 0.3))
    if glowing:
        canvas.line(
            [eye.at(-half + 20, 1 - thick / 2, front), eye.at(half - 20, 1 - thick / 2, front)],
            5,
            subject.accent,
        )
    with canvas.within(eye.plane(top, 660, 440)):
        canvas.blend(rectangle(0, 0, 660, 440, 16), (darker(shell, 0.12), lighter(shell, 0.1)))
        canvas.panel(40, 2, 580, 9, 4, darker(shell, 0.45))
        _keys(canvas, subject, shell, glowing=glowing)
        wide = 270 if subject.category == "macbooks" else 210 if not glowing else 190
        left = 330 - wide / 2 - (34 if glowing or subject.category == "everyday-laptops" else 0)
        canvas.panel(left - 2, 286, wide + 4, 136, 12, darker(shell, 0.25))
        canvas.panel(left, 288, wide, 132, 10, lighter(shell, 0.07))
        if subject.category == "business-laptops":
            canvas.disc(331, 165, 7, (206, 48, 52))
        if subject.category == "chromebooks":
            canvas.text(590, 404, "chromebook", 19, readable_on(shell, 0.5))
        elif glowing or subject.seed.chance("badge"):
            canvas.panel(572, 372, 58, 38, 4, mix(subject.accent, WHITE, 0.2))
            canvas.panel(580, 380, 42, 6, 2, WHITE)
        canvas.panel(300, 434, 60, 6, 3, darker(shell, 0.3))


def _keys(canvas: Canvas, subject: Subject, shell: Colour, *, glowing: bool) -> None:
    """Five rows of keys and a space bar; coloured from beneath on a gaming laptop."""
    number_pad = glowing or subject.category == "everyday-laptops"
    left, width = (30.0, 600.0) if number_pad else (52.0, 556.0)
    dark = glowing or subject.category in ("macbooks", "business-laptops") or not is_pale(shell)
    key = (26, 27, 31) if dark else lighter(shell, 0.5)
    well = (12, 13, 16) if glowing else darker(shell, 0.2)
    canvas.panel(left - 8, 34, width + 16, 230, 9, well)
    columns = 17 if number_pad else 14
    pitch = width / columns
    start = hue_of(subject.accent)
    spread = subject.seed.pick("rainbow", (0.0, 0.25, 0.8))
    legend = readable_on(key, 0.7)
    for row in range(5):
        for column in range(columns):
            if row == 4 and 3 <= column <= 8:
                continue
            x, y = left + column * pitch, 38 + row * 45
            tint = from_hue(start + spread * column / columns, 0.58, 0.9)
            if glowing:
                canvas.fill(rectangle(x + 1, y, pitch - 2, 42), mix(tint, BLACK, 0.3))
            canvas.fill(rectangle(x + 3, y + 2, pitch - 6, 37), key)
            canvas.fill(rectangle(x + pitch * 0.38, y + 15, pitch * 0.24, 9), tint if glowing else legend)
    bar = rectangle(left + 3 * pitch + 3, 220, 6 * pitch - 6, 37)
    if glowing:
        canvas.fill(rectangle(left + 3 * pitch + 1, 218, 6 * pitch - 2, 42), mix(subject.accent, BLACK, 0.3))
    canvas.fill(bar, key if not glowing else mix(key, INK, 0.4))
