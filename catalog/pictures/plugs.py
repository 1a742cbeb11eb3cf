"""Connectors as they look from the side: plugs at the end of a cord, and sockets in a housing."""

from collections.abc import Callable

from .canvas import Canvas
from .colours import GOLD, STEEL, Colour, darker, lighter, readable_on
from .geometry import Frame, Point, rectangle

METAL = (lighter(STEEL, 0.25), lighter(STEEL, 0.55), darker(STEEL, 0.25))
Plug = Callable[[Canvas, Colour], None]


def _grip(canvas: Canvas, body: Colour, width: float, length: float, radius: float = 14) -> None:
    """The moulded housing, above the origin, with a collar where the cord enters."""
    canvas.blend(
        rectangle(-14, -30, 28, 62, 10),
        (darker(body, 0.1), lighter(body, 0.15), darker(body, 0.3)),
        across=True,
    )
    for i in range(3):
        canvas.panel(-14, -2 + i * 11, 28, 4, 2, darker(body, 0.4))
    stops = (darker(body, 0.05), lighter(body, 0.22), body, darker(body, 0.25))
    canvas.blend(rectangle(-width / 2, -length - 20, width, length, radius), stops, across=True)


def usb_c(canvas: Canvas, body: Colour) -> None:
    canvas.blend(rectangle(-25, -182, 50, 62, 14), METAL, across=True)
    canvas.panel(-15, -181, 30, 7, 3, darker(STEEL, 0.55))
    _grip(canvas, body, 70, 112)


def usb_a(canvas: Canvas, body: Colour) -> None:
    canvas.blend(rectangle(-37, -222, 74, 96, 4), METAL, across=True)
    for x in (-24, 8):
        canvas.panel(x, -196, 16, 20, 2, darker(STEEL, 0.6))
    canvas.panel(-37, -142, 74, 4, 0, darker(STEEL, 0.3))
    _grip(canvas, body, 92, 118)


def lightning(canvas: Canvas, body: Colour) -> None:
    canvas.blend(rectangle(-22, -180, 44, 62, 12), METAL, across=True)
    for i in range(6):
        canvas.panel(-16.5 + i * 5.6, -170, 4, 30, 1, GOLD)
    _grip(canvas, body, 64, 112)


def micro_usb(canvas: Canvas, body: Colour) -> None:
    canvas.blend([(-22, -176), (22, -176), (28, -120), (-28, -120)], METAL, across=True)
    _grip(canvas, body, 70, 110)


def hdmi(canvas: Canvas, body: Colour) -> None:
    canvas.blend(
        [(-44, -202), (44, -202), (50, -196), (50, -130), (-50, -130), (-50, -196)],
        (lighter(GOLD), GOLD),
        across=True,
    )
    canvas.panel(-34, -200, 68, 10, 2, (46, 42, 34))
    _grip(canvas, body, 122, 128, 16)
    canvas.text(0, -82, "HDMI", 27, readable_on(body, 0.7))


def displayport(canvas: Canvas, body: Colour) -> None:
    canvas.blend([(-42, -198), (24, -198), (46, -180), (46, -130), (-42, -130)], METAL, across=True)
    _grip(canvas, body, 116, 128, 16)
    canvas.text(0, -82, "DP", 34, readable_on(body, 0.7))


def rj45(canvas: Canvas, body: Colour) -> None:
    clear = (214, 228, 236)
    canvas.blend(
        rectangle(-46, -216, 92, 110, 5),
        (darker(clear, 0.08), lighter(clear, 0.6), darker(clear, 0.14)),
        across=True,
    )
    for i in range(8):
        canvas.panel(-37 + i * 9.6, -210, 6, 38, 1, GOLD)
    canvas.panel(-19, -164, 38, 74, 6, lighter(clear, 0.5))
    canvas.panel(-15, -160, 30, 60, 4, darker(clear, 0.12))
    _grip(canvas, body, 104, 90, 12)


def jack(canvas: Canvas, body: Colour) -> None:
    shine = (darker(GOLD, 0.15), lighter(GOLD, 0.55), darker(GOLD, 0.3))
    canvas.blend(rectangle(-12, -214, 24, 98, 10), shine, across=True)
    for y in (-190, -164, -142):
        canvas.panel(-12, y, 24, 5, 0, (30, 30, 32))
    _grip(canvas, body, 50, 104, 12)


def jack_socket(canvas: Canvas, body: Colour) -> None:
    _grip(canvas, body, 72, 130, 18)
    canvas.disc(0, -136, 22, darker(body, 0.35), 9)
    canvas.disc(0, -137, 13, (8, 8, 9), 5)


def xlr(canvas: Canvas, body: Colour) -> None:
    canvas.blend(rectangle(-40, -236, 80, 220, 16), METAL, across=True)
    canvas.panel(-30, -150, 60, 14, 4, darker(STEEL, 0.35))
    canvas.panel(-12, -226, 24, 34, 6, darker(STEEL, 0.5))
    _grip(canvas, (40, 42, 46), 62, 70)


def rca(canvas: Canvas, body: Colour) -> None:
    for x, ring in ((-40, (206, 52, 50)), (40, (238, 238, 236))):
        canvas.blend(rectangle(x - 7, -214, 14, 60, 6), (lighter(GOLD), GOLD), across=True)
        canvas.blend(rectangle(x - 24, -176, 48, 40, 6), METAL, across=True)
        canvas.blend(rectangle(x - 24, -140, 48, 108, 10), (lighter(body, 0.15), darker(body, 0.2)), across=True)
        canvas.panel(x - 24, -132, 48, 20, 2, ring)
        canvas.line([(x, -34), (0, 30)], 15, body)


def plug_at(canvas: Canvas, plug: Plug, place: Point, angle: float, body: Colour, scale: float = 1) -> None:
    """Puts a plug with its cord's entry at `place`, pointing upwards turned by `angle`."""
    with canvas.within(Frame.placed(*place, angle=angle, scale=scale)):
        plug(canvas, body)


def usb_c_port(canvas: Canvas, cx: float, cy: float, k: float = 1) -> None:
    canvas.panel(cx - 27 * k, cy - 11 * k, 54 * k, 22 * k, 11 * k, STEEL)
    canvas.panel(cx - 23 * k, cy - 7.5 * k, 46 * k, 15 * k, 7.5 * k, (16, 17, 20))
    canvas.panel(cx - 14 * k, cy - 2 * k, 28 * k, 4 * k, 2 * k, (96, 100, 108))


def usb_a_port(canvas: Canvas, cx: float, cy: float, k: float = 1, tongue: Colour = (44, 98, 190)) -> None:
    canvas.panel(cx - 36 * k, cy - 17 * k, 72 * k, 34 * k, 4 * k, STEEL)
    canvas.panel(cx - 32 * k, cy - 13 * k, 64 * k, 26 * k, 2 * k, (16, 17, 20))
    canvas.panel(cx - 27 * k, cy - 9 * k, 54 * k, 9 * k, 1, tongue)


def hdmi_port(canvas: Canvas, cx: float, cy: float, k: float = 1) -> None:
    for grow, tone in ((4.0, STEEL), (0.0, (16, 17, 20))):
        x, y = (34 + grow) * k, (13 + grow) * k
        canvas.fill(
            [
                (cx - x, cy - y),
                (cx + x, cy - y),
                (cx + x, cy + y * 0.3),
                (cx + x * 0.7, cy + y),
                (cx - x * 0.7, cy + y),
                (cx - x, cy + y * 0.3),
            ],
            tone,
        )
    canvas.panel(cx - 22 * k, cy - 5 * k, 44 * k, 6 * k, 1, (96, 100, 108))


def rj45_port(canvas: Canvas, cx: float, cy: float, k: float = 1) -> None:
    canvas.panel(cx - 35 * k, cy - 32 * k, 70 * k, 64 * k, 3, STEEL)
    canvas.panel(cx - 29 * k, cy - 22 * k, 58 * k, 48 * k, 2, (16, 17, 20))
    canvas.panel(cx - 13 * k, cy - 28 * k, 26 * k, 12 * k, 1, (16, 17, 20))
    for i in range(6):
        canvas.panel(cx + (-22 + i * 7.6) * k, cy + 8 * k, 4 * k, 16 * k, 1, GOLD)


def card_slot(canvas: Canvas, cx: float, cy: float, k: float = 1) -> None:
    canvas.panel(cx - 44 * k, cy - 6 * k, 88 * k, 12 * k, 3, STEEL)
    canvas.panel(cx - 40 * k, cy - 3 * k, 80 * k, 6 * k, 2, (12, 13, 15))


def jack_port(canvas: Canvas, cx: float, cy: float, k: float = 1) -> None:
    canvas.disc(cx, cy, 19 * k, STEEL)
    canvas.disc(cx, cy, 14 * k, (40, 42, 48))
    canvas.disc(cx, cy, 9 * k, (8, 8, 9))
