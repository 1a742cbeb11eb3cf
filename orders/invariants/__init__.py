"""What is true of stock, orders and money at any moment, each rule as one query for whatever breaks it."""

from orders.invariants.checking import INVARIANTS, Finding, check_invariants
from orders.invariants.rules import Invariant

__all__ = ["INVARIANTS", "Finding", "Invariant", "check_invariants"]
