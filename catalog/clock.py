"""The one clock of the catalogue: at which moment prices are asked for."""

import time
from bisect import bisect_right
from collections.abc import Sequence
from datetime import datetime


def this_second() -> int:
    """Return the whole seconds since 1970: sale events begin and end with a second."""
    return int(time.time())


def whole_second(moment: datetime) -> datetime:
    """Return the beginning of the second that `moment` lies in."""
    return moment.replace(microsecond=0)


class Edges:
    """The seconds in which sale events begin and end, and between which of them a second lies."""

    def __init__(self, edges: Sequence[int] = ()) -> None:
        self._edges = edges
        self._span = (0, 0)

    def phase_at(self, second: int) -> int:
        """Return the last edge before or in `second`, 0 if there is none. Asked for on every request."""
        start, end = self._span
        if start <= second < end:
            return start
        place = bisect_right(self._edges, second)
        start = self._edges[place - 1] if place else 0
        self._span = (start, self._edges[place] if place < len(self._edges) else 2**62)
        return start
