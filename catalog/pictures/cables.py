"""Cables and adapters: a curved cord with the connectors its name speaks of."""

from math import atan2, degrees

from .canvas import Canvas
from .colours import Colour, darker, lighter, readable_on
from .geometry import Frame, Outline, Point, arc, rectangle, smooth
from .plugs import (
    Plug,
    card_slot,
    displayport,
    hdmi,
    hdmi_port,
    jack,
    jack_port,
    jack_socket,
    lightning,
    micro_usb,
    plug_at,
    rca,
    rj45,
    rj45_port,
    usb_a,
    usb_a_port,
    usb_c,
    usb_c_port,
    xlr,
)
from .subject import Subject

CORDS: tuple[Colour, ...] = ((236, 236, 233), (40, 42, 47), (52, 54, 60), (228, 229, 231), (86, 92, 104))


def draw_cable(canvas: Canvas, subject: Subject) -> None:
    """A cord in a seeded curve; both its plugs point upwards so that they can be told apart."""
    body = subject.body if subject.colour else subject.seed.pick("cord", CORDS)
    if subject.category == "network-cables" and not subject.colour:
        body = subject.seed.pick(
            "network cord", ((58, 108, 178), (92, 98, 106), (226, 199, 74), (40, 42, 47), (96, 156, 92))
        )
    near, far = _plugs_of(subject)
    route, is_braided = _route(subject), subject.says("braid", "nylon", "bionic", "powerline")
    width = {"network-cables": 21.0, "video-cables": 25.0, "audio-cables": 15.0}.get(subject.category, 18.0)
    canvas.cord(route, width, body)
    if is_braided:
        for i in range(2, len(route) - 2, 2):
            (x0, y0), (x1, y1) = route[i], route[i + 1]
            nx, ny = (y1 - y0), (x0 - x1)
            length = max((nx * nx + ny * ny) ** 0.5, 1) / (width * 0.36)
            canvas.line(
                [(x0 + nx / length, y0 + ny / length), (x1 - nx / length, y1 - ny / length)],
                2.4,
                darker(body, 0.4),
            )
    _tie(canvas, subject, route, width)
    for plug, (end, before) in ((near, (route[0], route[3])), (far, (route[-1], route[-4]))):
        angle = degrees(atan2(end[1] - before[1], end[0] - before[0])) + 90
        plug_at(canvas, plug, end, angle, body, 1.08)


def _plugs_of(subject: Subject) -> tuple[Plug, Plug]:
    """The two ends, read from the category and the name."""
    if subject.category == "network-cables":
        return rj45, rj45
    if subject.category == "video-cables":
        near: Plug = usb_c if subject.says("usb-c", "type-c", "usb c") else hdmi
        if subject.says("displayport", " dp "):
            return near if near is usb_c or subject.says("hdmi") else displayport, displayport
        return near, hdmi
    if subject.category == "audio-cables":
        if subject.says("xlr"):
            return xlr, xlr
        near = usb_c if subject.says("usb-c", "type-c") else lightning if subject.says("lightning") else jack
        return near, rca if subject.says("rca") else jack
    far = lightning if subject.says("lightning") else micro_usb if subject.says("micro") else usb_c
    from_a = subject.says("usb-a", "usb a ", "type-a") or (far is micro_usb)
    return usb_a if from_a else usb_c, far


def _route(subject: Subject) -> Outline:
    """Where the cord runs: up to a plug at either side, through a coil, a wave or a loose loop."""
    seed = subject.seed
    left, right = seed.between("left", 190, 260), seed.between("right", 740, 810)
    y0, y1 = seed.between("left y", 330, 390), seed.between("right y", 330, 420)
    kind = seed.pick("route", ("coil", "loop", "wave"))
    if kind == "coil":
        turns: Outline = []
        cx, cy = seed.between("coil x", 470, 530), 590.0
        for i in range(seed.whole("turns", 2, 3)):
            r = 186 - 16 * i
            turns += arc(cx + 7 * i, cy - 5 * i, r, r * 0.74, 180, -150 if i == 0 else -180, steps=30)
        low: list[Point] = [(left, y0), (left, y0 + 70), (left + 26, y0 + 150)]
        start, end = (
            smooth([*low, turns[0]]),
            smooth([turns[-1], (right - 60, 520), (right, y1 + 60), (right, y1)]),
        )
        return start + turns + end
    if kind == "loop":
        loop = arc(500, 520, 150, 140, 110, -250, steps=40)
        start = smooth([(left, y0), (left, y0 + 110), (left + 70, 690), (360, 730), loop[0]])
        return start + loop + smooth([loop[-1], (600, 740), (right - 50, 680), (right, y1 + 110), (right, y1)])
    sway = seed.between("sway", 40, 110)
    middle: list[Point] = [(330, 720), (430, 560 - sway), (520, 500), (590, 620 + sway), (690, 700)]
    return smooth([(left, y0), (left, y0 + 110), (left + 30, y0 + 240), *middle, (right, y1 + 130), (right, y1)])


def _tie(canvas: Canvas, subject: Subject, route: Outline, width: float) -> None:
    """A strap around the cord, with the maker's name beside it."""
    x, y = route[len(route) // 2]
    with canvas.within(Frame.placed(x, y, angle=subject.seed.between("strap", -14, 14))):
        tone = subject.accent if subject.seed.chance("strap tone", 0.4) else (44, 46, 52)
        canvas.blend(rectangle(-66, -width, 132, width * 2, 9), (lighter(tone, 0.2), tone, darker(tone, 0.2)))
        canvas.text(0, 0, subject.mark, 24, readable_on(tone, 0.85))


def draw_adapter(canvas: Canvas, subject: Subject) -> None:
    """A short housing with a plug on a pigtail and a socket in its face."""
    seed = subject.seed
    body = (
        subject.body
        if subject.colour
        else seed.pick("shell", ((206, 209, 214), (52, 54, 60), (240, 240, 238), (98, 104, 114)))
    )
    name = subject.words
    plug: Plug = (
        lightning if "lightning" in name and name.find("lightning") < 28 else usb_a if "usb-a to" in name else usb_c
    )
    if subject.says("otg") and subject.says("micro"):
        plug = micro_usb
    dark = subject.colour is None and seed.chance("dark cord", 0.3)
    cord = (46, 48, 54) if dark else darker(body, 0.1)
    if subject.says("3.5", "headphone", "jack", " aux "):
        route = smooth([(310, 420), (310, 560), (420, 680), (560, 640), (640, 500), (690, 440)])
        canvas.cord(route, 20, cord)
        plug_at(canvas, plug, route[0], 0, body, 1.35)
        plug_at(canvas, jack_socket, route[-1], 40, body, 1.5)
        return
    route = smooth([(270, 380), (262, 520), (330, 660), (430, 630), (500, 560)])
    canvas.cord(route, 24, cord)
    plug_at(canvas, plug, route[0], seed.between("lean", -8, 4), body, 1.35)
    with canvas.within(Frame.placed(440, 330, angle=seed.between("tilt", 6, 16))):
        wide, tall = seed.between("wide", 320, 380), seed.between("tall", 176, 214)
        canvas.slab(
            rectangle(0, 0, wide, tall, 34),
            (-6, 26),
            (lighter(body, 0.2), darker(body, 0.06)),
            darker(body, 0.3),
        )
        _sockets(canvas, subject, wide, tall)
        canvas.text(wide / 2, tall - 34, subject.mark, 26, readable_on(body, 0.55))


def _sockets(canvas: Canvas, subject: Subject, wide: float, tall: float) -> None:
    cy = tall * 0.42
    if subject.says("multiport", "3-in-1", "3 in 1"):
        hdmi_port(canvas, wide * 0.22, cy, 1.1)
        usb_a_port(canvas, wide * 0.53, cy, 1.05)
        usb_c_port(canvas, wide * 0.82, cy, 1.05)
    elif subject.says("hdmi", "display"):
        hdmi_port(canvas, wide / 2, cy, 1.9)
    elif subject.says("ethernet", "lan", "rj45", "gigabit"):
        rj45_port(canvas, wide / 2, cy, 1.5)
    elif subject.says("card", " sd"):
        card_slot(canvas, wide / 2, cy - 14, 1.7)
        card_slot(canvas, wide / 2, cy + 26, 1.1)
    elif subject.says("bluetooth", "audio"):
        jack_port(canvas, wide / 2, cy, 2)
    elif subject.says("to usb-c", "female usb-c"):
        usb_c_port(canvas, wide / 2, cy, 2)
    else:
        usb_a_port(canvas, wide / 2, cy, 1.9)
