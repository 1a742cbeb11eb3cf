"""Ports and pins as pure functions, without a database: what plugs into what, and how well."""

from catalog.ports.chains import MAX_LINKS, Chain, Links, Offer, find_chains
from catalog.ports.effects import Effect, Function
from catalog.ports.layouts import Budget, Join, JoinLane, Lane, Layout, Port, read_layout, write_layout
from catalog.ports.links import mate
from catalog.ports.reasons import Reason, Verdict
from catalog.ports.verdicts import Assessment, assess, assess_chain, turned
from catalog.ports.vocabulary import PROTOCOLS, Carrying, Direction, Gender

__all__ = [
    "MAX_LINKS",
    "PROTOCOLS",
    "Assessment",
    "Budget",
    "Carrying",
    "Chain",
    "Direction",
    "Effect",
    "Function",
    "Gender",
    "Join",
    "JoinLane",
    "Lane",
    "Layout",
    "Links",
    "Offer",
    "Port",
    "Reason",
    "Verdict",
    "assess",
    "assess_chain",
    "find_chains",
    "mate",
    "read_layout",
    "turned",
    "write_layout",
]
