"""The keys that identity providers publish (JWKS, RFC 7517), kept as long as they say and fetched by one thread."""

from __future__ import annotations

import json
import logging
import re
import time
from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from threading import Lock
from typing import Any, NamedTuple

import httpx
from jwt import PyJWK
from jwt.exceptions import PyJWTError

from accounts.errors import ProviderUnavailable

logger = logging.getLogger(__name__)

TIMEOUT = httpx.Timeout(3, connect=2)
DEADLINE = 4.0  # seconds for the whole answer: httpx's time-outs begin anew with every piece of it
MAX_ANSWER = 64 * 1024
ALGORITHM = "RS256"  # what both providers sign with, and nothing else: never what a token's header asks for
LEAST_BITS = 2048

SHORTEST, USUAL, LONGEST = timedelta(minutes=5), timedelta(hours=1), timedelta(days=1)
LONGER = timedelta(days=1)  # how long keys go on past that while the provider cannot be reached
PAUSE = timedelta(minutes=1)  # between two fetches because of a key that is not there
PAUSE_AFTER_FAILURE = timedelta(seconds=15)
LONG_AGO = datetime.min.replace(tzinfo=UTC)


class NoSuchKey(Exception):
    """The provider has no key of that id."""


class NotFetched(Exception):
    """The provider's keys could not be had now."""


class Keys(NamedTuple):
    """What a provider published: keys by id, and until when they are to be used."""

    by_id: Mapping[str, PyJWK]
    fresh_until: datetime
    good_until: datetime


class KeySet:
    """The keys at one address. One thread fetches them; the others wait only if they have no key that will do."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._kept = Keys({}, LONG_AGO, LONG_AGO)
        self._asked_at = LONG_AGO
        self._fetching = Lock()

    def key(self, key_id: str, *, at: datetime) -> PyJWK:
        """Return the key of that id; raises NoSuchKey, or ProviderUnavailable where nobody can tell.

        A key that is not known is looked for at most once a minute, whatever is asked for. Known keys go on for a day
        while the provider is down.
        """
        kept = self._kept
        known = kept.by_id.get(key_id)
        if known is not None and at < kept.fresh_until:
            return known
        must_wait = known is None or at >= kept.good_until
        if self._fetching.acquire(blocking=must_wait, timeout=DEADLINE if must_wait else -1):
            try:
                self._refresh(key_id, at=at)
            finally:
                self._fetching.release()
        kept = self._kept
        known = kept.by_id.get(key_id)
        if known is not None and at < kept.good_until:
            return known
        if at < kept.fresh_until:
            raise NoSuchKey(key_id)
        raise ProviderUnavailable(PAUSE_AFTER_FAILURE)

    def _refresh(self, key_id: str, *, at: datetime) -> None:
        is_fresh = at < self._kept.fresh_until
        if is_fresh and key_id in self._kept.by_id:  # another thread fetched it meanwhile
            return
        if at - self._asked_at < (PAUSE if is_fresh else PAUSE_AFTER_FAILURE):
            return
        self._asked_at = at
        try:
            self._kept = fetch_keys(self._url, at=at)
        except NotFetched as error:
            logger.warning("no keys from an identity provider", extra={"facts": {"url": self._url, "why": str(error)}})


@lru_cache(maxsize=8)
def key_set(url: str) -> KeySet:
    """Return the keys at that address, the same ones for the whole process."""
    return KeySet(url)


def fetch_keys(url: str, *, at: datetime) -> Keys:
    """Fetch the keys at that address; raises NotFetched."""
    give_up_at = time.monotonic() + DEADLINE
    try:
        with httpx.stream("GET", url, timeout=TIMEOUT, follow_redirects=False) as answer:
            if answer.status_code != httpx.codes.OK:
                raise NotFetched(f"HTTP {answer.status_code}")
            raw = bytearray()
            for chunk in answer.iter_bytes():
                raw += chunk
                if len(raw) > MAX_ANSWER or time.monotonic() > give_up_at:
                    raise NotFetched("an answer that is too long, or takes too long")
            lifetime = read_lifetime(answer.headers.get("Cache-Control", ""))
    except httpx.HTTPError as error:
        raise NotFetched(type(error).__name__) from error
    by_id = read_keys(bytes(raw))
    if not by_id:
        raise NotFetched("an answer without a key that can be used")
    return Keys(by_id, at + lifetime, at + lifetime + LONGER)


def read_lifetime(cache_control: str) -> timedelta:
    """Return how long an answer with that header is kept: as it says, but five minutes at least and a day at most."""
    said = re.search(r"\bmax-age\s*=\s*\"?(\d{1,9})", cache_control, re.IGNORECASE)
    return USUAL if said is None else min(max(timedelta(seconds=int(said[1])), SHORTEST), LONGEST)


def read_keys(raw: bytes) -> dict[str, PyJWK]:
    """Return the RSA keys for signatures in a JWKS, by id. Others, and those that are too short, are left out."""
    try:
        listed = json.loads(raw)["keys"]
    except (ValueError, KeyError, TypeError, RecursionError):
        return {}
    found = (read_key(row) for row in listed if isinstance(row, dict)) if isinstance(listed, list) else ()
    return {str(key.key_id): key for key in found if key is not None}


def read_key(row: dict[str, Any]) -> PyJWK | None:
    """Return one key of a JWKS, None if it is not one for our algorithm."""
    if row.get("kty") != "RSA" or row.get("use", "sig") != "sig" or row.get("alg", ALGORITHM) != ALGORITHM:
        return None
    if not isinstance(row.get("kid"), str) or "d" in row:
        return None
    try:
        key = PyJWK(row, algorithm=ALGORITHM)
    except (PyJWTError, ValueError, TypeError):
        return None
    return key if key.key.key_size >= LEAST_BITS else None
