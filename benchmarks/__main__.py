"""`make bench`: starts PostgreSQL and the production server, loads both, and prints how near the shop is to the limits.

Every figure is a ratio of two measurements made one after the other in the same run, its median over the rounds.
"""

from __future__ import annotations

import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
from argparse import ArgumentParser, Namespace
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from statistics import median

from benchmarks.buying import buying_latencies, checkouts_per_second
from benchmarks.connections import FITTING, compatibility_latencies
from benchmarks.crowds import Crowd, Scene, cost_of_log_in, log_ins_per_second, print_crowds, scenes
from benchmarks.load import (
    read_never_the_same,
    requests_per_second,
    require_wrk,
    transactions_per_second,
)
from benchmarks.searches import search_latencies
from benchmarks.servers import ROOT, Server
from tests.fakes import daraja
from tests.postgres import TemporaryPostgres

SHOP = "electroports.wsgi:application"
BARE = "benchmarks.bare:application"
CUSTOMERS = 50
VARIANTS = 1000


@dataclass
class Row:
    """One line of the table: what is measured, its limit, the aim, and the rates found so far."""

    name: str
    limit_name: str
    aim: float | None
    limit: Callable[[], float]
    shop: Callable[[], float]
    limits: list[float] = field(default_factory=list)
    rates: list[float] = field(default_factory=list)

    def measure(self) -> None:
        """Measure the limit and, right after it, the shop."""
        self.limits.append(self.limit())
        self.rates.append(self.shop())

    @property
    def ratio(self) -> float:
        """The median over the rounds of shop ÷ limit."""
        return median(rate / limit for rate, limit in zip(self.rates, self.limits, strict=True))


@dataclass
class Catalogue:
    """A database with `size` products, and the servers on it: as in production, and with nothing kept hot."""

    size: int
    folder: Path
    database: str
    hot: Server
    cold: Server
    bare: Server


def shop_environment(url: str, **more: str) -> dict[str, str]:
    """Return the variables of a shop in production, with throttles off: the load comes from one address."""
    scopes = ("LOGIN", "REGISTER", "TOKEN", "ORDERS", "PAYMENTS", "CART", "DEFAULT")
    return {
        "DATABASE_URL": url,
        "DEBUG": "false",
        "SECRET_KEY": "benchmark-key-that-is-long-enough-for-hs256-and-more",
        "ALLOWED_HOSTS": "127.0.0.1,testserver",
        "SECURE_SSL_REDIRECT": "false",
        "LOG_LEVEL": "ERROR",
        "ACCESS_TOKEN_MINUTES": "600",
        "PYTHONWARNINGS": "ignore",
        "PUBLIC_URL": "https://shop.example.co.ke",
        "MPESA_CONSUMER_KEY": daraja.KEY,
        "MPESA_CONSUMER_SECRET": daraja.SECRET,
        "MPESA_SHORTCODE": daraja.SHORTCODE,
        "MPESA_PASSKEY": daraja.PASSKEY,
        **{f"THROTTLE_{scope}": "" for scope in scopes},
        **more,
    }


def fetch(url: str) -> bytes:
    """Return the body at `url`."""
    with urllib.request.urlopen(url, timeout=60) as response:
        body: bytes = response.read()
        return body


def say(text: str) -> None:
    """Tell how far it is, beside the table."""
    print(text, file=sys.stderr, flush=True)


@contextmanager
def catalogue(postgres: TemporaryPostgres, size: int) -> Iterator[Catalogue]:
    """Make a database with `size` products and start the servers on it."""
    folder = Path(tempfile.mkdtemp(prefix="electroports-bench-"))
    database = f"shop_{size}"
    subprocess.run(
        [postgres.bin / "createdb", "-h", "127.0.0.1", "-p", str(postgres.port), "-U", "shop", database], check=True
    )
    url = postgres.url.rsplit("/", 1)[0] + "/" + database
    say(f"{size:,} products: filling the database")
    started = time.perf_counter()
    prepare = [sys.executable, "-m", "benchmarks.prepare", "--size", str(size), "--folder", str(folder)]
    subprocess.run(prepare, check=True, cwd=ROOT, env={**os.environ, **shop_environment(url)})
    say(f"{size:,} products: filled in {time.perf_counter() - started:.0f} s")
    first = "/api/products"
    with ExitStack() as stack:
        hot = stack.enter_context(Server(SHOP, shop_environment(url), first))
        cold = stack.enter_context(Server(SHOP, shop_environment(url, HOT_CACHE_MB="0"), first))
        (folder / "list.json").write_bytes(fetch(hot.url + first))
        (folder / "detail.json").write_bytes(fetch(f"{hot.url}/api/products/{(folder / 'product').read_text()}"))
        bare = stack.enter_context(Server(BARE, {"BARE_FOLDER": str(folder)}, "/bytes/list"))
        yield Catalogue(size, folder, database, hot, cold, bare)
    shutil.rmtree(folder)


def reading_rows(shop: Catalogue, seconds: float) -> list[Row]:
    """Return the rows about reading the catalogue."""

    def bare(name: str) -> Callable[[], float]:
        return lambda: requests_per_second(f"{shop.bare.url}/bytes/{name}", seconds=seconds)

    def same(path: str, server: Server) -> Callable[[], float]:
        return lambda: requests_per_second(server.url + path, seconds=seconds)

    def changing(what: str) -> Callable[[], float]:
        return lambda: read_never_the_same(shop.cold.url, what, shop.size, seconds=seconds)

    product = (shop.folder / "product").read_text()
    last = f"/api/products?page={shop.size // 24}"
    return [
        Row("list of 24, hot", "bare view", 0.70, bare("list"), same("/api/products", shop.hot)),
        Row("list of 24, cold: random pages", "bare view", 0.33, bare("list"), changing("page")),
        Row("list of 24, cold: random prices", "bare view", 0.33, bare("list"), changing("price")),
        Row("list of 24, cold: the last page", "bare view", 0.33, bare("list"), same(last, shop.cold)),
        Row("filtered and sorted, cold", "bare view", 0.33, bare("list"), changing("filtered")),
        Row("search, cold: random prices", "bare view", None, bare("list"), changing("search")),
        Row("facets of a search, cold: random prices", "bare view", None, bare("list"), changing("facets")),
        Row("suggestions, cold", "bare view", None, bare("list"), changing("suggest")),
        Row("detail, hot", "bare view", 0.70, bare("detail"), same(f"/api/products/{product}", shop.hot)),
        Row("detail, cold: random products", "bare view", 0.33, bare("detail"), changing("detail")),
    ]


def writing_rows(shop: Catalogue, postgres: TemporaryPostgres, seconds: float) -> list[Row]:
    """Return the rows about log-ins and orders."""

    def order(spread: int) -> Callable[[], float]:
        files = (shop.folder / "tokens", shop.folder / "variants", spread)
        return lambda: requests_per_second(
            shop.hot.url, seconds=seconds, script="order.lua", arguments=files, connections=8
        )

    def pgbench(name: str) -> Callable[[], float]:
        script = shop.folder / f"{name}.sql"
        return lambda: transactions_per_second(postgres, shop.database, script, seconds=seconds)

    return [
        Row(
            "log-in",
            "hash alone",
            0.90,
            lambda: requests_per_second(f"{shop.bare.url}/verify", seconds=seconds),
            lambda: log_ins_per_second(shop.hot.url, CUSTOMERS, seconds=seconds),
        ),
        Row("order, different products", "pgbench", 0.12, pgbench("order-many"), order(VARIANTS)),
        Row("order, one product", "pgbench", None, pgbench("order-one"), order(1)),
        *buying_rows(shop, seconds),
    ]


def buying_rows(shop: Catalogue, seconds: float) -> list[Row]:
    """Return the rows about carts, quotes, checkouts and what providers call back."""

    def loaded(script: str, *arguments: object) -> Callable[[], float]:
        return lambda: requests_per_second(shop.hot.url, seconds=seconds, script=script, arguments=arguments)

    def bare() -> float:
        return requests_per_second(f"{shop.bare.url}/bytes/list", seconds=seconds)

    def check_out() -> float:
        return checkouts_per_second(shop.hot.url, shop.folder, seconds=seconds)

    quote = loaded("quote.lua", shop.folder / "variants", VARIANTS)
    return [
        Row("cart of 5 lines, read", "bare view", None, bare, loaded("cart.lua", shop.folder / "tokens")),
        Row("quote of 5 lines", "bare view", None, bare, quote),
        Row("checkout of a cart of 5 lines", "bare view", None, bare, check_out),
        Row("callback, stored", "bare view", None, bare, loaded("callback.lua", shop.folder / "callbacks")),
    ]


def callbacks_acted_upon(shop: Catalogue, postgres: TemporaryPostgres) -> float:
    """Return how many callbacks a second one worker acts upon."""
    url = postgres.url.rsplit("/", 1)[0] + "/" + shop.database
    variant = (shop.folder / "variants").read_text().split()[0]
    command = [sys.executable, "-m", "benchmarks.callbacks", "--variant", variant]
    environment = {**os.environ, **shop_environment(url)}
    done = subprocess.run(command, check=True, cwd=ROOT, env=environment, capture_output=True, text=True)
    return float(done.stdout)


def beside_log_ins(
    shop: Catalogue, postgres: TemporaryPostgres, *, rounds: int, seconds: float
) -> dict[Scene, list[Crowd]]:
    """Measure, in each round anew, what the catalogue has left while many log in."""
    found: dict[Scene, list[Crowd]] = {scene: [] for scene in scenes(shop.hot, shop.cold)}
    for number in range(1, rounds + 1):
        say(f"beside log-ins, round {number} of {rounds}")
        costs = {
            server: cost_of_log_in(server, postgres, CUSTOMERS, seconds=seconds) for server in (shop.hot, shop.cold)
        }
        for scene, crowds in found.items():
            cost = costs[scene.server]
            crowds.append(scene.measure(postgres, cost, customers=CUSTOMERS, size=shop.size, seconds=seconds))
    return found


def print_table(sizes: dict[int, list[Row]], servers: dict[int, Catalogue]) -> None:
    """Print everything as Markdown."""
    print("| catalogue | what | shop/s | limit/s | limit | ratio | aim |")
    print("|---:|---|---:|---:|---|---:|---:|")
    for size, rows in sizes.items():
        for row in rows:
            aim = f"{row.aim:.2f}" if row.aim else ""
            print(
                f"| {size:,} | {row.name} | {median(row.rates):,.0f} | {median(row.limits):,.0f} | {row.limit_name} "
                f"| {row.ratio:.2f} | {aim} |"
            )
    smallest, largest = min(sizes), max(sizes)
    if smallest != largest:
        print("\n| what | requests/s at the larger ÷ at the smaller catalogue | aim |\n|---|---:|---:|")
        for small, large in zip(sizes[smallest], sizes[largest], strict=False):
            beside = (more / fewer for more, fewer in zip(large.rates, small.rates, strict=True))
            print(f"| {small.name} | {median(beside):.2f} | 0.90 |")
    print_latencies(servers)
    orders = {row.name: row for row in sizes[smallest]}
    many, one = orders["order, different products"], orders["order, one product"]
    print(f"\nOne hot product ÷ different products: {median(one.rates) / median(many.rates):.2f} (aim 0.50).\n")
    print("| catalogue | resident MB a process, after the load | s to the first answer |\n|---:|---:|---:|")
    for size, shop in servers.items():
        resident = max(shop.hot.resident_megabytes(), shop.cold.resident_megabytes())
        print(f"| {size:,} | {resident:.0f} | {shop.hot.seconds_to_first_answer:.1f} |")


def print_latencies(servers: dict[int, Catalogue]) -> None:
    """Print how long single requests take, one after the other, as Markdown.

    A search of a large catalogue may take twice as long as of a small one; what plugs into what, 50 ms of any.
    """
    found = {
        size: {
            **search_latencies(shop.cold.url),
            **compatibility_latencies(shop.cold.url),
            **buying_latencies(shop.cold.url, shop.folder),
        }
        for size, shop in servers.items()
    }
    print("\n| one request at a time, no answer kept | catalogue | p50 ms | p95 ms | p95 ÷ at the smaller | aim |")
    print("|---|---:|---:|---:|---:|---:|")
    smallest = min(found)
    for what in found[smallest]:
        for size, several in found.items():
            middle, high = several[what]
            beside = "" if size == smallest else f"{high / found[smallest][what][1]:.2f}"
            aim = "50 ms" if what in FITTING else beside and "2.00"
            print(f"| {what} | {size:,} | {middle:.1f} | {high:.1f} | {beside} | {aim} |")


def arguments() -> Namespace:
    """Return the options of the command line."""
    parser = ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("--sizes", default="1000,100000", help="numbers of products, comma separated")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=2.0, help="length of one measurement")
    return parser.parse_args()


def main() -> None:
    """Measure and print."""
    options = arguments()
    require_wrk()
    sizes = [int(size) for size in options.sizes.split(",")]
    with TemporaryPostgres(durable=True) as postgres, ExitStack() as stack:
        shops = {size: stack.enter_context(catalogue(postgres, size)) for size in sizes}
        rows = {size: reading_rows(shop, options.seconds) for size, shop in shops.items()}
        rows[sizes[0]] += writing_rows(shops[sizes[0]], postgres, options.seconds)
        for number in range(1, options.rounds + 1):
            say(f"round {number} of {options.rounds}")
            for position in range(max(map(len, rows.values()))):
                for measured in rows.values():
                    if position < len(measured):
                        measured[position].measure()
        print(f"{time.strftime('%Y-%m-%d')}, {platform.machine()}, {os.cpu_count()} processors, ", end="")
        print(f"Python {platform.python_version()}, medians of {options.rounds} rounds of {options.seconds:g} s\n")
        print_table(rows, shops)
        print_crowds(beside_log_ins(shops[sizes[0]], postgres, rounds=options.rounds, seconds=options.seconds))
        rate = callbacks_acted_upon(shops[sizes[0]], postgres)
        print(f"\nCallbacks that one worker acts upon, each confirmed by the provider: {rate:.0f} a second.")


if __name__ == "__main__":
    main()
