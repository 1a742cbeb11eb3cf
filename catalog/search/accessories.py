"""Queries for an accessory to something: laptop charger, case for iphone 15, chaja ya tecno.

What is of the kind that the query names comes before what has all its words as well, such as the laptop with a charger
in its box. Of what charges, cables among it, also that is found which does not name the device and goes with it, by the
ports of both.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from catalog.columns import Columns
from catalog.layouts import LayoutStore
from catalog.models import Accessory, Product
from catalog.ports import Carrying, Layout, Verdict, assess, charges
from catalog.search.document import MARKS
from catalog.search.kinds import KINDS
from catalog.search.ranking import Ranked
from catalog.search.searching import Answers, Found, Search
from catalog.search.synonyms import Synonyms
from catalog.search.text import MAX_JOINT, Word, joint, words_of

KEPT_VERDICTS = 20_000
DEVICES = 3  # the most popular of those that the rest of the query names
SUPPLIES = (
    Accessory.Type.CHARGER,
    Accessory.Type.CAR_CHARGER,
    Accessory.Type.WIRELESS_CHARGER,
    Accessory.Type.POWER_BANK,
)


class Wanted(NamedTuple):
    """A kind of accessory, and the words that say what it is to go with."""

    kind: str
    words: Sequence[Word]

    @property
    def text(self) -> str:
        """What it is to go with, as it was written."""
        return " ".join(word.written for word in self.words)


def wanted_accessory(words: Sequence[Word], synonyms: Synonyms) -> Wanted | None:
    """Return which accessory a query asks for, and to what; None if it names no kind, or nothing else.

    Of several kinds the last one counts, as in English the others say of what sort it is. What ends a phrase that means
    something else names no kind: bila waya is wireless, and no cable.
    """
    for end in range(len(words), 0, -1):
        for start in range(max(0, end - MAX_JOINT), end):
            written = joint(words[start:end])
            meanings = synonyms.of(written)
            for name in (written, *map(joint, meanings)):
                if name in KINDS:
                    rest = [*words[:start], *words[end:]]
                    return Wanted(KINDS[name], rest) if rest else None
            if meanings and end - start > 1:
                break
    return None


class Accessories:
    """Brings the accessories that a query asks for to the front; it follows the shop window like Search."""

    def __init__(self, search: Search, columns: Columns, layouts: LayoutStore) -> None:
        self._search = search
        self._columns = columns
        self._layouts = layouts
        self._answers = Answers()
        self._verdicts: dict[tuple[str, int, int], Verdict] = {}

    def begin_revision(self) -> None:
        """Forget what held for the revision before only."""
        self._answers.clear()

    def find(self, query: str) -> Found:
        """Return what answers to a query, accessories that it asks for first; raises WordsMissing as Search does."""
        found = self._answers.get(query)
        if found is None:
            plain, wanted = self._understood(query)
            if wanted is None:
                return plain
            found = self._answers.keep(query, self._sorted(plain, wanted))
        return found

    def _understood(self, query: str) -> tuple[Found, Wanted | None]:
        """Return what has all words of a query, and the accessory that it asks for as it was written or corrected.

        If there is what the accessory is to go with, nothing is misspelt, though no product should have all words.
        """
        synonyms, live = self._search.current_synonyms(), self._columns.live
        wanted = wanted_accessory(synonyms.telling(words_of(query)), synonyms)
        if wanted is not None and self._search.find(wanted.text, live).slots:
            return self._search.find(query, live, is_sure=True), wanted
        found = self._search.find(query, live)
        return found, wanted_accessory(synonyms.telling(words_of(found.corrected or query)), synonyms)

    def _sorted(self, found: Found, wanted: Wanted) -> Found:
        of_kind = self._columns.bits.get(("accessory_type", wanted.kind), 0) & self._columns.live
        works, limited = self._fitting(wanted, of_kind)
        tiers = found.tiers or (0,) * len(MARKS)
        named = [tier & of_kind for tier in tiers[:: len(MARKS)]]
        told = [tier & of_kind for place, tier in enumerate(tiers) if place % len(MARKS)]
        in_order = apart([*named, works, *told, limited, *tiers])
        return found._replace(tiers=in_order, slots=found.slots | works | limited)

    def _fitting(self, wanted: Wanted, of_kind: int) -> tuple[int, int]:
        """Return the accessories that go with a device of that name, and those that do in part."""
        verdict_of = how_it_fits(wanted.kind)
        works = limited = 0
        if verdict_of is None or not of_kind:
            return works, limited
        devices = self._devices(wanted)
        for other, bits in self._columns.layouts_in(of_kind):
            verdicts = {self._verdict(wanted.kind, verdict_of, device, other) for device in devices}
            if Verdict.WORKS in verdicts:
                works |= bits
            elif Verdict.LIMITED in verdicts:
                limited |= bits
        return works, limited

    def _devices(self, wanted: Wanted) -> list[int]:
        """Return the layouts of the most popular products of that name, but for accessories."""
        columns = self._columns
        others = self._search.find(wanted.text, columns.live)
        accessories = columns.bits.get(("kind", Product.Kind.ACCESSORY), 0)
        ranked = Ranked(columns, [tier & ~accessories for tier in others.tiers[:: len(MARKS)]])
        found = (columns.layout_of(slot) for slot in ranked.slice(0, DEVICES))
        return [layout_id for layout_id in found if layout_id is not None]

    def _verdict(self, kind: str, verdict_of: Callable[[Layout, Layout], Verdict], device: int, other: int) -> Verdict:
        key = (kind, device, other)
        if key not in self._verdicts:
            if len(self._verdicts) >= KEPT_VERDICTS:
                self._verdicts.clear()
            self._verdicts[key] = verdict_of(self._layouts[device], self._layouts[other])
        return self._verdicts[key]


def how_it_fits(kind: str) -> Callable[[Layout, Layout], Verdict] | None:
    """Return what tells how well an accessory of a kind goes with a device; None where ports do not tell."""
    if kind in SUPPLIES:
        return lambda device, supply: charges(supply, device)
    if kind == Accessory.Type.CABLE:
        return lambda device, cable: assess(device, cable, carrying=Carrying.POWER).verdict
    return None


def apart(tiers: Iterable[int]) -> tuple[int, ...]:
    """Return tiers of which none has what one before it has."""
    seen = 0
    found = []
    for tier in tiers:
        found.append(tier & ~seen)
        seen |= tier
    return tuple(found)
