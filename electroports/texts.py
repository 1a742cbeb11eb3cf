"""Texts of one line: names and addresses, in which characters that nobody sees only deceive; and how many of something.

They end up in mails, documents and logs, where a line break begins something else and a bidirectional control (Unicode,
UAX #9) shows what follows backwards.
"""

from __future__ import annotations

import re
from datetime import timedelta
from math import ceil

from django.core.exceptions import ValidationError

# Control characters (C0, DEL, C1), line and paragraph separators, and marks, embeddings, overrides and isolates of
# bidirectional text. Those that join letters or emoji (U+200C, U+200D) belong to words and stay.
UNSEEN = r"\u0000-\u001f\u007f-\u009f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
LINE = rf"^[^{UNSEEN}]*$"
FILLED_LINE = rf"^[^{UNSEEN}]*[^\s{UNSEEN}][^{UNSEEN}]*$"
_unseen = re.compile(f"[{UNSEEN}]")


def unseen_in(text: str) -> str | None:
    """Name the first character of a text that no text of one line may hold, as `U+202E`; None where there is none."""
    found = _unseen.search(text)
    return f"U+{ord(found[0]):04X}" if found else None


def refuse_unseen(text: str) -> None:
    """Raise ValidationError, with the code `invalid`, for a text that is not one line of what people can see."""
    if (character := unseen_in(text)) is not None:
        message = f"One line without control characters, please: it holds the character {character}."
        raise ValidationError(message, code="invalid")


def how_many(count: int, thing: str) -> str:
    """Return `1 row`, `2,000 rows`: a number of things whose plural ends in s."""
    return f"{count:,} {thing}{'' if count == 1 else 's'}"


def how_long(wait: timedelta) -> str:
    """Return `1 minute`, `15 minutes`, `3 hours`: how long to wait, rather too long than too short."""
    minutes = max(1, ceil(wait.total_seconds() / 60))
    return how_many(minutes, "minute") if minutes < 120 else how_many(ceil(minutes / 60), "hour")
