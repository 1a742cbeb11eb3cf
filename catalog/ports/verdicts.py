"""Whether two products work together, how well, and why.

What counts is what the two are bought for: of headphones at a laptop the sound, of a charger the watts. Each such
function is met in full, in part or not at all; the verdict follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from typing import NamedTuple

from catalog.ports.effects import Effect, best_lane
from catalog.ports.findings import (
    POWER,
    Assessment,
    Dropped,
    Findings,
    effect_of,
    functions_between,
    needs_phantom,
    no_port,
    sink_of,
    supply_direction,
    told_first,
)
from catalog.ports.fronts import Signals
from catalog.ports.layouts import Layout, Port, Way
from catalog.ports.links import arriving, through_way
from catalog.ports.reasons import RANK, Reason
from catalog.ports.vocabulary import FUNCTIONS, PROTOCOLS, Carrying, Direction, Fit, Function

ONLY_IF_MADE_FOR = (Carrying.AUDIO, Carrying.VIDEO)  # what a plain cable is not expected to carry
PLAYBACK, MICROPHONE = Function(Carrying.AUDIO), Function(Carrying.AUDIO, is_capture=True)
PICTURE = Function(Carrying.VIDEO)


class _End(NamedTuple):
    """A signal front: where it began, the port that it comes out of, and what was remarked and dropped on the way."""

    start: Port
    port: Port
    signals: Signals
    remarks: tuple[Reason, ...] = ()
    dropped: Dropped = ()


def assess(one: Layout, other: Layout, *, carrying: Carrying | None = None) -> Assessment:
    """Return whether two products work together when the one is plugged straight into the other.

    `carrying` asks for one thing alone, also where it is not what they are bought for. A dock charges a laptop itself,
    besides what it passes on.
    """
    itself = assess_chain(one.without_ways, (), other.without_ways, carrying=carrying)
    if not (one.is_link or other.is_link):
        return itself
    found = [itself] if itself.effects else []
    if other.is_link:
        found.append(fit_link(one, other, carrying=carrying))
    if one.is_link:
        found.append(turned(fit_link(other, one, carrying=carrying), last=1))
    return min(found, key=_rank)


def assess_chain(
    one: Layout, links: Sequence[Layout], other: Layout, *, carrying: Carrying | None = None
) -> Assessment:
    """Return what two products do for each other over a chain of cables and adapters, in this order.

    `carrying` as in `assess`.
    """
    found, ends = _follow(one, links, other)
    expected = expected_functions(one, other, carrying)
    wanted = _wanted_there(expected, found.possible) or expected
    missing = wanted - found.effects.keys()
    if missing and (links or found.has_mated):
        back, _ends = _follow(other, links[::-1], one)
        for function in missing & back.losses.keys():
            reason = _turned(back.losses[function], len(links) + 1)
            found.losses[function] = told_first(found.losses.get(function), reason)
    if not found.has_mated and wanted.isdisjoint(found.losses):
        return no_port(ends or one.connectors, other)
    return found.conclude(wanted)


def fit_link(device: Layout, link: Layout, *, carrying: Carrying | None = None) -> Assessment:
    """Return what a cable, adapter, hub or dock passes on of a device whose port it is put into."""
    fitted = (
        _fit_port(device, (start, signals), link, place, fit, carrying)
        for start, signals in device.fronts
        for place, _port, fit in link.entries_for(start.half)
    )
    return min(fitted, key=_rank, default=None) or no_port(device.connectors, link)


def turned(assessment: Assessment, *, last: int) -> Assessment:
    """Return the same assessment seen from the other end of a chain whose last place is `last`."""
    swap = {Direction.OUT: Direction.IN, Direction.IN: Direction.OUT}
    effects = tuple(
        effect._replace(direction=swap[effect.direction], by=last - effect.by) for effect in assessment.effects
    )
    return Assessment(assessment.verdict, effects, tuple(_turned(reason, last) for reason in assessment.reasons))


def _turned(reason: Reason, last: int) -> Reason:
    figures = dict(reason.figures)
    if "by" in figures:
        figures["by"] = last - figures["by"]
    if "one" in figures:
        figures["one"], figures["other"] = figures["other"], figures["one"]
    return Reason(reason.code, figures)


def expected_functions(one: Layout, other: Layout, carrying: Carrying | None = None) -> set[Function]:
    """Return what two products could do for each other if everything fitted, out of what they are bought for."""
    possible = (one.gives & other.takes) | (one.takes & other.gives)
    return _asked(possible, one.purposes & other.purposes, carrying)


def _asked(possible: Set[Function], purposes: Set[Carrying], carrying: Carrying | None) -> set[Function]:
    """Return what is asked of what is possible: the one thing, possible or not, else all that counts."""
    if carrying is not None:
        return {function for function in possible if function.carrying == carrying} or {Function(carrying)}
    return {function for function in possible if function.carrying in purposes} or set(possible)


def _wanted_there(expected: set[Function], possible: Set[Function]) -> set[Function]:
    """Return what is expected where the ports have met: with the sound of a headset its microphone too."""
    wanted = expected & possible
    return wanted | (expected & {MICROPHONE}) if PLAYBACK in wanted else wanted


def _rank(assessment: Assessment) -> tuple[int, int, list[str]]:
    return RANK[assessment.verdict], -len(assessment.effects), [reason.code for reason in assessment.reasons]


def _remarks(fit: Fit) -> tuple[Reason, ...]:
    return (Reason(fit.reason),) if fit.reason else ()


def _follow(one: Layout, links: Sequence[Layout], other: Layout) -> tuple[Findings, list[str]]:
    """Return what is found on the way from one product to another, and the connectors that the chain ends in.

    Losses are noted of what the first product sends: why it gets nothing is found on the way back.
    """
    found = Findings(supply_direction(one, other))
    ends = [_End(port, port, signals) for port, signals in one.fronts]
    for position, link in enumerate(links, 1):
        ends = list(_through(ends, link, position, found))
    for end in ends:
        for port, fit in other.ends_for(end.port.half):
            _meet(end, port, fit, len(links) + 1, found)
    return found, list(dict.fromkeys(end.port.connector for end in ends))


def _through(ends: Iterable[_End], link: Layout, position: int, found: Findings) -> Iterator[_End]:
    for end in ends:
        for place, _port, fit in link.entries_for(end.port.half):
            entering = found.enter(end.signals, fit)
            for way in link.ways_from(place):
                passed = through_way(entering, way, position)
                lost = found.note_losses(entering, passed, way, position)
                dropped = (*end.dropped, *((protocol, position) for protocol in lost))
                yield _End(end.start, link.ports[way.exit], passed, end.remarks + _remarks(fit), dropped)


def _meet(end: _End, port: Port, fit: Fit, last: int, found: Findings) -> None:
    found.has_mated = True
    found.possible |= functions_between(end.start, port)
    passed = found.enter(end.signals, fit)
    met: set[Function] = set()
    flows = list(arriving(passed, port, last))
    is_powered = any(flow.protocol == "phantom" for flow in flows)
    for flow in flows:
        effect = effect_of(flow, end.start, port)
        met.add(effect.function)
        if effect.function.is_capture and not is_powered and needs_phantom(flow, end.start, port):
            found.lose(effect.function, Reason("needs_phantom"))
        else:
            found.take(effect, sink_of(flow.direction, end.start, port), end.remarks + _remarks(fit))
    found.note_differences(passed, end.dropped, port, met)


def _fit_port(
    device: Layout, front: tuple[Port, Signals], link: Layout, place: int, fit: Fit, carrying: Carrying | None
) -> Assessment:
    """Return what a link passes on of one port of a device, put in at one of the link's own."""
    start, own = front
    found = Findings(supply_direction(device, link), has_mated=True)
    port = link.ports[place]
    signals = found.enter(own, fit)
    for flow in arriving(signals, port, 1):
        found.take(effect_of(flow, start, port), sink_of(flow.direction, start, port), _remarks(fit))
    wanted, told = set(found.effects), set[Function]()
    for way in link.ways_from(place):
        is_straight = link.ports[way.exit].connector == port.connector
        wanted |= _wanted_of_way(start, way, is_straight=is_straight)
        if is_straight and carrying is None:
            told |= {PICTURE} & (start.gives | start.takes)
        passed = through_way(signals, way, 1)
        found.note_losses(signals, passed, way, 1, also_back=True)
        for effect in _passed_on(start, passed, is_straight=is_straight):
            found.take(effect, start, _remarks(fit))
    charging = found.effects.get(POWER)
    if charging is not None and charging.direction == Direction.OUT and best_lane(start, POWER, Direction.IN):
        found.remarks[POWER] = (*found.remarks[POWER], Reason("charges_others"))
    return found.conclude(_asked(wanted, device.purposes, carrying), told=told)


def _wanted_of_way(start: Port, way: Way, *, is_straight: bool) -> set[Function]:
    """Return what a way through a link is expected to pass on.

    A plain cable is measured by the port that it is put into, but for what it is not made for: a charging cable is a
    good one without a picture, which is told. What turns one thing into another is measured by what it is for. What
    rides on USB is wanted of neither.
    """
    through = {FUNCTIONS[code] for table in (way.out, way.back) for code in table if PROTOCOLS[code].over is None}
    own = {FUNCTIONS[lane.protocol] for lane in start.lanes if PROTOCOLS[lane.protocol].over is None}
    if is_straight:
        return {function for function in own if function.carrying not in ONLY_IF_MADE_FOR or function in through}
    converted = {FUNCTIONS[code] for table in (way.out, way.back) for code in table}
    return through & own or converted


def _passed_on(start: Port, passed: Signals, *, is_straight: bool) -> Iterator[Effect]:
    """Yield what comes out of a way, beside what the port that it was put into could do at best."""
    directions = {direction for protocol, direction in passed if FUNCTIONS[protocol] == POWER}
    charging = Direction.IN if best_lane(start, POWER, Direction.IN) else Direction.OUT
    for (becomes, direction), reach in passed.items():
        protocol = becomes if direction == Direction.OUT else reach.began_as
        function = FUNCTIONS[protocol]
        if PROTOCOLS[becomes].over is not None or (
            function == POWER and direction != charging and charging in directions
        ):
            continue
        if is_straight or (function == POWER and direction == Direction.IN):
            of = best_lane(start, function, direction)
        elif function.carrying in (Carrying.POWER, Carrying.VIDEO):
            of = reach.limit  # what is plugged in there decides
        else:
            of = best_lane(start, function, direction, protocol)
        yield Effect(function, direction, protocol, reach.limit, max(of, reach.limit), reach.by)
