"""What charges: wall and car chargers, wireless pads, power banks."""

from .canvas import Canvas
from .colours import INK, STEEL, WHITE, Colour, darker, is_pale, lighter, mix, readable_on
from .geometry import Frame, arc, ellipse, hull, rectangle, shifted, smooth
from .plugs import plug_at, usb_a_port, usb_c, usb_c_port
from .subject import Subject

BRASS = ((214, 190, 128), (250, 236, 190), (164, 138, 80))
SHELLS: tuple[Colour, ...] = ((244, 244, 242), (40, 42, 47), (236, 237, 240), (56, 60, 70))


def _shell(subject: Subject) -> Colour:
    return subject.body if subject.colour else subject.seed.pick("shell", SHELLS)


def _watts(subject: Subject) -> str:
    """The rating as the name states it, such as 65W."""
    for word in subject.name.replace("(", " ").replace(",", " ").split():
        if word[-1:] in "Ww" and word[:-1].replace(".", "").isdigit():
            return word.upper()
    return ""


def draw_wall_charger(canvas: Canvas, subject: Subject) -> None:
    """A UK (type G) plug-top charger: three rectangular pins above, sockets in the face."""
    seed, body = subject.seed, _shell(subject)
    wide, tall = seed.between("wide", 330, 400), seed.between("tall", 330, 430)
    deep = seed.between("deep", 88, 130)
    with canvas.within(Frame.placed(470 - wide / 2, 330, angle=seed.between("tilt", -6, 3))):
        back = shifted(rectangle(0, 0, wide, tall, 46), deep, -deep * 0.62)
        _type_g_pins(canvas, deep + wide / 2, -deep * 0.62 + 12)
        canvas.fill(hull(back + rectangle(0, 0, wide, tall, 46)), darker(body, 0.14))
        side = [
            (wide - 10, 30),
            (wide + deep - 8, 30 - deep * 0.62),
            (wide + deep - 8, tall - 40 - deep * 0.62),
            (wide - 10, tall - 30),
        ]
        canvas.glaze(side, INK, 0.12)
        face = rectangle(0, 0, wide, tall, 46)
        canvas.blend(face, (lighter(body, 0.3), body, darker(body, 0.05)))
        canvas.panel(22, 22, wide - 44, tall - 44, 30, mix(body, INK, 0.06))
        canvas.blend(rectangle(24, 24, wide - 48, tall - 48, 28), (lighter(body, 0.2), body))
        _charger_ports(canvas, subject, wide, tall)
        canvas.text(wide / 2, tall * 0.2, subject.mark, 36, readable_on(body, 0.65))
        canvas.text(wide / 2, tall - 62, _watts(subject), 40, readable_on(body, 0.5))


def _type_g_pins(canvas: Canvas, cx: float, base: float) -> None:
    """Earth in the middle and tallest, line and neutral lying crosswise. Source: BS 1363."""
    for x, wide, tall in ((cx - 112, 62, 96), (cx + 50, 62, 96), (cx - 17, 38, 140)):
        canvas.blend(rectangle(x, base - tall, wide, tall + 12, 5), BRASS, across=True)
        canvas.panel(x, base - tall * 0.45, wide, tall * 0.5, 0, (30, 31, 34))
        canvas.panel(x + 4, base - tall - 2, wide - 8, 6, 3, (240, 224, 176))


def _charger_ports(canvas: Canvas, subject: Subject, wide: float, tall: float) -> None:
    count = (
        3
        if subject.says("3-port", "100w", "3 port")
        else 2
        if subject.says("dual", "duo", "2-port", "65w", "45w")
        else 1
    )
    for i in range(count):
        cy = tall * 0.5 + (i - (count - 1) / 2) * 58 - 4
        if (i == count - 1 and count > 1) or subject.says("usb-a charger"):
            usb_a_port(
                canvas,
                wide / 2,
                cy,
                1.2,
                subject.seed.pick("tongue", ((44, 98, 190), (232, 236, 240), (232, 128, 48))),
            )
        else:
            usb_c_port(canvas, wide / 2, cy, 1.35)


def draw_car_charger(canvas: Canvas, subject: Subject) -> None:
    """A barrel for the lighter socket, with its spring contacts, tip and lit face."""
    seed, body = subject.seed, _shell(subject)
    stops = (darker(body, 0.25), lighter(body, 0.3), body, darker(body, 0.4))
    with canvas.within(Frame.placed(500, 430, angle=seed.between("tilt", 24, 44))):
        canvas.blend(rectangle(-26, 330, 52, 52, 20), BRASS, across=True)
        canvas.blend(hull(ellipse(0, 320, 72, 20) + ellipse(0, -40, 92, 26)), stops, across=True)
        for x in (-98, 76):
            canvas.blend(rectangle(x, 130, 22, 120, 10), (lighter(STEEL, 0.6), STEEL, darker(STEEL, 0.3)), across=True)
        canvas.fill(arc(0, 290, 76, 20, 0, 180) + arc(0, 270, 78, 20, 180, 0), darker(body, 0.4))
        head = seed.between("head", 120, 140)
        canvas.blend(hull(ellipse(0, -90, head, 44) + ellipse(0, -250, head + 8, 50)), stops, across=True)
        canvas.text(0, -120, subject.mark, 38, readable_on(body, 0.8))
        canvas.disc(0, -250, head + 8, subject.accent, 50)
        canvas.disc(0, -252, head - 2, (26, 27, 31), 44)
        usb_c_port(canvas, -52, -254, 1.15)
        usb_a_port(canvas, 48, -254, 1.05)
        canvas.text(0, -60, _watts(subject), 32, readable_on(body, 0.6))


def draw_wireless_charger(canvas: Canvas, subject: Subject) -> None:
    """A round pad with its lead, or a stand holding pads upright."""
    seed, body = subject.seed, _shell(subject)
    tone = darker(body, 0.08)
    route = smooth([(500, 560), (760, 640), (850, 520), (800, 330), (850, 210)])
    canvas.cord(route, 17, tone)
    plug_at(canvas, usb_c, route[-1], seed.between("plug", 8, 30), body, 0.8)
    if subject.says("stand", "3-in-1", "2-in-1", "3 in 1", "station"):
        _stand(canvas, subject, body)
        return
    r, squash = seed.between("pad", 270, 300), seed.between("squash", 0.62, 0.74)
    cx, cy = 430.0, 480.0
    canvas.fill(hull(ellipse(cx, cy, r, r * squash) + ellipse(cx, cy + 40, r - 6, r * squash - 6)), darker(body, 0.3))
    canvas.disc(cx, cy, r, lighter(STEEL, 0.3), r * squash)
    canvas.blend(ellipse(cx, cy - 2, r - 7, (r - 7) * squash), (lighter(body, 0.25), darker(body, 0.05)))
    ring = mix(body, readable_on(body, 1), 0.16)
    canvas.disc(cx, cy - 2, r * 0.62, ring, r * 0.62 * squash)
    canvas.disc(cx, cy - 2, r * 0.6, body, r * 0.6 * squash)
    bolt = [(8, -66), (-44, 14), (-6, 14), (-14, 66), (44, -18), (6, -18)]
    canvas.fill([(cx + x * 0.9, cy - 6 + y * squash) for x, y in bolt], readable_on(body, 0.4))
    canvas.text(cx, cy + r * squash * 0.8, subject.mark, 28, readable_on(body, 0.5))
    canvas.disc(cx + r * 0.88, cy + r * squash * 0.62, 6, subject.accent)


def _stand(canvas: Canvas, subject: Subject, body: Colour) -> None:
    canvas.rest_on_floor(430, 748, 300)
    canvas.fill(hull(ellipse(430, 690, 280, 70) + ellipse(430, 716, 276, 70)), darker(body, 0.3))
    canvas.blend(ellipse(430, 690, 280, 70), (lighter(body, 0.1), lighter(body, 0.28)))
    canvas.disc(570, 684, 88, mix(body, INK, 0.16), 26)
    canvas.blend(
        [(330, 300), (380, 300), (396, 690), (322, 690)],
        (lighter(STEEL, 0.4), STEEL, darker(STEEL, 0.2)),
        across=True,
    )
    with canvas.within(Frame.placed(350, 270, angle=subject.seed.between("lean", -7, -2))):
        canvas.slab(ellipse(0, 0, 168, 168), (12, 8), (lighter(body, 0.3), darker(body, 0.05)), darker(body, 0.3))
        canvas.disc(0, 0, 116, mix(body, INK, 0.1))
        canvas.disc(0, 0, 110, body)
        canvas.text(0, 4, subject.mark, 34, readable_on(body, 0.5))
    canvas.panel(536, 440, 34, 240, 14, darker(STEEL, 0.1))
    canvas.slab(ellipse(552, 420, 72, 66), (8, 8), (lighter(body, 0.3), darker(body, 0.08)), darker(body, 0.3))


def draw_power_bank(canvas: Canvas, subject: Subject) -> None:
    """A slab with sockets at its end, charge lights or a display, and its capacity."""
    seed, body = subject.seed, subject.body
    wide, tall = seed.between("wide", 300, 380), seed.between("tall", 560, 640)
    deep = 84.0 if subject.says("20000", "20,000", "24000", "25000", "30000", "27000") else 54.0
    with canvas.within(Frame.placed(520 - wide / 2, 126, angle=seed.between("tilt", 6, 16))):
        outline = rectangle(0, 0, wide, tall, seed.between("corner", 30, 66))
        canvas.slab(outline, (-deep, deep * 0.34), (lighter(body, 0.18), body, darker(body, 0.1)), darker(body, 0.34))
        end = "top" if seed.chance("display", 0.45) else "lights"
        ink = readable_on(body, 0.75)
        canvas.panel(wide * 0.16, 34, wide * 0.68, 58, 18, darker(body, 0.3))
        usb_c_port(canvas, wide * 0.34, 63)
        usb_a_port(canvas, wide * 0.66, 63, 0.9)
        if end == "top":
            canvas.panel(wide * 0.2, 134, wide * 0.6, 118, 20, (14, 15, 18))
            canvas.text(wide / 2, 194, f"{seed.whole('charge', 62, 100)}%", 64, lighter(subject.accent, 0.45))
        else:
            for i in range(4):
                glow = lighter(subject.accent, 0.25) if i < seed.whole("charge", 2, 4) else darker(body, 0.3)
                canvas.disc(wide / 2 - 54 + i * 36, 146, 8, glow)
        canvas.text(wide / 2, tall * 0.56, subject.mark, 50, ink)
        canvas.text(wide / 2, tall - 70, _capacity(subject), 34, mix(body, ink, 0.7))
        canvas.glaze(
            [(wide * 0.08, 60), (wide * 0.13, 60), (wide * 0.13, tall - 60), (wide * 0.08, tall - 60)],
            WHITE,
            0.16 if not is_pale(body) else 0.5,
        )


def _capacity(subject: Subject) -> str:
    for word in subject.name.replace(",", "").split():
        digits = word.lower().removesuffix("mah")
        if digits.isdigit() and len(digits) >= 4:
            return f"{digits} mAh"
    return _watts(subject)
