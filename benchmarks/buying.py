"""How long it takes to buy: carts of five lines, quotes and checkouts, one request at a time and eight at once."""

from __future__ import annotations

import json
import random
import time
from concurrent.futures import ThreadPoolExecutor
from http.client import HTTPConnection
from pathlib import Path
from statistics import quantiles
from typing import Any
from urllib.parse import urlsplit

LINES = 5
CLIENTS = 8
BUYING = (
    "something put into a cart of four lines",
    "a cart of five lines",
    "a quote of a cart of five lines",
    "a checkout of a cart of five lines",
)


class Customer:
    """One customer on one connection."""

    def __init__(self, url: str, token: str) -> None:
        self.connection = HTTPConnection(urlsplit(url).netloc)
        self.headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}

    def ask(self, method: str, path: str, body: Any, expected: int) -> float:
        """Return how many milliseconds a request takes."""
        raw = json.dumps(body) if body is not None else None
        started = time.perf_counter()
        self.connection.request(method, path, raw, self.headers)
        response = self.connection.getresponse()
        answer = response.read()
        taken = 1000 * (time.perf_counter() - started)
        if response.status != expected:
            raise RuntimeError(f"{method} {path}: {response.status} {answer[:300]!r}")
        return taken

    def fill_cart(self, variants: list[str], draw: random.Random) -> list[float]:
        """Put five variants into the cart; return how long each took."""
        return [
            self.ask("POST", "/api/cart/lines", {"variant": int(variant), "quantity": 1}, 201)
            for variant in draw.sample(variants, LINES)
        ]

    def check_out(self) -> float:
        """Order what is in the cart."""
        return self.ask("POST", "/api/orders/create", {"cart": True}, 201)


def buying_latencies(url: str, folder: Path) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile in milliseconds of each step of buying five things."""
    draw = random.Random(1)
    tokens, variants = (folder / "tokens").read_text().split(), (folder / "variants").read_text().split()
    found: dict[str, list[float]] = {name: [] for name in BUYING}
    put, read, quoted, bought = BUYING
    for token in tokens * 2:
        customer = Customer(url, token)
        customer.ask("DELETE", "/api/cart", None, 200)
        found[put].append(customer.fill_cart(variants, draw)[-1])
        found[read] += [customer.ask("GET", "/api/cart", None, 200) for _ in range(3)]
        found[quoted] += [customer.ask("POST", "/api/orders/quote", {"cart": True}, 200) for _ in range(3)]
        found[bought].append(customer.check_out())
        customer.connection.close()
    return {name: (quantiles(taken, n=20)[9], quantiles(taken, n=20)[18]) for name, taken in found.items()}


def checkouts_per_second(url: str, folder: Path, *, seconds: float) -> float:
    """Return how many carts of five lines a second eight clients order; filling the carts does not count."""
    draw = random.Random(2)
    variants = (folder / "variants").read_text().split()
    customers = [Customer(url, token) for token in (folder / "tokens").read_text().split()]
    for customer in customers:
        customer.ask("DELETE", "/api/cart", None, 200)
    done, taken = 0, 0.0
    with ThreadPoolExecutor(CLIENTS) as pool:
        while taken < seconds:
            list(pool.map(lambda customer: customer.fill_cart(variants, random.Random(draw.random())), customers))
            started = time.perf_counter()
            list(pool.map(Customer.check_out, customers))
            taken += time.perf_counter() - started
            done += len(customers)
    for customer in customers:
        customer.fill_cart(variants, draw)  # the carts are read by others
        customer.connection.close()
    return done / taken
