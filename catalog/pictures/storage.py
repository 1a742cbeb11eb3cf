"""USB hubs, docking stations, memory cards, flash drives and portable drives."""

from .canvas import Canvas
from .colours import GOLD, INK, STEEL, WHITE, Colour, darker, lighter, mix, readable_on
from .geometry import Frame, Outline, arc, rectangle, smooth
from .plugs import METAL, card_slot, hdmi_port, jack_port, plug_at, rj45_port, usb_a_port, usb_c, usb_c_port
from .subject import Subject

METALS: tuple[Colour, ...] = ((186, 190, 196), (88, 92, 100), (50, 53, 59), (142, 148, 156))


def _metal(subject: Subject) -> Colour:
    return subject.body if subject.colour else subject.seed.pick("metal", METALS)


def draw_usb_hub(canvas: Canvas, subject: Subject) -> None:
    """A flat bar with a row of sockets and a short lead."""
    seed, body = subject.seed, _metal(subject)
    route = smooth([(250, 470), (140, 420), (120, 280), (200, 170), (300, 176)])
    canvas.cord(route, 24, darker(body, 0.25))
    plug_at(canvas, usb_c, route[-1], seed.between("plug", 84, 98), body, 1.1)
    count = (
        7
        if subject.says("7-in", "8-in", "9-in", "7 in")
        else 6
        if subject.says("6-in", "5-in")
        else seed.whole("ports", 4, 5)
    )
    wide, deep = 640.0, seed.between("deep", 150, 190)
    with canvas.within(Frame.placed(222, 392, angle=seed.between("tilt", 3, 11))):
        canvas.slab(rectangle(0, 0, wide, deep + 118, 26), (0, 10), (darker(body, 0.25),), darker(body, 0.5))
        canvas.blend(rectangle(0, 0, wide, deep, 26), (lighter(body, 0.25), body, lighter(body, 0.1)))
        canvas.panel(0, deep - 22, wide, 24, 0, lighter(body, 0.1))
        canvas.panel(0, deep, wide, 3, 0, lighter(body, 0.5))
        canvas.text(wide * 0.5, deep * 0.48, subject.mark, 46, readable_on(body, 0.55))
        canvas.disc(wide - 40, deep * 0.46, 7, subject.accent)
        start = seed.whole("first port", 0, 3)
        for i in range(count):
            _hub_port(canvas, (start + i * 2 if count < 6 else i) % 7, wide * (i + 0.5) / count, deep + 58, subject)


def _hub_port(canvas: Canvas, kind: int, cx: float, cy: float, subject: Subject) -> None:
    if not subject.says("-in-1", " in 1") and kind not in (2, 5):
        usb_a_port(canvas, cx, cy, 1.2)
    elif kind in (0, 2):
        usb_c_port(canvas, cx, cy, 1.1)
    elif kind in (1, 4):
        usb_a_port(canvas, cx, cy, 1.05)
    elif kind == 3:
        hdmi_port(canvas, cx, cy, 1.05)
    else:
        card_slot(canvas, cx, cy, 0.9 if kind == 5 else 0.6)


def draw_dock(canvas: Canvas, subject: Subject) -> None:
    """A desktop dock: a deep box whose front carries two rows of sockets."""
    seed, body = subject.seed, _metal(subject)
    canvas.rest_on_floor(500, 716, 370, 30)
    cord = smooth([(880, 560), (950, 480), (900, 330), (800, 250), (730, 190)])
    canvas.cord(cord, 20, darker(body, 0.4))
    plug_at(canvas, usb_c, cord[-1], -60, darker(body, 0.3), 1.05)
    top = seed.between("top", 316, 370)
    canvas.blend([(190, top), (810, top), (886, 480), (114, 480)], (darker(body, 0.1), lighter(body, 0.24)))
    canvas.text(500, (top + 480) / 2, subject.mark, 52, readable_on(body, 0.45))
    canvas.blend(rectangle(110, 474, 780, 228, 20), (darker(body, 0.25), darker(body, 0.42)))
    canvas.panel(110, 474, 780, 6, 3, lighter(body, 0.5))
    canvas.panel(134, 498, 732, 180, 14, (26, 27, 31))
    order = seed.pick("upper row", ("accuhj", "uccahj", "caauhj"))
    for i, kind in enumerate(order):
        cx = 196 + i * 121
        if kind in "au":
            usb_a_port(canvas, cx, 545, 1.15)
        elif kind == "c":
            usb_c_port(canvas, cx, 545, 1.2)
        elif kind == "h":
            hdmi_port(canvas, cx, 545, 1.15)
        else:
            jack_port(canvas, cx, 545, 1.3)
    for i in range(2 + seed.whole("displays", 0, 1)):
        hdmi_port(canvas, 210 + i * 124, 629, 1.2)
    rj45_port(canvas, 620, 625, 1.05)
    card_slot(canvas, 762, 628, 1.15)
    canvas.disc(842, 516, 6, subject.accent)


def draw_memory_card(canvas: Canvas, subject: Subject) -> None:
    """A microSD card on its SD adapter, or one large SD card."""
    seed = subject.seed
    shade = subject.body if subject.colour else (30, 31, 35)
    label = subject.accent
    if subject.says("micro") or not subject.says(" sd", "sdxc", "sdhc"):
        with canvas.within(Frame.placed(190, 150, angle=-seed.between("adapter tilt", 5, 10), scale=0.94)):
            _sd_card(canvas, subject, (44, 46, 52), mix(label, WHITE, 0.75), "microSD adapter")
        with canvas.within(Frame.placed(560, 280, angle=seed.between("tilt", 6, 14))):
            _micro_sd(canvas, subject, shade, label)
    else:
        with canvas.within(Frame.placed(300, 96, angle=seed.between("tilt", 2, 10), scale=1.12)):
            _sd_card(canvas, subject, shade, label, subject.mark)


def _sd_card(canvas: Canvas, subject: Subject, shade: Colour, label: Colour, title: str) -> None:
    outline: Outline = [(12, 0), (320, 0), (400, 82), (400, 508), (388, 520), (12, 520), (0, 508), (0, 12)]
    canvas.slab(outline, (8, 8), (lighter(shade, 0.2), shade), darker(shade, 0.5))
    canvas.panel(-2, 120, 16, 54, 4, (220, 222, 226))
    canvas.blend(rectangle(36, 112, 330, 372, 14), (lighter(label, 0.15), darker(label, 0.12)))
    for i in range(7):
        canvas.panel(46 + i * 38, 18, 24, 66, 4, darker(shade, 0.45))
    ink = readable_on(label, 0.9)
    canvas.text(200, 176, title, 42 if len(title) < 13 else 34, ink)
    canvas.text(200, 296, _storage_size(subject), 84, ink)
    canvas.text(200, 400, "SDXC   U3   V30", 30, ink)


def _micro_sd(canvas: Canvas, subject: Subject, shade: Colour, label: Colour) -> None:
    outline = [
        (10, 0),
        (210, 0),
        (214, 100),
        (238, 124),
        (238, 164),
        (262, 190),
        (262, 350),
        (252, 360),
        (10, 360),
        (0, 350),
        (0, 10),
    ]
    canvas.fill([(x + 7, y + 7) for x, y in outline], darker(shade, 0.5))
    canvas.blend(outline, (lighter(shade, 0.2), shade))
    canvas.blend(
        [(0, 190), (262, 190), (262, 350), (252, 360), (10, 360), (0, 350)],
        (lighter(label, 0.1), darker(label, 0.12)),
    )
    canvas.text(112, 64, subject.mark, 38, WHITE)
    canvas.text(100, 134, "microSD", 32, mix(WHITE, INK, 0.2))
    canvas.text(131, 268, _storage_size(subject), 62, readable_on(label, 0.95))
    canvas.panel(24, 336, 214, 10, 4, darker(label, 0.35))


def _storage_size(subject: Subject) -> str:
    for word in subject.name.upper().replace("(", " ").replace(",", " ").split():
        if word[-2:] in ("GB", "TB") and word[:-2].isdigit():
            return f"{word[:-2]} {word[-2:]}"
    return subject.mark


def draw_flash_drive(canvas: Canvas, subject: Subject) -> None:
    """A USB stick: swivelling cover, plain bar or a double-ended one."""
    seed, body = subject.seed, _metal(subject)
    kind = "dual" if subject.says("dual", "type-c", "usb-c", "otg") else seed.pick("kind", ("swivel", "bar", "bar"))
    with canvas.within(Frame.placed(505, 440, angle=seed.between("tilt", -52, -24))):
        canvas.blend(rectangle(150, -62, 196, 124, 6), METAL)
        for y in (-36, 12):
            canvas.panel(250, y, 40, 26, 3, darker(STEEL, 0.65))
        if kind == "dual":
            canvas.blend(rectangle(-350, -36, 140, 72, 30), METAL)
            canvas.panel(-348, -22, 12, 44, 6, darker(STEEL, 0.6))
        canvas.slab(
            rectangle(-250, -86, 420, 172, 40),
            (4, 16),
            (lighter(body, 0.3), body, darker(body, 0.14)),
            darker(body, 0.4),
        )
        if kind == "swivel":
            metal = (lighter(STEEL, 0.5), STEEL, lighter(STEEL, 0.3))
            canvas.blend(rectangle(-300, -92, 330, 184, 50), metal)
            canvas.disc(-212, 0, 44, darker(STEEL, 0.25))
            canvas.disc(-212, 0, 34, lighter(STEEL, 0.4))
            canvas.disc(-212, 0, 14, (70, 74, 80))
            canvas.text(-70, 0, subject.mark, 44, INK)
            canvas.text(98, 0, _storage_size(subject), 34, readable_on(body, 0.85))
        else:
            canvas.disc(-200, 0, 20, darker(body, 0.5))
            canvas.disc(-200, 2, 14, lighter(body, 0.5))
            canvas.text(-30, -22, subject.mark, 50, readable_on(body, 0.8))
            canvas.text(-30, 38, _storage_size(subject), 36, readable_on(body, 0.55))
            canvas.panel(148, -86, 10, 172, 0, subject.accent)


def draw_portable_drive(canvas: Canvas, subject: Subject) -> None:
    """A pocket drive and its lead: ribbed or smooth, with a loop when it is made for outdoors."""
    seed = subject.seed
    body = subject.body
    cord = smooth([(500, 660), (700, 770), (860, 690), (850, 500), (800, 350)])
    canvas.cord(cord, 17, (42, 44, 50))
    plug_at(canvas, usb_c, cord[-1], seed.between("plug", -14, 4), (42, 44, 50), 0.95)
    wide = seed.between("wide", 380, 440)
    tall = wide * seed.between("ratio", 1.3, 1.46) if not subject.says("ssd") else wide * 1.1
    with canvas.within(Frame.placed(420 - wide / 2, 430 - tall / 2 - 20, angle=seed.between("tilt", -9, 7))):
        outline = rectangle(0, 0, wide, tall, seed.between("corner", 22, 60))
        canvas.slab(outline, (14, 22), (lighter(body, 0.24), body, darker(body, 0.14)), darker(body, 0.42))
        ink = readable_on(body, 0.65)
        pattern = seed.pick("pattern", ("ribs", "band", "weave"))
        if pattern == "ribs":
            for i in range(9):
                canvas.panel(30, tall * 0.5 + i * tall * 0.045, wide - 60, 9, 4, darker(body, 0.22))
        elif pattern == "band":
            canvas.panel(0, tall * 0.72, wide, 12, 0, subject.accent)
            canvas.panel(30, tall * 0.78, wide - 60, tall * 0.14, 12, darker(body, 0.18))
        else:
            for i in range(7):
                x = 40 + i * (wide - 120) / 6
                canvas.line([(x, tall * 0.9), (x + 40, tall * 0.54)], 8, darker(body, 0.2))
        canvas.text(wide / 2, tall * 0.18, subject.mark, 54, ink)
        canvas.text(wide / 2, tall * 0.34, _storage_size(subject), 40, mix(body, ink, 0.8))
        canvas.disc(wide - 36, 32, 6, lighter(subject.accent, 0.3))
        if subject.says("extreme", "rugged", "outdoor", "armor"):
            canvas.line(arc(wide - 46, 46, 22, 22, 0, 360), 8, GOLD)
