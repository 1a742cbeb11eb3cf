"""How far a long command has come: a bar on a terminal, a line now and then in a log."""

from __future__ import annotations

import time
from typing import Protocol


class Stream(Protocol):
    """Where to write: a command's `stderr`."""

    def write(self, msg: str = "", /, *, ending: str | None = None) -> object: ...
    def flush(self) -> None: ...
    def isatty(self) -> bool: ...


class Progress:
    """Shows how many things are done, how fast it goes, and how long the rest will take."""

    WIDTH = 30

    def __init__(self, stream: Stream, things: str, *, is_quiet: bool = False) -> None:
        self.stream = stream
        self.things = things
        self.is_quiet = is_quiet
        self._began = time.monotonic()

    def show(self, done: int, total: int) -> None:
        """Say that so many of `total` are done by now."""
        if self.is_quiet:
            return
        rate = done / max(time.monotonic() - self._began, 0.001)
        left = written_duration((total - done) / rate) if done else "?"
        text = f"{done:,} of {total:,} {self.things}, {rate:,.0f}/s, {left} left"
        if self.stream.isatty():
            filled = self.WIDTH * done // max(total, 1)
            text = f"\r[{'█' * filled}{'·' * (self.WIDTH - filled)}] {text}\x1b[K"
            self.stream.write(text, ending="\n" if done >= total else "")
        else:
            self.stream.write(text)
        self.stream.flush()


def written_duration(seconds: float) -> str:
    """Return a length of time as 2:05 or 1:02:05."""
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"
