"""Whether two products work together, how well, and why.

What counts is what the two are bought for: of headphones at a laptop the sound, of a charger the watts. Each such
function is met in full, in part or not at all; the verdict follows from them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from catalog.ports.effects import Effect, absence, best_lane, effect_reason, hints
from catalog.ports.layouts import Layout, Port, Way
from catalog.ports.links import Flow, Signals, arriving, lanes_for, mate, signals_of, through_fit, through_way
from catalog.ports.reasons import RANK, Reason, Verdict
from catalog.ports.vocabulary import ALL_FUNCTIONS, FUNCTIONS, PROTOCOLS, Carrying, Direction, Fit, Function

OVER_THUNDERBOLT = (Carrying.DATA, Carrying.VIDEO, Carrying.NETWORK)

TELLING = (
    "needs_dual_mode",
    "needs_thunderbolt",
    "needs_phantom",
    "microphone_contact_differs",
    "no_power_delivery",
    "protocols_differ",
    "one_way",
)


class Assessment(NamedTuple):
    """A verdict, what it rests on, and the reasons in words and codes."""

    verdict: Verdict
    effects: tuple[Effect, ...]
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class _Findings:
    """What was found while following the signals: the best effect for each function, and what stood in the way.

    `touched` is what the ports are for that were put together, whether or not it works.
    """

    effects: dict[Function, Effect] = field(default_factory=dict)
    remarks: dict[Function, tuple[Reason, ...]] = field(default_factory=dict)
    hints: dict[Function, tuple[Reason, ...]] = field(default_factory=dict)
    losses: dict[Function, Reason] = field(default_factory=dict)
    touched: set[Function] = field(default_factory=set)
    has_mated: bool = False

    def take(self, effect: Effect, sink: Port, remarks: tuple[Reason, ...]) -> None:
        """Keep what does more than was found before, of equals what wants no more; `sink` is the port that takes it."""
        known = self.effects.get(effect.function)
        if known is None or (effect.limit, -effect.of) > (known.limit, -known.of):
            self.effects[effect.function] = effect
            self.remarks[effect.function] = remarks
            self.hints[effect.function] = tuple(hints(effect, sink))

    def lose(self, function: Function, reason: Reason) -> None:
        self.losses.setdefault(function, reason)


class _End(NamedTuple):
    """A signal front: where it began, the port that it comes out of, and what was remarked and dropped on the way."""

    start: Port
    port: Port
    signals: Signals
    remarks: tuple[Reason, ...] = ()
    dropped: tuple[tuple[str, int], ...] = ()


def assess(one: Layout, other: Layout, *, carrying: Carrying | None = None) -> Assessment:
    """Return whether two products work together when the one is plugged straight into the other.

    `carrying` asks for one thing alone, also where it is not what they are bought for.
    """
    found = []
    if other.is_link:
        found.append(fit_link(one, other, carrying=carrying))
    if one.is_link:
        found.append(turned(fit_link(other, one, carrying=carrying), last=1))
    return min(found, key=_rank) if found else assess_chain(one, (), other, carrying=carrying)


def assess_chain(
    one: Layout, links: Sequence[Layout], other: Layout, *, carrying: Carrying | None = None
) -> Assessment:
    """Return what two products do for each other over a chain of cables and adapters, in this order.

    `carrying` as in `assess`.
    """
    found, ends = _follow(one, links, other)
    wanted = expected_functions(one, other, carrying)
    if not wanted.isdisjoint(found.effects):
        wanted &= found.touched
    missing = wanted - found.effects.keys()
    if missing:
        back, _ends = _follow(other, links[::-1], one)
        for function in missing & back.losses.keys():
            reasons = [found.losses.get(function), _turned(back.losses[function], len(links) + 1)]
            found.losses[function] = min(filter(None, reasons), key=_telling)
    if not found.has_mated and wanted.isdisjoint(found.losses):
        return _no_port(ends or one.connectors, other)
    return _conclude(wanted, found)


def _follow(one: Layout, links: Sequence[Layout], other: Layout) -> tuple[_Findings, list[str]]:
    """Return what is found on the way from one product to another, and the connectors that the chain ends in.

    Losses are noted of what the first product sends: why it gets nothing is found on the way back.
    """
    found = _Findings()
    ends = [_End(port, port, signals_of(port)) for port in one.open_ports]
    for position, link in enumerate(links, 1):
        ends = list(_through(ends, link, position, found))
    for end in ends:
        for port in other.open_ports:
            _meet(end, port, len(links) + 1, found)
    return found, list(dict.fromkeys(end.port.connector for end in ends))


def fit_link(device: Layout, link: Layout, *, carrying: Carrying | None = None) -> Assessment:
    """Return what a cable, adapter, hub or dock passes on of a device whose port it is put into."""
    best: Assessment | None = None
    for start in device.open_ports:
        for place, port in link.link_ports:
            fit = mate(start, port)
            if fit is None:
                continue
            found = _Findings(has_mated=True)
            remarks = (Reason(fit.reason),) if fit.reason else ()
            signals = _enter(signals_of(start), fit, found)
            for flow in arriving(signals, port, 1):
                found.take(_effect(flow, start, port), _sink(flow, start, port), remarks)
            wanted: set[Function] = set(found.effects)
            for way in link.ways_from(place):
                wanted |= _wanted_of_way(start, port, way, link)
                _pass_on(start, signals, way, found, remarks)
            result = _conclude(_asked(wanted, device.purposes, carrying), found)
            if best is None or _rank(result) < _rank(best):
                best = result
    return best or _no_port(device.connectors, link)


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


def _enter(signals: Signals, fit: Fit, found: _Findings) -> Signals:
    """Return what passes between two mated ports, and remember why the rest does not."""
    passed = through_fit(signals, fit)
    if fit.loss:
        for protocol, direction in signals.keys() - passed.keys():
            if direction == Direction.OUT:
                found.lose(FUNCTIONS[protocol], Reason(fit.loss))
    return passed


def _through(ends: Iterable[_End], link: Layout, position: int, found: _Findings) -> Iterator[_End]:
    for end in ends:
        for place, port in link.link_ports:
            fit = mate(end.port, port)
            if fit is None:
                continue
            remarks = (*end.remarks, Reason(fit.reason)) if fit.reason else end.remarks
            entering = _enter(end.signals, fit, found)
            for way in link.ways_from(place):
                passed = through_way(entering, way, position)
                dropped = _note_losses(entering, passed, way, position, found)
                lost = (*end.dropped, *((protocol, position) for protocol in dropped))
                yield _End(end.start, link.ports[way.exit], passed, remarks, lost)


def _meet(end: _End, port: Port, last: int, found: _Findings) -> None:
    fit = mate(end.port, port)
    if fit is None:
        return
    found.has_mated = True
    found.touched.update(FUNCTIONS[lane.protocol] for lane in (*end.start.lanes, *port.lanes))
    remarks = (*end.remarks, Reason(fit.reason)) if fit.reason else end.remarks
    passed = _enter(end.signals, fit, found)
    met: set[Function] = set()
    flows = list(arriving(passed, port, last))
    is_powered = any(flow.protocol == "phantom" for flow in flows)
    for flow in flows:
        effect = _effect(flow, end.start, port)
        met.add(effect.function)
        if effect.function.is_capture and not is_powered and _needs_phantom(flow, end.start, port):
            found.lose(effect.function, Reason("needs_phantom"))
        else:
            found.take(effect, _sink(flow, end.start, port), remarks)
    _note_differences(end, passed, port, met, found)


def _effect(flow: Flow, start: Port, end: Port) -> Effect:
    """Return what an arrived signal does, beside what the two ports at the ends could do at best."""
    function = FUNCTIONS[flow.protocol]
    back = Direction.IN if flow.direction == Direction.OUT else Direction.OUT
    here, there = best_lane(start, function, flow.direction), best_lane(end, function, back)
    if function.carrying == Carrying.POWER:
        of = there if flow.direction == Direction.OUT else here
    else:
        of = min(here, there)
    if function.carrying == Carrying.DATA:
        of = max(of, _as_device(_sink(flow, start, end), function))
    return Effect(function, flow.direction, flow.protocol, flow.limit, max(of, flow.limit), flow.by)


def _sink(flow: Flow, start: Port, end: Port) -> Port:
    return end if flow.direction == Direction.OUT else start


def _as_device(port: Port, function: Function) -> float:
    """Return what a port could do that is never a host: a drive is measured by itself, not by what it is put into."""
    own = [lane for lane in port.lanes if FUNCTIONS[lane.protocol] == function and lane.direction == Direction.IN]
    return max((inf if lane.limit is None else lane.limit for lane in own), default=0.0)


def _needs_phantom(flow: Flow, start: Port, end: Port) -> bool:
    microphone = start if flow.direction == Direction.OUT else end
    return any(lane.protocol == "phantom" and lane.direction == Direction.IN for lane in microphone.lanes)


def _wanted_of_way(start: Port, port: Port, way: Way, link: Layout) -> set[Function]:
    """Return what a way through a link is expected to pass on.

    A plain cable is measured by the port that it is put into, and what turns one thing into another by what it is for.
    """
    through = {FUNCTIONS[protocol] for table in (way.out, way.back) for protocol in table}
    own = {FUNCTIONS[lane.protocol] for lane in start.lanes}
    if link.ports[way.exit].connector == port.connector:
        return {function for function in own if function.carrying != Carrying.AUDIO or function in through}
    return through | {function for function in own if function.carrying in {f.carrying for f in through}}


def _pass_on(start: Port, signals: Signals, way: Way, found: _Findings, remarks: tuple[Reason, ...]) -> None:
    passed = through_way(signals, way, 1)
    _note_losses(signals, passed, way, 1, found, also_back=True)
    for (becomes, direction), reach in passed.items():
        protocol = becomes if direction == Direction.OUT else reach.began_as
        function = FUNCTIONS[protocol]
        if function.carrying == Carrying.POWER and direction != _main_direction(start):
            continue
        of = max(best_lane(start, function, direction), reach.limit)
        found.take(Effect(function, direction, protocol, reach.limit, of, reach.by), start, remarks)


def _main_direction(port: Port) -> Direction:
    """Return whether a port is rather there to be charged or to charge."""
    power = Function(Carrying.POWER)
    takes, gives = best_lane(port, power, Direction.IN), best_lane(port, power, Direction.OUT)
    return Direction.IN if takes >= gives else Direction.OUT


def _note_losses(
    before: Signals, after: Signals, way: Way, position: int, found: _Findings, *, also_back: bool = False
) -> list[str]:
    """Remember why what is sent does not get through, where nothing else does the same; return what is dropped."""
    dropped = [key for key in before if not lanes_for(*key, way)]
    left = {FUNCTIONS[protocol] for protocol, _direction in (*after, *(before.keys() - dropped))}
    for protocol, direction in dropped:
        if FUNCTIONS[protocol] not in left and (also_back or direction == Direction.OUT):
            found.lose(FUNCTIONS[protocol], _loss(protocol, direction, before, way, position))
    return [protocol for protocol, direction in dropped if direction == Direction.OUT]


def _loss(protocol: str, direction: Direction, before: Signals, way: Way, position: int) -> Reason:
    lanes, reverse = (way.out, way.back) if direction == Direction.OUT else (way.back, way.out)
    if protocol == "dp" and "dp++" in lanes:
        return Reason("needs_dual_mode", {"by": position})
    function = FUNCTIONS[protocol]
    if "thunderbolt" in lanes and function.carrying in OVER_THUNDERBOLT and ("thunderbolt", direction) not in before:
        return Reason("needs_thunderbolt")
    if protocol in reverse or any(FUNCTIONS[name] == function for name in reverse if name not in lanes):
        return Reason("one_way", {"by": position})
    return Reason(f"{function.carrying}_not_carried", {"by": position})


def _note_differences(end: _End, signals: Signals, port: Port, met: set[Function], found: _Findings) -> None:
    """Remember where two mated ends speak of the same thing in different ways."""
    sent = {protocol for protocol, direction in signals if direction == Direction.OUT}
    for function in {FUNCTIONS[protocol] for protocol in sent} - met:
        ours = {protocol for protocol in sent if FUNCTIONS[protocol] == function}
        theirs = {
            lane.protocol
            for lane in port.lanes
            if lane.direction != Direction.OUT and FUNCTIONS[lane.protocol] == function
        }
        if not theirs:
            continue
        by = next((position for protocol, position in end.dropped if protocol in theirs), None)
        if by is None:
            found.lose(function, _difference(function, ours, theirs))
        else:
            found.lose(function, Reason(f"{function.carrying}_not_carried", {"by": by}))


def _difference(function: Function, ours: set[str], theirs: set[str]) -> Reason:
    if function.carrying == Carrying.DATA and "thunderbolt" in ours ^ theirs and {"usb", "usb4"} & (ours | theirs):
        return Reason("needs_thunderbolt")
    if function.carrying == Carrying.POWER and theirs <= {"usb-pd", "pps"}:
        return Reason("no_power_delivery")
    names = [[PROTOCOLS[code].name for code in sorted(codes)] for codes in (ours, theirs)]
    return Reason("protocols_differ", {"carrying": function.carrying.value, "one": names[0], "other": names[1]})


def _conclude(wanted: set[Function], found: _Findings) -> Assessment:
    effects = tuple(found.effects[function] for function in ALL_FUNCTIONS if function in found.effects)
    met = [effect for effect in effects if effect.function in wanted]
    missing = [function for function in ALL_FUNCTIONS if function in wanted and function not in found.effects]
    reasons: list[Reason] = []
    for effect in met:
        reasons += [effect_reason(effect), *found.hints[effect.function], *found.remarks[effect.function]]
    for function in missing:
        reasons.append(absence(function))
        if function in found.losses:
            reasons.append(found.losses[function])
    if not wanted:
        reasons.append(Reason("nothing_in_common"))
    is_full = not missing and all(effect.is_full and not found.remarks[effect.function] for effect in met)
    verdict = Verdict.NO if not met else Verdict.WORKS if is_full else Verdict.LIMITED
    return Assessment(verdict, effects, unique(reasons))


def unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return each reason once, in the order in which they came."""
    kept: list[Reason] = []
    for reason in reasons:
        if reason not in kept:
            kept.append(reason)
    return tuple(kept)


def _no_port(one: Iterable[str], other: Layout) -> Assessment:
    names = {"one": list(one), "other": list(other.connectors)}
    return Assessment(Verdict.NO, (), (Reason("no_matching_port", names),))


def _telling(reason: Reason) -> int:
    """Return how little a reason tells: that a part lacks something comes before that it does not pass it on."""
    return TELLING.index(reason.code) if reason.code in TELLING else len(TELLING)


def _rank(assessment: Assessment) -> tuple[int, int, list[str]]:
    return RANK[assessment.verdict], -len(assessment.effects), [reason.code for reason in assessment.reasons]
