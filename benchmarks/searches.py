"""How long searches take: every query of the golden set, one after the other, on one connection."""

from __future__ import annotations

import csv
import random
import time
from http.client import HTTPConnection
from statistics import quantiles
from urllib.parse import urlencode, urlsplit

from benchmarks.servers import ROOT

GOLDEN = ROOT / "catalog" / "data" / "golden_search.csv"
ROUNDS = 3


def search_latencies(url: str) -> dict[str, tuple[float, float]]:
    """Return the median and the 95th percentile in milliseconds, by what was asked.

    In the first round the words are new to the process that answers; later they are known, and a price that is another
    one each time makes every request a new one.
    """
    with GOLDEN.open(newline="", encoding="utf-8") as file:
        texts = [row["query"] for row in csv.DictReader(file)]
    connection = HTTPConnection(urlsplit(url).netloc)
    connection.request("GET", "/api/products?ordering=popularity")
    connection.getresponse().read()

    def ask(path: str, name: str, *, priced: bool) -> list[float]:
        taken = []
        for text in texts:
            query = {name: text, **({"min_price": str(random.randint(500, 60_000))} if priced else {})}
            started = time.perf_counter()
            connection.request("GET", f"{path}?{urlencode(query)}")
            response = connection.getresponse()
            response.read()
            taken.append(1000 * (time.perf_counter() - started))
            if response.status != 200:
                raise RuntimeError(f"{path}?{urlencode(query)}: {response.status}")
        return taken

    found = {
        "search, words asked for the first time": ask("/api/products", "search", priced=False),
        "search": [ms for _ in range(ROUNDS) for ms in ask("/api/products", "search", priced=True)],
        "facets of a search": [ms for _ in range(ROUNDS) for ms in ask("/api/products/facets", "search", priced=True)],
        "suggestions": [ms for _ in range(ROUNDS) for ms in ask("/api/products/suggest", "q", priced=False)],
    }
    connection.close()
    return {what: (quantiles(taken, n=20)[9], quantiles(taken, n=20)[18]) for what, taken in found.items()}
