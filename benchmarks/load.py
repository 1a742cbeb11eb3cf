"""Load: wrk for HTTP (16 connections, one thread), pgbench for the database alone."""

from __future__ import annotations

import re
import shutil
import subprocess
import time
from pathlib import Path

from benchmarks.servers import ROOT
from tests.postgres import TemporaryPostgres

SCRIPTS = ROOT / "benchmarks" / "wrk"


def require_wrk() -> None:
    """Stop with advice if the load generator is not installed."""
    if shutil.which("wrk") is None:
        raise SystemExit(
            "make bench needs wrk, a small HTTP load generator: apt-get install wrk (or brew install wrk)."
        )


def requests_per_second(
    url: str, *, seconds: float, script: str = "", arguments: tuple[object, ...] = (), connections: int = 16
) -> float:
    """Return how many requests a second the server at `url` answers; raises RuntimeError if any was refused.

    The first second, in which caches and threads warm up, does not count.
    """
    command = ["wrk", "-t1", f"-c{connections}", "--timeout", "30s"]
    if script:
        command += ["-s", str(SCRIPTS / script)]
    command += [url, *(["--", *map(str, arguments)] if arguments else [])]
    for length in (1, max(1, round(seconds))):
        timed = [*command[:1], f"-d{length}s", *command[1:]]
        text = subprocess.run(timed, capture_output=True, text=True, check=True, cwd=ROOT).stdout
        if "Non-2xx" in text or "Socket errors" in text:
            raise RuntimeError(f"{url} {script}: {text}")
    return float(re.search(r"Requests/sec:\s+([\d.]+)", text)[1])  # type: ignore[index]


def read_never_the_same(url: str, what: str, size: int, *, seconds: float) -> float:
    """Return the rate of reads that differ each time (`benchmarks/wrk/read.lua`)."""
    seed = time.monotonic_ns() % 1_000_000
    return requests_per_second(url, seconds=seconds, script="read.lua", arguments=(what, size, seed))


def transactions_per_second(server: TemporaryPostgres, database: str, script: Path, *, seconds: float) -> float:
    """Return how many transactions of a pgbench script a second eight clients commit."""
    command = [server.bin / "pgbench", "-n", "-h", "127.0.0.1", "-p", str(server.port), "-U", "shop"]
    command += ["-c", "8", "-j", "1", "-M", "prepared", "-T", str(max(1, round(seconds))), "-f", str(script), database]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    return float(re.search(r"tps = ([\d.]+)", done.stdout)[1])  # type: ignore[index]
