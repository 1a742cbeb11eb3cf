"""What a connection does for one purpose, how good that is, and how it is said."""

from __future__ import annotations

from collections.abc import Iterator
from math import inf
from typing import NamedTuple

from catalog.ports.layouts import Port
from catalog.ports.reasons import Reason
from catalog.ports.vocabulary import FUNCTIONS, PROTOCOLS, Carrying, Direction, Function, best_mode

ENOUGH = 0.9  # of the watts that a device can take: a charger of 60 W does for a laptop of 65 W
PLAIN_USB = ("usb-5v", "qc")
ANALOG_VIDEO = ("vga", "composite")  # what a digital source could send says nothing about them
OWN_FAST_CHARGING = ("supervooc", "xiaomi-turbo", "scp", "transsion", "flashcharge", "magsafe")


class Effect(NamedTuple):
    """What a connection does for one function.

    OUT is from the first product to the last. `limit` and `of`, what the two ends could do at best, are in W or
    Gbit/s, infinite where nothing limits them. `by` is the place in the chain of what limits it: 0 is the first.
    """

    function: Function
    direction: Direction
    protocol: str
    limit: float
    of: float
    by: int

    @property
    def is_full(self) -> bool:
        """Whether the ends get all that they could use."""
        if self.of == inf or self.protocol in ANALOG_VIDEO:
            return True
        if self.function.carrying == Carrying.VIDEO:
            return best_mode(self.limit) == best_mode(self.of)
        return self.limit >= self.of * (ENOUGH if self.function.carrying == Carrying.POWER else 0.999)


def best_lane(port: Port, function: Function, direction: Direction, protocol: str | None = None) -> float:
    """Return the most that a port carries for a function one way, in W or Gbit/s, over all or one protocol.

    0 where it does not.
    """
    return max(
        (
            inf if lane.limit is None else lane.limit
            for lane in port.lanes
            if lane.direction in (direction, Direction.BOTH)
            and FUNCTIONS[lane.protocol] == function
            and protocol in (None, lane.protocol)
        ),
        default=0.0,
    )


def effect_reason(effect: Effect) -> Reason:
    """Return what the customer gets, as a reason with its figures."""
    figures: dict[str, object] = {"protocol": PROTOCOLS[effect.protocol].name}
    carrying = effect.function.carrying
    if carrying == Carrying.AUDIO:
        return Reason("records_sound" if effect.function.is_capture else "plays_sound", figures)
    if effect.limit == inf or effect.protocol in ANALOG_VIDEO:
        return Reason(_UNLIMITED[carrying], figures)
    if carrying == Carrying.POWER:
        figures["watts"] = effect.limit
        full, limited = "charges", "charges_slowly"
    else:
        figures["gbps"] = effect.limit
        full, limited = _RATED[carrying]
    if carrying == Carrying.VIDEO:
        figures["mode"] = best_mode(effect.limit)
    if effect.is_full:
        return Reason(full, figures)
    figures["of" if carrying == Carrying.POWER else "of_gbps"] = effect.of
    if carrying == Carrying.VIDEO:
        figures["of_mode"] = best_mode(effect.of)
    return Reason(limited, {**figures, "by": effect.by})


_UNLIMITED = {
    Carrying.POWER: "powers",
    Carrying.DATA: "connects",
    Carrying.VIDEO: "video_analog",
    Carrying.NETWORK: "connects",
}
_RATED = {
    Carrying.DATA: ("data_at", "slow_data"),
    Carrying.VIDEO: ("video_at", "video_limited"),
    Carrying.NETWORK: ("network_at", "slow_network"),
}


def hints(effect: Effect, sink: Port) -> Iterator[Reason]:
    """Yield why a device charges slower at this port than it could, where the protocol is the reason."""
    if effect.function.carrying != Carrying.POWER or effect.is_full:
        return
    faster = {
        lane.protocol
        for lane in sink.lanes
        if lane.direction != Direction.OUT and lane.protocol != effect.protocol and (lane.limit or 0) > effect.limit
    }
    if effect.protocol in PLAIN_USB and faster & {"usb-pd", "pps"}:
        yield Reason("no_power_delivery")
    elif effect.protocol == "usb-pd" and "pps" in faster:
        yield Reason("no_pps")
    for code in OWN_FAST_CHARGING:
        if code in faster:
            yield Reason("own_fast_charging", {"protocol": PROTOCOLS[code].name})


def absence(function: Function) -> Reason:
    """Return that a function is missing, as a reason."""
    if function.carrying == Carrying.AUDIO:
        return Reason("no_microphone" if function.is_capture else "no_playback")
    return Reason(f"no_{function.carrying}")
