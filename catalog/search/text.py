"""Words as search compares them: without case and accents, in the singular, with and without what separates them. Pure.

"WH-1000XM5" has the words wh and 1000xm5, and the joint wh1000xm5, so that it is found however it is spaced.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator, Sequence
from functools import lru_cache
from typing import NamedTuple

WORD = re.compile(r"[^\W_]+")
LONGEST = 40  # characters of a word that count
MAX_JOINT = 4  # words written as one
UNIT = 4  # letters of a unit that a number stands before: 65 W, 256 GB
DROPPED = str.maketrans("", "", "'’‘`´™®©")
SPELT_OUT = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})
PLUS = re.compile(r"(?<=\w)\+(?!\w)")


class Word(NamedTuple):
    """A word: as it was written but for case and accents, in the singular, and whether it hangs on the one before."""

    written: str
    stem: str
    is_tight: bool


def fold(text: str) -> str:
    """Return a text without case, accents and apostrophes; a plus that ends a word is spelt out."""
    apart = unicodedata.normalize("NFKD", PLUS.sub(" plus", text.translate(DROPPED)))
    return "".join(c for c in apart.casefold() if not unicodedata.combining(c)).translate(SPELT_OUT)


def words_of(text: str) -> list[Word]:
    """Return the words of a text in their order."""
    folded = fold(text)
    words: list[Word] = []
    end = 0
    for match in WORD.finditer(folded):
        written = match[0][:LONGEST]
        between = folded[end : match.start()]
        is_tight = bool(words) and (not any(map(str.isspace, between)) or _is_unit(words[-1].written, written))
        words.append(Word(written, singular(written), is_tight))
        end = match.end()
    return words


def _is_unit(number: str, word: str) -> bool:
    return number.isdecimal() and word.isalpha() and len(word) <= UNIT


@lru_cache(maxsize=20_000)
def singular(word: str) -> str:
    """Return an English word in the singular, roughly: what matters is that a query and a product are cut alike."""
    if len(word) < 4 or not word.endswith("s") or word.endswith(("ss", "us", "is")):
        return word
    if word.endswith("ies") and len(word) > 4:
        return f"{word[:-3]}y"
    if word.endswith(("xes", "ches", "shes", "sses")):
        return word[:-2]
    return word[:-1]


def joint(words: Sequence[Word]) -> str:
    """Return neighbours written as one word, in the singular."""
    return ("".join(word.written for word in words[:-1]) + words[-1].stem)[:LONGEST]


def joints(words: Sequence[Word], *, tight_only: bool) -> Iterator[str]:
    """Yield every two to four neighbours as one word; `tight_only` leaves out those with a mere space between."""
    for start in range(len(words)):
        for end in range(start + 2, min(start + MAX_JOINT, len(words)) + 1):
            if tight_only and not words[end - 1].is_tight:
                break
            yield joint(words[start:end])
