"""What the shop window still has while 16 clients log in as fast as they can: more than 0.8 of its share of the CPU.

The share is what is left of the processor time that the server, and the database for it, had for the catalogue alone:
what they spend on log-ins goes off. A log-in costs what one costs that comes alone; one that is refused, what is left
of the time of 16 clients that only log in. That is the least that they cost, so the ratio errs on the low side.
"""

from __future__ import annotations

import os
import re
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from benchmarks.load import SCRIPTS
from benchmarks.servers import ROOT, Server
from tests.postgres import TemporaryPostgres

CLIENTS = 16
LEAST_SHARE = 0.2  # of less there is no saying how much a part of it is
TICKS = os.sysconf("SC_CLK_TCK")


@dataclass(frozen=True)
class LogIns:
    """What came of a crowd's log-ins, a second."""

    answered: float
    busy: float


@dataclass(frozen=True)
class Reads:
    """What came of reads of the catalogue, a second, and the 95th percentile of their times in milliseconds."""

    rate: float
    p95: float


@dataclass(frozen=True)
class Cost:
    """Seconds of CPU that one log-in takes, answered and refused."""

    answered: float
    busy: float

    def of(self, log_ins: LogIns) -> float:
        """Return the processors that these log-ins take."""
        return log_ins.answered * self.answered + log_ins.busy * self.busy


@dataclass(frozen=True)
class Crowd:
    """The catalogue alone and beside log-ins."""

    alone: Reads
    beside: Reads
    log_ins: LogIns
    processors: float
    cost: Cost

    @property
    def share(self) -> float:
        """What of the processors is left for the catalogue."""
        return 1 - self.cost.of(self.log_ins) / self.processors

    @property
    def ratio(self) -> float:
        """Reads beside log-ins ÷ what the share would allow."""
        return self.beside.rate / (self.alone.rate * self.share)


def start(
    url: str, script: str, seconds: float, *arguments: object, threads: int = 1, clients: int = CLIENTS
) -> subprocess.Popen[str]:
    """Start a load."""
    command = [
        "wrk",
        f"-t{threads}",
        f"-c{clients}",
        f"-d{round(seconds)}s",
        "--timeout",
        "30s",
        "-s",
        str(SCRIPTS / script),
        url,
    ]
    return subprocess.Popen([*command, "--", *map(str, arguments)], stdout=subprocess.PIPE, text=True, cwd=ROOT)


def log_ins_of(load: subprocess.Popen[str], seconds: float) -> LogIns:
    """Return what a crowd came to; raises RuntimeError if anything but 200 and 429 was answered."""
    text = load.communicate()[0]
    found = re.search(r"answered (\d+) busy (\d+) failed (\d+)", text)
    if found is None or int(found[3]) or "Socket errors" in text:
        raise RuntimeError(text)
    return LogIns(int(found[1]) / seconds, int(found[2]) / seconds)


def reads_of(load: subprocess.Popen[str]) -> Reads:
    """Return how fast reads were; raises RuntimeError if one was refused."""
    text = load.communicate()[0]
    rate, p95 = re.search(r"Requests/sec:\s+([\d.]+)", text), re.search(r"p95 (\d+) us", text)
    if rate is None or p95 is None or "Non-2xx" in text or "Socket errors" in text:
        raise RuntimeError(text)
    return Reads(float(rate[1]), int(p95[1]) / 1000)


class Processors:
    """The CPU time of the server's and the database's processes."""

    def __init__(self, server: Server, postgres: TemporaryPostgres) -> None:
        self.roots = (server.process.pid, int((postgres.folder / "data" / "postmaster.pid").read_text().split()[0]))

    def seconds(self) -> float:
        """Return how much these processes and their children have used so far."""
        total = 0
        for stat in Path("/proc").glob("[0-9]*/stat"):
            try:
                fields = stat.read_text().rpartition(")")[2].split()
            except OSError:
                continue  # it ended while we looked
            if int(stat.parent.name) in self.roots or int(fields[1]) in self.roots:
                total += int(fields[11]) + int(fields[12])
        return total / TICKS

    @contextmanager
    def used(self, into: list[float]) -> Iterator[None]:
        """Add to `into` how many processors were at work in the block."""
        before, started = self.seconds(), time.perf_counter()
        yield
        into.append((self.seconds() - before) / (time.perf_counter() - started))


def cost_of_log_in(server: Server, postgres: TemporaryPostgres, customers: int, *, seconds: float) -> Cost:
    """Measure what log-ins cost, one after the other and many at once."""
    at_work, used = Processors(server, postgres), []
    log_ins_of(start(server.url, "login.lua", 1, customers), 1)
    with at_work.used(used):
        alone = log_ins_of(start(server.url, "login.lua", seconds, customers, clients=1), seconds)
    if not alone.answered:
        raise RuntimeError("the machine does too much else: no log-in was answered")
    with at_work.used(used):
        many = log_ins_of(start(server.url, "login.lua", seconds, customers), seconds)
    answered = used[0] / alone.answered
    return Cost(answered, max(0.0, used[1] - many.answered * answered) / max(many.busy, 1))


def log_ins_per_second(url: str, customers: int, *, seconds: float) -> float:
    """Return how many log-ins a second are answered to clients who come back when they are told to."""
    load = start(url, "login.lua", seconds, customers, "patient", threads=CLIENTS)
    return log_ins_of(load, seconds).answered


@dataclass(frozen=True)
class Scene:
    """What is read (`read.lua`) at which server, while who logs in."""

    name: str
    server: Server
    what: str
    is_patient: bool

    def measure(self, postgres: TemporaryPostgres, cost: Cost, *, customers: int, size: int, seconds: float) -> Crowd:
        """Measure the reads alone, and right after it beside a crowd that logs in."""
        at_work, used, url = Processors(self.server, postgres), [], self.server.url
        seed = time.monotonic_ns() % 1_000_000
        reads_of(start(url, "read.lua", 1, self.what, size, seed))
        with at_work.used(used):
            alone = reads_of(start(url, "read.lua", seconds, self.what, size, seed + 1))
        words = ("patient",) if self.is_patient else ()
        crowd = start(url, "login.lua", seconds, customers, *words, threads=CLIENTS)
        beside = reads_of(start(url, "read.lua", seconds, self.what, size, seed + 2))
        return Crowd(alone, beside, log_ins_of(crowd, seconds), used[0], cost)


def scenes(hot: Server, cold: Server) -> list[Scene]:
    """Return what is measured: lists and pages, in memory and not, beside clients who wait when told to or do not."""
    reads = (
        ("list of 24, hot", hot, "list"),
        ("list of 24, cold: random pages", cold, "page"),
        ("detail, hot", hot, "one"),
        ("detail, cold: random products", cold, "detail"),
    )
    return [Scene(name, server, what, patient) for name, server, what in reads for patient in (True, False)]


def print_crowds(found: dict[Scene, list[Crowd]]) -> None:
    """Print the medians over the rounds as Markdown."""
    print("\n| beside 16 clients who log in | who, told to wait, | alone/s | beside/s | share | ratio | aim ", end="")
    print("| p95 ms alone | p95 ms beside | log-ins/s | refused/s |")
    print("|---|---|---:|---:|---:|---:|---:|---:|---:|---:|---:|")
    for scene, crowds in found.items():
        alone = [median(crowd.alone.rate for crowd in crowds), median(crowd.alone.p95 for crowd in crowds)]
        beside = [median(crowd.beside.rate for crowd in crowds), median(crowd.beside.p95 for crowd in crowds)]
        share, ratio = median(crowd.share for crowd in crowds), median(crowd.ratio for crowd in crowds)
        told = f"{ratio:.2f}" if share >= LEAST_SHARE else "–"
        answered = median(crowd.log_ins.answered for crowd in crowds)
        busy = median(crowd.log_ins.busy for crowd in crowds)
        print(
            f"| {scene.name} | {'wait' if scene.is_patient else 'do not'} | {alone[0]:,.0f} | {beside[0]:,.0f} "
            f"| {max(share, 0):.2f} | {told} | 0.80 | {alone[1]:.1f} | {beside[1]:.1f} | {answered:.0f} | {busy:,.0f} |"
        )
