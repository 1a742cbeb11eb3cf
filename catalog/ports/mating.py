"""Which connectors go into one another, and how: looked up once for each two kinds."""

from __future__ import annotations

from functools import cache

from catalog.ports.vocabulary import ENTERS, FACES, SAME, Fit, Gender

Half = tuple[str, Gender]  # the code of a connector, and which half of it


@cache
def fit_of(one: Half, other: Half) -> Fit | None:
    """Return how two halves go together, None if they do not. The order of the two makes no difference."""
    (code, gender), (other_code, other_gender) = one, other
    if Gender.NEITHER in (gender, other_gender):
        if gender != other_gender:
            return None
        return SAME if code == other_code else FACES.get(frozenset({code, other_code}))
    if gender == other_gender:
        return None
    if code == other_code:
        return SAME
    plug, receptacle = (code, other_code) if gender == Gender.PLUG else (other_code, code)
    return ENTERS.get((plug, receptacle))


@cache
def mating_halves(half: Half) -> tuple[Half, ...]:
    """Return the halves that go together with this one."""
    code, gender = half
    if gender == Gender.NEITHER:
        facing = (other for pair in FACES if code in pair for other in pair if other != code)
        return tuple((other, Gender.NEITHER) for other in (code, *facing))
    if gender == Gender.PLUG:
        into = (receptacle for plug, receptacle in ENTERS if plug == code)
        return tuple((other, Gender.RECEPTACLE) for other in (code, *into))
    entering = (plug for plug, receptacle in ENTERS if receptacle == code)
    return tuple((other, Gender.PLUG) for other in (code, *entering))
