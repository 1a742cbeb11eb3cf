"""How long it takes to say what plugs into what: every device of the seed, one after the other, on one connection."""

from __future__ import annotations

import csv
import json
import random
import time
from collections.abc import Callable
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

from benchmarks.servers import ROOT

PORTS = ROOT / "catalog" / "data" / "ports"
ASKED = (("accessories", "laptops", "power"), ("laptops", "tablets", "video"), ("phones", "sound", "audio"))
PAIRS = 100  # for each of ASKED
BASKETS = 100
BASKET = 5  # products
FITTING = (
    "what fits a product, asked for the first time",
    "what fits a product",
    "the cheapest chain between two products",
    "a basket of five products",
)


def compatibility_latencies(url: str) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile in milliseconds, by what was asked.

    The first time that a process is asked about a product it compares that with all others, and keeps what it found.
    """
    draw = random.Random(1)
    slugs = {path.stem: sorted(_slugs(path.stem)) for path in PORTS.glob("*.csv")}
    devices = [slug for name in ("phones", "laptops", "tablets") for slug in slugs[name]]
    connection = HTTPConnection(urlsplit(url).netloc)

    def asks(method: str, path: str, body: bytes | None = None) -> bytes:
        connection.request(method, path, body, {"content-type": "application/json"} if body else {})
        response = connection.getresponse()
        answer = response.read()
        if response.status != 200:
            raise RuntimeError(f"{path}: {response.status}")
        return answer

    def compatible(slug: str, **query: object) -> Callable[[], object]:
        return lambda: asks("GET", f"/api/products/{slug}/compatible?{urlencode(query)}")

    def connect(one: str, other: str, carrying: str) -> Callable[[], object]:
        return lambda: asks(
            "GET", f"/api/compatibility/connect?{urlencode({'from': one, 'to': other, 'carrying': carrying})}"
        )

    def check(items: list[int]) -> Callable[[], object]:
        body = json.dumps({"items": [{"product": pk} for pk in items]}).encode()
        return lambda: asks("POST", "/api/compatibility/check", body)

    keys = [json.loads(asks("GET", f"/api/products/{slug}"))["id"] for slug in devices + slugs["accessories"]]
    pairs = [(draw.choice(slugs[a]), draw.choice(slugs[b]), what) for a, b, what in ASKED for _ in range(PAIRS)]
    found = (
        [_timed(compatible(slug)) for slug in devices],
        [_timed(compatible(slug, min_price=draw.randint(1, 900))) for slug in devices],
        [_timed(connect(*pair)) for pair in pairs],
        [_timed(check(draw.sample(keys, BASKET))) for _ in range(BASKETS)],
    )
    connection.close()
    return {
        what: (quantiles(taken, n=20)[9], quantiles(taken, n=20)[18])
        for what, taken in zip(FITTING, found, strict=True)
    }


def _slugs(name: str) -> set[str]:
    with (PORTS / f"{name}.csv").open(newline="", encoding="utf-8") as file:
        return {row["product"] for row in csv.DictReader(file)}


def _timed(ask: Callable[[], object]) -> float:
    started = time.perf_counter()
    ask()
    return 1000 * (time.perf_counter() - started)
