"""What holds of ports whatever they are."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from itertools import permutations

from hypothesis import given, settings
from hypothesis import strategies as st

from catalog.ports import (
    MAX_LINKS,
    PROTOCOLS,
    Budget,
    Carrying,
    Direction,
    Effort,
    Gender,
    Join,
    JoinLane,
    Lane,
    Layout,
    Links,
    Offer,
    Port,
    Verdict,
    assess,
    assess_chain,
    find_chains,
    find_cheapest,
    mate,
    read_layout,
    turned,
    write_layout,
)
from catalog.ports.fronts import signals_of
from catalog.ports.layouts import Way
from catalog.ports.links import through_way
from catalog.ports.sharing import split_power
from catalog.ports.vocabulary import ENTERS, FACES

CODES = sorted({code for pair in ENTERS for code in pair} | {"usb-c", "usb-a", "hdmi-a", "displayport"})
COILS = sorted({code for pair in FACES for code in pair} | {"bluetooth"})
SPOKEN = (
    "usb-pd",
    "usb-5v",
    "usb",
    "thunderbolt",
    "dp",
    "dp++",
    "hdmi",
    "analog",
    "analog-mic",
    "usb-audio",
    "usb-mic",
)

limits = st.none() | st.sampled_from([0.48, 5.0, 10.0, 20.0, 60.0, 100.0])
directions = st.sampled_from(list(Direction))
lane = st.builds(Lane, st.sampled_from(SPOKEN), directions, limits)
wired = st.builds(
    Port,
    st.just("Port"),
    st.sampled_from(CODES),
    st.sampled_from([Gender.PLUG, Gender.RECEPTACLE]),
    st.integers(1, 3),
    st.lists(lane, max_size=4).map(tuple),
)
wireless = st.builds(
    Port,
    st.just("Coil"),
    st.sampled_from(COILS),
    st.just(Gender.NEITHER),
    st.just(1),
    st.lists(lane, max_size=3).map(tuple),
)
purposes = st.frozensets(st.sampled_from(list(Carrying)), min_size=1)
devices = st.builds(Layout, st.lists(wired | wireless, min_size=1, max_size=3).map(tuple), purposes=purposes)
# Few connectors, so that things often fit.
COMMON = st.sampled_from(["usb-c", "hdmi-a"])
ends = st.builds(
    Port, st.just("End"), COMMON, st.sampled_from([Gender.PLUG, Gender.RECEPTACLE]), st.just(1), st.just(())
)


@st.composite
def join_lanes(draw: st.DrawFn) -> JoinLane:
    """One protocol that passes, as it is or as another that carries the same."""
    here = draw(st.sampled_from(SPOKEN))
    alike = [code for code in SPOKEN if PROTOCOLS[code].carrying == PROTOCOLS[here].carrying]
    return JoinLane(here, draw(st.sampled_from(alike)), draw(directions), draw(limits))


cables = st.builds(
    lambda one, other, lanes: Layout((one, other), (Join(0, 1, tuple(lanes)),)),
    ends,
    ends,
    st.lists(join_lanes(), min_size=1, max_size=4),
)
sockets = st.builds(
    Port,
    st.just("Socket"),
    COMMON,
    st.sampled_from([Gender.PLUG, Gender.RECEPTACLE]),
    st.just(1),
    st.lists(lane, min_size=1, max_size=4).map(tuple),
)
common = st.builds(Layout, st.lists(sockets, min_size=1, max_size=2).map(tuple))


@given(wired | wireless, wired | wireless)
def test_mating_is_symmetric(one: Port, other: Port) -> None:
    assert mate(one, other) == mate(other, one)


@given(wired)
def test_a_plug_never_enters_a_plug(port: Port) -> None:
    assert mate(port, replace(port, lanes=())) is None


@given(devices, devices)
def test_a_verdict_is_the_same_from_both_sides(one: Layout, other: Layout) -> None:
    assert assess(one, other).verdict == assess(other, one).verdict


@given(st.lists(lane, max_size=6), cables, st.integers(0, 1))
def test_nothing_is_more_behind_a_link_than_before_it(lanes: list[Lane], cable: Layout, place: int) -> None:
    signals = signals_of(lanes)
    ways: tuple[Way, ...] = cable.ways_from(place)

    for way in ways:
        for (protocol, direction), reach in through_way(signals, way, 1).items():
            carrying = PROTOCOLS[protocol].carrying
            sources = [
                before.limit
                for (code, way_of), before in signals.items()
                if way_of == direction and PROTOCOLS[code].carrying == carrying
            ]
            assert reach.limit <= max(sources)


@given(common, common, cables)
@settings(max_examples=200)
def test_an_extension_never_improves_what_fits_directly(one: Layout, other: Layout, cable: Layout) -> None:
    """Through a link that turns nothing into anything else, every function is at most as good as without it."""
    plain = Layout(
        cable.ports, (Join(0, 1, tuple(lane._replace(becomes=lane.protocol) for lane in cable.joins[0].lanes)),)
    )
    extension = Layout(
        tuple(
            Port("End", port.connector, gender, 1, ())
            for port in one.ports[:1]
            for gender in (Gender.PLUG, Gender.RECEPTACLE)
        ),
        plain.joins,
    )
    direct = {effect.function: effect.limit for effect in assess_chain(one, (), other).effects}

    for effect in assess_chain(one, [extension], other).effects:
        if effect.function in direct:
            assert effect.limit <= direct[effect.function]


@given(common, common, st.lists(cables, max_size=3), st.sampled_from(list(Carrying)))
@settings(max_examples=300)
def test_no_never_has_a_path(one: Layout, other: Layout, links: list[Layout], carrying: Carrying) -> None:
    offers = [Offer(number, Decimal(number + 1), layout) for number, layout in enumerate(links)]

    found = find_chains(one, other, carrying, Links(offers))

    tried = [chain for length in range(MAX_LINKS + 1) for chain in permutations(offers, length)]
    verdicts = {
        tuple(offer.product_id for offer in chain): assess_chain(
            one, [offer.layout for offer in chain], other, carrying=carrying
        ).verdict
        for chain in tried
    }
    for chain in found:
        assert verdicts[tuple(offer.product_id for offer in chain.offers)] == chain.assessment.verdict != Verdict.NO
    possible = {chain for chain, verdict in verdicts.items() if verdict != Verdict.NO}
    assert bool(found) == bool(possible)
    if possible:
        assert found[0].price == min(sum(number + 1 for number in chain) for chain in possible)
    full = {chain for chain in possible if verdicts[chain] == Verdict.WORKS}
    assert (found[-1].assessment.verdict == Verdict.WORKS if found else False) == bool(full)


@given(common, common, st.lists(cables, max_size=3), st.sampled_from(list(Carrying)))
def test_the_cheapest_chain_is_the_first_and_costs_less_than_asked(
    one: Layout, other: Layout, links: list[Layout], carrying: Carrying
) -> None:
    offers = Links([Offer(number, Decimal(number + 1), layout) for number, layout in enumerate(links)])
    chains = find_chains(one, other, carrying, offers)

    assert find_cheapest(one, other, carrying, offers, effort=Effort()) == (chains[0] if chains else None)
    for chain in chains[:1]:
        assert find_cheapest(one, other, carrying, offers, effort=Effort(), below=chain.price) is None


def adapter(inlet: str, outlet: str, outlet_gender: Gender, *lanes: JoinLane) -> Layout:
    ports = (Port("Plug", inlet, Gender.PLUG, 1, ()), Port("Outlet", outlet, outlet_gender, 1, ()))
    return Layout(ports, (Join(0, 1, lanes),))


def test_a_chain_of_as_many_links_as_are_allowed_is_found_and_no_longer_one() -> None:
    power = JoinLane("usb-pd", "usb-pd", Direction.OUT, 30.0)
    steps = (("usb-c", "usb-a"), ("usb-a", "usb-b"), ("usb-b", "usb-mini-b"), ("usb-mini-b", "lightning"))
    offers = [
        Offer(number, Decimal(100), adapter(inlet, outlet, Gender.RECEPTACLE, power))
        for number, (inlet, outlet) in enumerate(steps)
    ]
    charger = Layout((Port("Socket", "usb-c", Gender.RECEPTACLE, 1, (Lane("usb-pd", Direction.OUT, 65.0),)),))
    near, far = (
        Layout((Port("Plug", connector, Gender.PLUG, 1, (Lane("usb-pd", Direction.IN, 20.0),)),))
        for connector in ("usb-mini-b", "lightning")
    )

    chains = find_chains(charger, near, Carrying.POWER, Links(offers))

    assert [[offer.product_id for offer in chain.offers] for chain in chains] == [[0, 1, 2]]
    assert find_chains(charger, far, Carrying.POWER, Links(offers)) == []


def test_a_microphone_is_heard_over_an_adapter_that_works_one_way() -> None:
    microphone = Layout(
        (Port("Plug", "usb-a", Gender.PLUG, 1, (Lane("usb", Direction.IN, 0.48), Lane("usb-mic", Direction.OUT))),)
    )
    laptop = Layout(
        (
            Port(
                *("Socket", "usb-c", Gender.RECEPTACLE, 1),
                (Lane("usb", Direction.OUT, 5.0), Lane("usb-mic", Direction.IN)),
            ),
        )
    )
    to_device = adapter("usb-c", "usb-a", Gender.RECEPTACLE, JoinLane("usb", "usb", Direction.OUT))
    links = Links([Offer(1, Decimal(500), to_device)])

    for one, other in ((laptop, microphone), (microphone, laptop)):
        assert [len(chain.offers) for chain in find_chains(one, other, Carrying.AUDIO, links)] == [1]


def test_who_runs_out_of_effort_finds_no_more() -> None:
    ends = (Port("End", "usb-c", Gender.PLUG, 1, ()), Port("Other end", "usb-c", Gender.PLUG, 1, ()))
    cable = Layout(ends, (Join(0, 1, (JoinLane("usb-pd", "usb-pd", Direction.BOTH),)),))
    socket = Port("Socket", "usb-c", Gender.RECEPTACLE, 1, (Lane("usb-pd", Direction.OUT, 65.0),))
    charger = Layout((socket,))
    laptop = Layout((replace(socket, lanes=(Lane("usb-pd", Direction.IN, 65.0),)),))
    links = Links([Offer(1, Decimal(900), cable)])

    assert [chain.price for chain in find_chains(charger, laptop, Carrying.POWER, links)] == [Decimal(900)]
    assert find_chains(charger, laptop, Carrying.POWER, links, effort=Effort(1)) == []


@given(devices)
def test_a_layout_is_read_as_it_was_written(layout: Layout) -> None:
    joined = Layout(layout.ports, (), layout.purposes, Budget(65.0, {2: (45.0, 20.0)}))

    assert read_layout(write_layout(joined)) == joined
    assert write_layout(read_layout(write_layout(joined))) == write_layout(joined)


@given(devices, devices)
def test_turning_twice_changes_nothing(one: Layout, other: Layout) -> None:
    found = assess(one, other)

    assert turned(turned(found, last=1), last=1) == found


@given(st.lists(st.floats(1, 100), min_size=2, max_size=6), st.floats(1, 200))
def test_shares_are_no_more_than_the_budget_and_the_wishes(wanted: list[float], watts: float) -> None:
    given_watts = split_power(wanted, Budget(watts, {}))

    assert sum(given_watts) <= watts * 1.000001
    assert all(share <= wish for share, wish in zip(given_watts, wanted, strict=True))
    if sum(wanted) <= watts:
        assert given_watts == wanted
