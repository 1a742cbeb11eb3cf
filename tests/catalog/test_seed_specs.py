"""The typed specifications of the seed say the same as its ports do."""

from __future__ import annotations

import pytest

from catalog.actions.seed_catalog import DATA
from catalog.files.ports import read_ports
from catalog.ports import PROTOCOLS, Carrying, Direction, Lane
from tests.catalog.test_seed_data import CATEGORIES, PRODUCTS

PORTS = {
    product: found.ports
    for product, found in read_ports(
        (file.read_bytes() for file in sorted((DATA / "ports").glob("*.csv"))), None, None
    ).items()
}
CONNECTORS = {
    "nfc": {"nfc"},
    "memory_card_slot": {"microsd", "sd"},
    "headphone_jack": {"jack-3-5-trrs", "jack-3-5-trs"},
}
WIRELESS = {"qi", "qi2", "magsafe-wireless"}
# Ports do not tell of their makers' faster way of charging: the specification may say more than they do, never less.
OWN_CHARGING = {"motorola-edge-50-ultra", "motorola-edge-50-fusion"}
LISTED = {product.slug: product for product in PRODUCTS}


def is_in(slug: str, category: str) -> bool:
    place: str | None = LISTED[slug].category
    while place is not None and place != category:
        place = CATEGORIES[place].parent
    return place == category


PHONES = [slug for slug in LISTED if is_in(slug, "smartphones")]


def charged_with(slug: str, *, wireless: bool) -> float:
    """Return the most watts that a product takes in at its ports; 0 if it is not charged there."""
    lanes = [lane for row in PORTS.get(slug, ()) if (row.connector in WIRELESS) is wireless for lane in row.carries]
    return max((lane.limit or 0 for lane in lanes if is_charging(lane)), default=0)


def is_charging(lane: Lane) -> bool:
    return PROTOCOLS[lane.protocol].carrying is Carrying.POWER and lane.direction is not Direction.OUT


@pytest.mark.parametrize("code", CONNECTORS)
def test_yes_and_no_agree_with_the_ports(code: str) -> None:
    told = {slug: product.typed_specs[code] for slug, product in LISTED.items() if code in product.typed_specs}
    has = {slug: any(row.connector in CONNECTORS[code] for row in PORTS.get(slug, ())) for slug in LISTED}

    assert {slug: value for slug, value in told.items() if value != str(has[slug]).lower()} == {}


def test_a_phone_with_nfc_or_two_sims_or_a_memory_card_is_found_by_it() -> None:
    for code, connector, least in (("nfc", "nfc", 1), ("memory_card_slot", "microsd", 1), ("dual_sim", "nano-sim", 2)):
        has = {
            slug for slug in PHONES if sum(row.quantity for row in PORTS[slug] if row.connector == connector) >= least
        }
        assert {slug for slug in has if LISTED[slug].typed_specs.get(code) != "true"} == set(), code


@pytest.mark.parametrize(("code", "wireless"), [("wired_charging", False), ("wireless_charging", True)])
def test_watts_of_charging_agree_with_the_ports(code: str, wireless: bool) -> None:
    told = {slug: float(LISTED[slug].typed_specs.get(code, 0)) for slug in PHONES}
    taken = {slug: charged_with(slug, wireless=wireless) for slug in PHONES}
    is_faster = set(PHONES) if wireless else OWN_CHARGING  # many have pads of their maker's that are faster than Qi

    assert {slug for slug in PHONES if (told[slug] > 0) is not (taken[slug] > 0)} == set()
    assert {slug: told[slug] for slug in PHONES if told[slug] < taken[slug]} == {}
    assert {slug: told[slug] for slug in PHONES if told[slug] > taken[slug] and slug not in is_faster} == {}
