"""The servers under load: granian with two processes, as in production, on loopback."""

from __future__ import annotations

import os
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Self

from tests.postgres import free_port

ROOT = Path(__file__).resolve().parent.parent
GRANIAN = Path(sys.executable).parent / "granian"
PROCESSES, THREADS = 2, 2  # as in the Procfile
PATIENCE = 180  # seconds until a server has to answer, on a machine that does other things


class Server:
    """One production server inside a `with` block. `seconds_to_first_answer` counts from the start of the process."""

    def __init__(
        self,
        application: str,
        environment: dict[str, str],
        first: str,
        *,
        processes: int = PROCESSES,
        threads: int = THREADS,
    ) -> None:
        self.application = application
        self.environment = environment
        self.first = first
        self.processes, self.threads = processes, threads
        self.port = free_port()
        self.url = f"http://127.0.0.1:{self.port}"
        self.seconds_to_first_answer = 0.0

    def __enter__(self) -> Self:
        started = time.perf_counter()
        options = ["--interface", "wsgi", "--host", "127.0.0.1", "--port", str(self.port), "--log-level", "error"]
        options += ["--workers-kill-timeout", "5"]
        self.process = subprocess.Popen(
            [
                GRANIAN,
                *options,
                "--workers",
                str(self.processes),
                "--blocking-threads",
                str(self.threads),
                self.application,
            ],
            cwd=ROOT,
            env={**os.environ, "WEB_THREADS": str(self.threads), **self.environment},
        )
        while not self._answers():
            if self.process.poll() is not None or time.perf_counter() - started > PATIENCE:
                raise RuntimeError(f"{self.application} did not start")
            time.sleep(0.02)
        self.seconds_to_first_answer = time.perf_counter() - started
        return self

    def __exit__(self, *_exc: object) -> None:
        self.process.terminate()
        self.process.wait(timeout=30)

    def resident_megabytes(self) -> float:
        """Return the resident memory of the largest worker process."""
        sizes = []
        for status in Path("/proc").glob("[0-9]*/status"):
            try:
                fields = dict(line.split(":", 1) for line in status.read_text().splitlines() if ":" in line)
            except OSError:
                continue  # it ended while we looked
            if int(fields["PPid"]) == self.process.pid and "VmRSS" in fields:
                sizes.append(int(fields["VmRSS"].split()[0]) / 1024)
        return max(sizes)

    def _answers(self) -> bool:
        try:
            with urllib.request.urlopen(self.url + self.first, timeout=30) as response:
                return int(response.status) == 200
        except urllib.error.HTTPError as error:
            raise RuntimeError(f"{self.first}: {error.code} {error.read()[:300]!r}") from error
        except OSError:
            return False
