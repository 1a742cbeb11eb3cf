"""What a drawing is given: the product's words, its colours and the choices seeded from its slug."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from hashlib import sha256
from typing import TypeVar

from .colours import Colour, from_hue, named_colour

Choice = TypeVar("Choice")
QUIET_BODIES: tuple[Colour, ...] = (
    (38, 40, 45),
    (240, 240, 237),
    (52, 58, 68),
    (205, 209, 214),
    (58, 74, 104),
    (226, 219, 206),
    (92, 98, 106),
    (74, 104, 98),
)


class Seed:
    """Choices that depend on the slug alone: the same label of the same slug always gives the same answer."""

    def __init__(self, slug: str) -> None:
        self.slug = slug

    def fraction(self, label: str) -> float:
        digest = sha256(f"{self.slug}/{label}".encode()).digest()
        return int.from_bytes(digest[:6], "big") / 2**48

    def between(self, label: str, low: float, high: float) -> float:
        return low + (high - low) * self.fraction(label)

    def whole(self, label: str, low: int, high: int) -> int:
        """A whole number from low to high, both included."""
        return low + int((high - low + 1) * self.fraction(label))

    def chance(self, label: str, probability: float = 0.5) -> bool:
        return self.fraction(label) < probability

    def pick(self, label: str, options: Sequence[Choice]) -> Choice:
        return options[int(len(options) * self.fraction(label))]


@dataclass(frozen=True)
class Subject:
    """One product as its drawing sees it."""

    slug: str
    name: str
    brand: str
    category: str
    colour: str | None

    @cached_property
    def seed(self) -> Seed:
        return Seed(self.slug)

    @cached_property
    def words(self) -> str:
        """The name and brand in lower case, to look for telling words in."""
        return f" {self.brand} {self.name} ".lower()

    @cached_property
    def body(self) -> Colour:
        """The product's real colour, or a quiet one of its own."""
        named = named_colour(self.colour) if self.colour else None
        return named or self.seed.pick("body", QUIET_BODIES)

    @cached_property
    def accent(self) -> Colour:
        return from_hue(self.seed.fraction("accent"), 0.55, 0.72)

    @cached_property
    def mark(self) -> str:
        """The brand as it is printed on the product."""
        return self.brand.strip()[:14]

    def says(self, *telling: str) -> bool:
        """Whether the brand or name contains any of the words."""
        return any(word in self.words for word in telling)
