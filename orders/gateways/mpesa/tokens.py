"""One access token for all processes: each new one kills the one before, so only one may ask for it at a time."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

# A token that is about to expire could do so on its way.
MARGIN = timedelta(seconds=60)
# How long a refresh may take before another process takes it over: longer than the time-outs of the request.
LEASE = timedelta(seconds=30)
PATIENCE = 15.0  # seconds that the others wait for it
PAUSE = 0.05


@dataclass(frozen=True, slots=True)
class Token:
    """An access token and when it ends."""

    value: str
    expires_at: datetime

    def __repr__(self) -> str:
        return f"Token(…, {self.expires_at.isoformat()})"


class TokenStore(Protocol):
    """Where the processes of the shop keep the token that they share. No method waits for another process."""

    def read(self, name: str) -> Token | None:
        """Return the token of that name, expired or not."""

    def claim(self, name: str, *, stale: str, at: datetime, until: datetime) -> str | None:
        """Return a claim to replace the token, None if somebody holds one at `at` or the token is not `stale` any more.

        `stale` is empty where there was none. A claim that was neither used nor dropped ends at `until`.
        """

    def write(self, name: str, claim: str, token: Token) -> bool:
        """Keep a token and end the claim; return False, and keep nothing, if somebody else has it by now."""

    def drop(self, name: str, claim: str) -> None:
        """End a claim without a token."""


class NoToken(Exception):
    """Whoever fetches the token has not come back with one in time."""


def shared_token(
    store: TokenStore,
    name: str,
    fetch: Callable[[], Token],
    *,
    clock: Callable[[], datetime],
    refused: str = "",
) -> str:
    """Return a token that is good: the one that is kept or, if nobody else is fetching one, what `fetch` gives.

    `refused` is a token that the provider has just turned down. Raises NoToken, and what `fetch` raises.
    """
    give_up_at = time.monotonic() + PATIENCE
    while True:
        kept, now = store.read(name), clock()
        if kept and kept.value != refused and now < kept.expires_at - MARGIN:
            return kept.value
        claim = store.claim(name, stale=kept.value if kept else "", at=now, until=now + LEASE)
        if claim:
            try:
                token = fetch()
            except BaseException:
                store.drop(name, claim)
                raise
            store.write(name, claim, token)
            return token.value
        if time.monotonic() > give_up_at:
            raise NoToken(name)
        time.sleep(PAUSE)
