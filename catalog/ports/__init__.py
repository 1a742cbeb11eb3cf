"""Ports and pins as pure functions, without a database: what plugs into what, and how well."""

from catalog.ports.chains import NO_PRICE, Chain, Effort, find_chains, find_cheapest
from catalog.ports.charging import charges
from catalog.ports.effects import Effect
from catalog.ports.findings import Assessment
from catalog.ports.fronts import Lane
from catalog.ports.layouts import Budget, Join, JoinLane, Layout, Port, read_layout, write_layout
from catalog.ports.links import mate
from catalog.ports.mating import Half, mating_halves
from catalog.ports.offers import MAX_LINKS, Links, Offer
from catalog.ports.purposes import ANYTHING, POWER_ONLY, purposes_of
from catalog.ports.reasons import RANK, Reason, Verdict
from catalog.ports.sharing import Share, judge_sharing, share_power
from catalog.ports.verdicts import assess, assess_chain, expected_functions, turned
from catalog.ports.vocabulary import PROTOCOLS, Carrying, Direction, Function, Gender

__all__ = [
    "ANYTHING",
    "MAX_LINKS",
    "NO_PRICE",
    "POWER_ONLY",
    "PROTOCOLS",
    "RANK",
    "Assessment",
    "Budget",
    "Carrying",
    "Chain",
    "Direction",
    "Effect",
    "Effort",
    "Function",
    "Gender",
    "Half",
    "Join",
    "JoinLane",
    "Lane",
    "Layout",
    "Links",
    "Offer",
    "Port",
    "Reason",
    "Share",
    "Verdict",
    "assess",
    "assess_chain",
    "charges",
    "expected_functions",
    "find_chains",
    "find_cheapest",
    "judge_sharing",
    "mate",
    "mating_halves",
    "purposes_of",
    "read_layout",
    "share_power",
    "turned",
    "write_layout",
]
