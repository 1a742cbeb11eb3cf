"""A shop that is about to be hurt: its processes, its clients who do not give up, and what must be true afterwards."""

from __future__ import annotations

import json
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.client import HTTPConnection, HTTPException
from io import StringIO
from pathlib import Path
from threading import Event, Lock, Thread
from typing import Any

from django.core.management import call_command
from django.db import connections

from orders.models import IdempotencyRecord, Order

ROOT = Path(__file__).resolve().parents[2]
TIMEOUT = 10.0  # seconds, of one request


@dataclass
class Web:
    """The web processes, as children of one that starts them anew."""

    port: int
    master: subprocess.Popen[bytes]

    def processes(self) -> list[int]:
        """The ids of the processes that serve."""
        children = Path(f"/proc/{self.master.pid}/task/{self.master.pid}/children").read_text()
        return [int(pid) for pid in children.split()]

    def kill_one(self, chance: random.Random) -> None:
        """Kill a process, as the kernel does where memory is short."""
        for pid in chance.sample(found := self.processes(), len(found))[:1]:
            os.kill(pid, signal.SIGKILL)

    def kill_all(self) -> None:
        """Kill them all."""
        for pid in self.processes():
            os.kill(pid, signal.SIGKILL)


@contextmanager
def web(port: int, processes: int) -> Iterator[Web]:
    """Serve the shop."""
    command = [sys.executable, "-m", "tests.faults.server", str(port), str(processes)]
    master = subprocess.Popen(command, cwd=ROOT, stderr=subprocess.DEVNULL)  # its errors are what clients see
    try:
        deadline = time.monotonic() + 60
        while True:
            try:
                if send(port, "GET", "/healthz")[0] == 200:
                    break
            except (OSError, HTTPException):
                if master.poll() is not None or time.monotonic() > deadline:
                    raise
                time.sleep(0.1)
        yield Web(port, master)
    finally:
        master.terminate()
        master.wait(30)


def send(port: int, method: str, path: str, body: Any = None, **headers: str) -> tuple[int, bytes]:
    """One request; raises OSError or HTTPException where the answer does not come whole."""
    client = HTTPConnection("127.0.0.1", port, timeout=TIMEOUT)
    try:
        raw = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        client.request(method, path, raw, {"Content-Type": "application/json", **headers})
        response = client.getresponse()
        declared = response.headers["Content-Length"]
        answer = response.read()
        if declared is None or int(declared) != len(answer):  # cut off within its headers, or its body
            raise HTTPException("half an answer")
        return response.status, answer
    finally:
        client.close()


@dataclass
class Buyers:
    """Clients that order one unit after the other, each under a key of its own, and send again until they know."""

    port: int
    variant: int
    name: str
    wait: float = 0.01
    acknowledged: dict[str, bytes] = field(default_factory=dict)
    seen: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.lock = Lock()
        self.stop = Event()

    def order(self, key: str) -> tuple[int, bytes]:
        """Send the order of this key once."""
        body = {
            "items": [{"variant": self.variant, "quantity": 1}],
            "contact": {"email": f"{key}@example.com", "phone": "0712345678"},
        }
        return send(self.port, "POST", "/api/orders/create", body, **{"Idempotency-Key": key})

    def buy(self, key: str) -> None:
        """Send the order of this key until it is there."""
        while True:
            try:
                status, answer = self.order(key)
            except (OSError, HTTPException):
                self._count("cut off")
                time.sleep(self.wait)
                continue
            self._count(str(status))
            if status == 201:
                with self.lock:
                    self.acknowledged[key] = answer
                return
            if status != 503:
                self.unexpected.append(f"{status} {answer[:300]!r}")
                return
            time.sleep(self.wait)

    def keep_buying(self, name: str) -> None:
        """Order until told to stop; whatever was begun is brought to its end."""
        number = 0
        while not self.stop.is_set():
            number += 1
            self.buy(f"{name}-{number}")

    @contextmanager
    def at_work(self, number: int) -> Iterator[None]:
        """So many of them order for as long as the block lasts."""
        threads = [Thread(target=self.keep_buying, args=(f"{self.name}{index}",)) for index in range(number)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            self.stop.set()
            for thread in threads:
                thread.join(60)

    def _count(self, what: str) -> None:
        with self.lock:
            self.seen[what] += 1


def assert_one_order_a_key(buyers: Buyers, *, allocated: int) -> None:
    """Every key has one order and one hold of stock, and gets the same answer again, byte for byte."""
    connections.close_all()
    assert not buyers.unexpected, buyers.unexpected[:3]
    assert not buyers.stop.is_set() or buyers.acknowledged
    numbers = {json.loads(answer)["number"] for answer in buyers.acknowledged.values()}
    assert len(numbers) == len(buyers.acknowledged)
    assert set(Order.objects.values_list("number", flat=True)) >= numbers
    kept = IdempotencyRecord.objects.filter(key__in=buyers.acknowledged)
    assert kept.count() == len(buyers.acknowledged)
    assert allocated == Order.objects.filter(status="pending").count() == len(buyers.acknowledged)
    for key, answer in list(buyers.acknowledged.items())[-50:]:
        assert buyers.order(key) == (201, answer), key


def assert_invariants() -> None:
    """All invariants hold."""
    connections.close_all()
    out = StringIO()
    try:
        call_command("check_invariants", stdout=out)
    except Exception:
        print(out.getvalue())
        raise
