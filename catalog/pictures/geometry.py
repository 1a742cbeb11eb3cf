"""Points, plane-to-picture frames, a pinhole viewpoint and the outlines that drawings are made of.

Units: a picture is 1000 x 1000, with y growing downwards; angles are in degrees, clockwise.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from math import cos, radians, sin

Point = tuple[float, float]
Outline = list[Point]


@dataclass(frozen=True)
class Frame:
    """A projective map from a drawing's own plane to the picture: a tilted phone, a laptop's deck."""

    a: float = 1
    b: float = 0
    c: float = 0
    d: float = 0
    e: float = 1
    f: float = 0
    g: float = 0
    h: float = 0

    @classmethod
    def placed(cls, x: float, y: float, *, angle: float = 0, scale: float = 1, mirrored: bool = False) -> "Frame":
        """The frame whose origin lies at (x, y), turned by `angle` about it."""
        c, s = cos(radians(angle)) * scale, sin(radians(angle)) * scale
        flip = -1 if mirrored else 1
        return cls(c * flip, -s, x, s * flip, c, y)

    @classmethod
    def onto(cls, quad: Sequence[Point], width: float, height: float) -> "Frame":
        """The frame that carries a width x height rectangle onto four corners, clockwise from its origin.

        Source: P. Heckbert, "Fundamentals of Texture Mapping and Image Warping" (1989), section 2.2.3.
        """
        (x0, y0), (x1, y1), (x2, y2), (x3, y3) = quad
        dx1, dx2, sx = x1 - x2, x3 - x2, x0 - x1 + x2 - x3
        dy1, dy2, sy = y1 - y2, y3 - y2, y0 - y1 + y2 - y3
        area = dx1 * dy2 - dx2 * dy1
        g, h = (sx * dy2 - dx2 * sy) / area, (dx1 * sy - sx * dy1) / area
        return cls(
            (x1 - x0 + g * x1) / width,
            (x3 - x0 + h * x3) / height,
            x0,
            (y1 - y0 + g * y1) / width,
            (y3 - y0 + h * y3) / height,
            y0,
            g / width,
            h / height,
        )

    def at(self, x: float, y: float) -> Point:
        w = self.g * x + self.h * y + 1
        return ((self.a * x + self.b * y + self.c) / w, (self.d * x + self.e * y + self.f) / w)

    def over(self, points: Iterable[Point]) -> Outline:
        if self == PLAIN:
            return list(points)
        if not (self.g or self.h):
            a, b, c, d, e, f = self.a, self.b, self.c, self.d, self.e, self.f
            return [(a * x + b * y + c, d * x + e * y + f) for x, y in points]
        return [self.at(x, y) for x, y in points]


PLAIN = Frame()


@dataclass(frozen=True)
class Viewpoint:
    """A pinhole camera on an orbit: `yaw` to the right, `pitch` above the table, looking at the origin."""

    yaw: float
    pitch: float
    distance: float = 2600
    centre: Point = (500, 480)

    def at(self, x: float, y: float, z: float) -> Point:
        """Where the point (x right, y up, z towards the viewer) falls in the picture."""
        cy, sy = cos(radians(self.yaw)), sin(radians(self.yaw))
        cp, sp = cos(radians(self.pitch)), sin(radians(self.pitch))
        right, near = x * cy - z * sy, x * sy + z * cy
        up, depth = y * cp - near * sp, y * sp + near * cp
        k = self.distance / (self.distance - depth)
        return (self.centre[0] + right * k, self.centre[1] - up * k)

    def plane(self, corners: Sequence[tuple[float, float, float]], width: float, height: float) -> Frame:
        """The frame of a flat face given by its four corners in space, clockwise from its origin."""
        return Frame.onto([self.at(*corner) for corner in corners], width, height)


def rectangle(x: float, y: float, w: float, h: float, r: float = 0) -> Outline:
    """A rectangle with corners rounded by `r`."""
    r = min(r, w / 2, h / 2)
    if r <= 0:
        return [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
    outline: Outline = []
    for px, py, start in (
        (x + w - r, y + r, 270),
        (x + w - r, y + h - r, 0),
        (x + r, y + h - r, 90),
        (x + r, y + r, 180),
    ):
        outline += arc(px, py, r, r, start, start + 90, steps=7)
    return outline


def arc(cx: float, cy: float, rx: float, ry: float, start: float, end: float, *, steps: int = 24) -> Outline:
    """Points on an ellipse from `start` to `end`; 0 is to the right, 90 is down."""
    span = radians(end - start) / steps
    first = radians(start)
    return [(cx + rx * cos(first + span * i), cy + ry * sin(first + span * i)) for i in range(steps + 1)]


def ellipse(cx: float, cy: float, rx: float, ry: float | None = None) -> Outline:
    ry = rx if ry is None else ry
    return arc(cx, cy, rx, ry, 0, 360, steps=28 if max(rx, ry) < 60 else 64)


def capsule(a: Point, b: Point, width: float) -> Outline:
    """A pill around the segment from a to b."""
    return hull(ellipse(*a, width / 2) + ellipse(*b, width / 2))


def smooth(points: Sequence[Point], *, steps: int = 14) -> Outline:
    """A Catmull-Rom curve through the points: a cord, a headband, a wave."""
    curve: Outline = []
    ends = [points[0], *points, points[-1]]
    for p0, p1, p2, p3 in zip(ends, ends[1:], ends[2:], ends[3:], strict=False):
        for i in range(steps):
            t = i / steps
            curve.append((_spline(p0[0], p1[0], p2[0], p3[0], t), _spline(p0[1], p1[1], p2[1], p3[1], t)))
    curve.append(points[-1])
    return curve


def _spline(p0: float, p1: float, p2: float, p3: float, t: float) -> float:
    return 0.5 * (
        2 * p1 + (p2 - p0) * t + (2 * p0 - 5 * p1 + 4 * p2 - p3) * t * t + (3 * p1 - p0 - 3 * p2 + p3) * t * t * t
    )


def hull(points: Iterable[Point]) -> Outline:
    """The convex hull (Andrew's monotone chain): the silhouette of anything convex that was extruded."""
    ordered = sorted(set(points))
    return _half_hull(ordered) + _half_hull(ordered[::-1])


def _half_hull(ordered: Sequence[Point]) -> Outline:
    chain: Outline = []
    for x, y in ordered:
        while len(chain) > 1:
            (ax, ay), (bx, by) = chain[-2:]
            if (bx - ax) * (y - ay) - (by - ay) * (x - ax) > 0:
                break
            chain.pop()
        chain.append((x, y))
    return chain[:-1]


def shifted(points: Iterable[Point], dx: float, dy: float) -> Outline:
    return [(x + dx, y + dy) for x, y in points]
