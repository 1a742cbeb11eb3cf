"""What is found while signals are followed: the best effect for each function, and what stood in the way."""

from __future__ import annotations

from collections.abc import Iterable, Set
from dataclasses import dataclass, field
from math import inf
from typing import NamedTuple

from catalog.ports.effects import Effect, absence, best_lane, effect_reason, hints
from catalog.ports.fronts import Signals
from catalog.ports.layouts import Layout, Port, Way
from catalog.ports.links import Flow, lanes_for, through_fit
from catalog.ports.purposes import POWER_ONLY
from catalog.ports.reasons import Reason, Verdict
from catalog.ports.vocabulary import ALL_FUNCTIONS, FUNCTIONS, PROTOCOLS, Carrying, Direction, Fit, Function

POWER = Function(Carrying.POWER)
FEEDS = ("mains", "car-12v")  # what a supply lives on itself
OVER_THUNDERBOLT = (Carrying.DATA, Carrying.VIDEO, Carrying.NETWORK)
TELLING = (
    "needs_dual_mode",
    "needs_thunderbolt",
    "needs_phantom",
    "microphone_contact_differs",
    "feeds_the_supply",
    "no_power_delivery",
    "protocols_differ",
    "one_way",
)
Dropped = tuple[tuple[str, int], ...]  # what did not get through, and the place in the chain where it ended


class Assessment(NamedTuple):
    """A verdict, what it rests on, and the reasons in words and codes."""

    verdict: Verdict
    effects: tuple[Effect, ...]
    reasons: tuple[Reason, ...]


@dataclass(slots=True)
class Findings:
    """What was found about two products. `supply` is the way that power has to go if one of them is a supply."""

    supply: Direction | None = None
    effects: dict[Function, Effect] = field(default_factory=dict)
    remarks: dict[Function, tuple[Reason, ...]] = field(default_factory=dict)
    hints: dict[Function, tuple[Reason, ...]] = field(default_factory=dict)
    losses: dict[Function, Reason] = field(default_factory=dict)
    possible: set[Function] = field(default_factory=set)  # at the ports that have met
    has_mated: bool = False

    def take(self, effect: Effect, sink: Port, remarks: tuple[Reason, ...]) -> None:
        """Keep what does more than was found before, of equals what wants no more; `sink` is the port that takes it."""
        function = effect.function
        if effect.protocol not in FEEDS and function == POWER and self.supply not in (None, effect.direction):
            self.lose(function, Reason("feeds_the_supply"))
            return
        known = self.effects.get(function)
        gain = (effect.limit, -effect.of, -len(remarks))
        if known is None or gain > (known.limit, -known.of, -len(self.remarks[function])):
            self.effects[function] = effect
            self.remarks[function] = remarks
            self.hints[function] = tuple(hints(effect, sink))

    def lose(self, function: Function, reason: Reason) -> None:
        """Remember what stood in the way of a function, the first such thing."""
        self.losses.setdefault(function, reason)

    def enter(self, signals: Signals, fit: Fit) -> Signals:
        """Return what passes between two mated ports, and remember why the rest does not."""
        passed = through_fit(signals, fit)
        if fit.loss:
            for protocol, direction in signals.keys() - passed.keys():
                if direction == Direction.OUT:
                    self.lose(FUNCTIONS[protocol], Reason(fit.loss))
        return passed

    def note_losses(
        self, before: Signals, after: Signals, way: Way, position: int, *, also_back: bool = False
    ) -> list[str]:
        """Remember why what is sent does not get through, where nothing else does the same; return what is dropped."""
        dropped = [key for key in before if not lanes_for(*key, way)]
        left = {FUNCTIONS[protocol] for protocol, _direction in (*after, *(before.keys() - dropped))}
        for protocol, direction in dropped:
            if FUNCTIONS[protocol] not in left and (also_back or direction == Direction.OUT):
                self.lose(FUNCTIONS[protocol], _loss(protocol, direction, before, way, position))
        return [protocol for protocol, direction in dropped if direction == Direction.OUT]

    def note_differences(self, signals: Signals, dropped: Dropped, port: Port, met: set[Function]) -> None:
        """Remember where two mated ends speak of the same thing in different ways.

        Where a part of the chain dropped what both speak, it is to blame.
        """
        sent: dict[Function, set[str]] = {}
        for protocol, direction in signals:
            function = FUNCTIONS[protocol]
            if direction == Direction.OUT and function not in met and function in port.takes:
                sent.setdefault(function, set()).add(protocol)
        for function, ours in sent.items():
            theirs = {
                lane.protocol
                for lane in port.lanes
                if lane.direction != Direction.OUT and FUNCTIONS[lane.protocol] == function
            }
            by = next((position for protocol, position in dropped if protocol in theirs), None)
            if by is None:
                self.lose(function, _difference(function, ours, theirs))
            else:
                self.lose(function, Reason(f"{function.carrying}_not_carried", {"by": by}))

    def conclude(self, wanted: set[Function], *, told: Set[Function] = frozenset()) -> Assessment:
        """Return the verdict over the functions that are wanted; of those to be `told` it says if they are missing."""
        effects = tuple(self.effects[function] for function in ALL_FUNCTIONS if function in self.effects)
        met = [effect for effect in effects if effect.function in wanted]
        missing = [function for function in ALL_FUNCTIONS if function in wanted and function not in self.effects]
        reasons: list[Reason] = []
        for effect in met:
            reasons += [effect_reason(effect), *self.hints[effect.function], *self.remarks[effect.function]]
        for function in missing:
            reasons.append(absence(function))
            if function in self.losses:
                reasons.append(self.losses[function])
        reasons += [absence(each) for each in ALL_FUNCTIONS if each in told - wanted - self.effects.keys()]
        if not wanted:
            reasons.append(Reason("nothing_in_common"))
        is_full = not missing and all(effect.is_full and not self.remarks[effect.function] for effect in met)
        verdict = Verdict.NO if not met else Verdict.WORKS if is_full else Verdict.LIMITED
        return Assessment(verdict, effects, unique(reasons))


def supply_direction(one: Layout, other: Layout) -> Direction | None:
    """Return which way power has to go where one of two products is a supply and the other is not."""
    if (one.purposes == POWER_ONLY) == (other.purposes == POWER_ONLY):
        return None
    return Direction.OUT if one.purposes == POWER_ONLY else Direction.IN


def no_port(one: Iterable[str], other: Layout) -> Assessment:
    """Return that none of these connectors goes into anything of the other product."""
    names = {"one": list(one), "other": list(other.connectors)}
    return Assessment(Verdict.NO, (), (Reason("no_matching_port", names),))


def effect_of(flow: Flow, start: Port, end: Port) -> Effect:
    """Return what an arrived signal does, beside what the two ports at the ends could do at best.

    Of power that is what the sink can take, of data what a drive or another pure device can do. Of the rest it is the
    best that both ends name, as far as they name the same: a Thunderbolt socket is no reason to call a phone slow.
    """
    function = FUNCTIONS[flow.protocol]
    back = Direction.IN if flow.direction == Direction.OUT else Direction.OUT
    if function == POWER:
        of = best_lane(sink_of(flow.direction, start, end), function, Direction.IN)
    else:
        here = {lane.protocol for lane in start.lanes if lane.direction in (flow.direction, Direction.BOTH)}
        there = {lane.protocol for lane in end.lanes if lane.direction in (back, Direction.BOTH)}
        both = here & there
        of = max(
            (
                min(best_lane(start, function, flow.direction, code), best_lane(end, function, back, code))
                for code in both
                if FUNCTIONS[code] == function
            ),
            default=min(best_lane(start, function, flow.direction), best_lane(end, function, back)),
        )
    if function.carrying == Carrying.DATA:
        of = max(of, _as_device(sink_of(flow.direction, start, end), function))
    return Effect(function, flow.direction, flow.protocol, flow.limit, max(of, flow.limit), flow.by)


def _as_device(port: Port, function: Function) -> float:
    """Return what a port could do that is never a host: a drive is measured by itself, not by what it is put into."""
    own = [lane for lane in port.lanes if FUNCTIONS[lane.protocol] == function and lane.direction == Direction.IN]
    return max((inf if lane.limit is None else lane.limit for lane in own), default=0.0)


def needs_phantom(flow: Flow, start: Port, end: Port) -> bool:
    """Return whether the microphone that is heard in a flow works with phantom power only."""
    microphone = start if flow.direction == Direction.OUT else end
    return any(lane.protocol == "phantom" and lane.direction == Direction.IN for lane in microphone.lanes)


def sink_of(direction: Direction, start: Port, end: Port) -> Port:
    """Return the port that takes what goes in this direction."""
    return end if direction == Direction.OUT else start


def functions_between(start: Port, end: Port) -> frozenset[Function]:
    """Return what two ports could do for each other: what one gives and the other takes."""
    return (start.gives & end.takes) | (start.takes & end.gives)


def unique(reasons: Iterable[Reason]) -> tuple[Reason, ...]:
    """Return each reason once, in the order in which they came."""
    kept: list[Reason] = []
    for reason in reasons:
        if reason not in kept:
            kept.append(reason)
    return tuple(kept)


def told_first(*reasons: Reason | None) -> Reason:
    """Return the reason that tells most: that a part lacks something comes before that it does not pass it on."""
    found = [reason for reason in reasons if reason is not None]
    return min(found, key=lambda reason: TELLING.index(reason.code) if reason.code in TELLING else len(TELLING))


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


def _difference(function: Function, ours: set[str], theirs: set[str]) -> Reason:
    if function.carrying == Carrying.DATA and "thunderbolt" in ours ^ theirs and {"usb", "usb4"} & (ours | theirs):
        return Reason("needs_thunderbolt")
    if function == POWER and theirs <= {"usb-pd", "pps"}:
        return Reason("no_power_delivery")
    names = [[PROTOCOLS[code].name for code in sorted(codes)] for codes in (ours, theirs)]
    return Reason("protocols_differ", {"carrying": function.carrying.value, "one": names[0], "other": names[1]})
