"""Runs what a page of docs/ prints, with somebody who copies links and codes out of mails and text messages."""

from __future__ import annotations

import re
import shutil
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any
from urllib.parse import unquote

from django.core import mail

from electroports.settings import BASE_DIR
from tests.fakes.sms import KeepingBackend
from tests.test_readme import blocks, products_named, run_as_printed, seed_what_is_named

# Such as `TOKEN=…   # from the mail`, or `CODE=…   # from the SMS to +254712345678`.
COPIED = re.compile(r"^(\w+)=…\s+# (from the [\w ]+?)(?: to (\S+))?$", re.MULTILINE)
LINK_TOKEN = re.compile(r"\b[0-9a-f]{32}\.[\w-]{43}(?![\w-])")
CODE = re.compile(r"\b\d{6}\b")
PATIENCE = 15  # seconds until what was asked for has to be there

Copy = Callable[[str], "str | None"]


class Reader:
    """Reads mails and text messages, each once: returns the newest token or code that was not copied before."""

    def __init__(self) -> None:
        self.copied: set[str] = set()

    def mail(self, recipient: str) -> str | None:
        """The token in the newest mail, to `recipient` if one is named."""
        texts = [str(message.body) for message in mail.outbox if not recipient or recipient in message.recipients()]
        return self._newest(LINK_TOKEN, texts)

    def sms(self, recipient: str) -> str | None:
        """The code in the newest text message, to `recipient` if one is named."""
        texts = [sms.text for sms in KeepingBackend.sent if not recipient or sms.to == recipient]
        return self._newest(CODE, texts)

    def _newest(self, pattern: re.Pattern[str], texts: list[str]) -> str | None:
        found = [match for text in reversed(texts) for match in pattern.findall(text) if match not in self.copied]
        if not found:
            return None
        self.copied.add(found[0])
        return str(found[0])


@contextmanager
def copying(ways: Mapping[str, Copy]) -> Iterator[str]:
    """Serve on this machine what is to be copied: a bash that runs elsewhere asks at the address that this yields."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            way, _, recipient = unquote(self.path.lstrip("/")).partition(" to ")
            until, found = time.monotonic() + PATIENCE, None
            while found is None and time.monotonic() < until:
                found = ways[way](recipient)
                time.sleep(0.02)
            body = (found or "").encode()
            self.send_response(200 if found else 404)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()


def with_copied(text: str, place: str) -> str:
    """Return a block of bash in which what is to be copied is asked for at `place`."""
    curl = shutil.which("curl")

    def ask(found: re.Match[str]) -> str:
        name, way, recipient = found.groups()
        what = f"{way} to {recipient}" if recipient else way
        return f"{name}=$({curl} -sf '{place}/{what.replace(' ', '%20').replace('+', '%2B')}')"

    return COPIED.sub(ask, text)


def run_page(
    page: str, shop: str, folder: Path, *, ways: Mapping[str, Copy] | None = None
) -> tuple[list[str], list[str]]:
    """Run the bash of docs/`page` in one shell; return what each call came to ("201 POST") and what each block said.

    `ways` are further things that a person copies, by the words behind `#`: "from the app" and the like.
    """
    shell = blocks(BASE_DIR / "docs" / page, "bash")
    assert shell, f"{page} prints nothing to run."
    if products_named("".join(shell)):
        data = folder / "data"
        data.mkdir()
        seed_what_is_named("".join(shell), data)
    reader = Reader()
    with copying({"from the mail": reader.mail, "from the SMS": reader.sms, **(ways or {})}) as place:
        return run_as_printed([with_copied(block, place) for block in shell], shop, folder)
