"""What a worker process does to draw pictures. Imports nothing of Django, so that a process starts in no time."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterable, Iterator
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context
from typing import NamedTuple

from catalog.pictures import draw_product_picture, make_rendition

DISPLAY_EDGE = 1200
THUMBNAIL_EDGE = 320
SIZE = 2 * THUMBNAIL_EDGE
WORTH_A_PROCESS = 16  # pictures; a process takes as long to start as drawing some of them


class PictureOrder(NamedTuple):
    """A product that wants a picture."""

    slug: str
    name: str
    brand: str
    category: str
    colour: str | None


class DrawnPicture(NamedTuple):
    """A picture and its thumbnail, as WebP."""

    slug: str
    display: bytes
    thumbnail: bytes


def draw(order: PictureOrder) -> DrawnPicture:
    """Return the finished picture of one product; the same order always gives the same bytes."""
    picture = draw_product_picture(**order._asdict(), size=SIZE)
    return DrawnPicture(
        order.slug,
        make_rendition(picture, edge=DISPLAY_EDGE),
        make_rendition(picture.reduce(SIZE // THUMBNAIL_EDGE), edge=THUMBNAIL_EDGE),
    )


def draw_all(orders: Iterable[PictureOrder], *, processes: int | None = None) -> Iterator[DrawnPicture]:
    """Yield the pictures in the order of the orders, drawn by one process per core where that pays."""
    todo = list(orders)
    wanted = min(processes or os.cpu_count() or 1, len(todo) // WORTH_A_PROCESS)
    if wanted < 2:
        yield from map(draw, todo)
        return
    # Spawned, not forked: a fork would share this process's database connection.
    pool = ProcessPoolExecutor(wanted, mp_context=get_context("spawn"), initializer=_leave_interrupts)
    try:
        yield from pool.map(draw, todo, chunksize=4)
    finally:
        pool.shutdown(cancel_futures=True)


def _leave_interrupts() -> None:
    """Ctrl-C is for the process that gave the orders; it ends these."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
