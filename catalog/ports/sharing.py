"""Several devices on one charger: which output each gets, and what is left for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import NamedTuple

from catalog.ports.effects import ENOUGH
from catalog.ports.layouts import Budget, Layout, Port
from catalog.ports.purposes import POWER_ONLY
from catalog.ports.reasons import Reason, Verdict
from catalog.ports.verdicts import assess_chain
from catalog.ports.vocabulary import Carrying, Direction


class Share(NamedTuple):
    """What one device gets, in W: from which output (None: there is none left), what that gives, and the best alone."""

    port: str | None
    watts: float
    offered: float
    alone: float


def share_power(charger: Layout, devices: Sequence[tuple[Sequence[Layout], Layout]]) -> list[Share]:
    """Return what each device gets when all are charged at once, each over its chain of cables.

    The hungriest choose first. What a charger gives to so many devices together is taken from what its maker
    publishes; where nothing is published, the total is shared evenly and what one leaves goes to the others.
    """
    outputs = [replace(port, quantity=1) for port in charger.ports for _ in range(port.quantity) if _gives(port)]
    offers = [[_watts(charger, port, links, device) for port in outputs] for links, device in devices]
    alone = [max(row, default=0.0) for row in offers]
    free = set(range(len(outputs)))
    given: dict[int, int] = {}
    for device in sorted(range(len(devices)), key=lambda device: -alone[device]):
        best = max(sorted(free), key=lambda output: offers[device][output], default=None)
        if best is not None and offers[device][best] > 0:
            given[device] = best
            free.discard(best)
    watts = dict(
        zip(given, split_power([offers[device][given[device]] for device in given], charger.budget), strict=True)
    )
    return [
        Share(outputs[given[device]].name, watts[device], offers[device][given[device]], alone[device])
        if device in given
        else Share(None, 0.0, 0.0, alone[device])
        for device in range(len(devices))
    ]


def judge_sharing(
    charger: Layout, devices: Sequence[tuple[Sequence[Layout], Layout]]
) -> tuple[Verdict, tuple[Reason, ...], list[Share]]:
    """Return how well several devices charge at once, why, and the share of each: in full is what each gets alone."""
    shares = share_power(charger, devices)
    reasons = [Reason("charges", {"watts": share.watts}) for share in shares if share.watts]
    if any(share.port is None for share in shares):
        outputs = sum(port.quantity for port in charger.ports if _gives(port))
        reasons.append(Reason("too_many_devices", {"ports": outputs, "devices": len(devices)}))
    if charger.budget and any(share.watts < share.offered * ENOUGH for share in shares):
        reasons.append(Reason("shared_power", {"watts": charger.budget.watts, "devices": len(devices)}))
    reasons += [
        Reason("weaker_output", {"port": share.port, "watts": share.offered, "of": share.alone})
        for share in shares
        if share.port and share.offered < share.alone * ENOUGH
    ]
    is_full = all(reason.code == "charges" for reason in reasons)
    verdict = Verdict.NO if not reasons else Verdict.WORKS if is_full else Verdict.LIMITED
    return verdict, tuple(reasons), shares


def split_power(wanted: Sequence[float], budget: Budget | None) -> list[float]:
    """Return what devices that want so many watts get of a budget; the greatest wish comes first."""
    if budget is None or len(wanted) < 2:
        return list(wanted)
    split = budget.splits.get(len(wanted))
    if split is not None:
        return [min(pair) for pair in zip(wanted, sorted(split, reverse=True), strict=True)]
    left, given = budget.watts, [0.0] * len(wanted)
    waiting = sorted(range(len(wanted)), key=wanted.__getitem__)
    while waiting:
        place = waiting.pop(0)
        given[place] = min(wanted[place], left / (len(waiting) + 1))
        left -= given[place]
    return given


def _gives(port: Port) -> bool:
    return any(lane.direction != Direction.IN for lane in port.lanes)


def _watts(charger: Layout, port: Port, links: Sequence[Layout], device: Layout) -> float:
    only = Layout((port,), purposes=POWER_ONLY)
    sink = Layout(device.ports, device.joins, POWER_ONLY)
    effects = assess_chain(only, links, sink).effects
    return next(
        (e.limit for e in effects if e.function.carrying == Carrying.POWER and e.direction == Direction.OUT), 0.0
    )
