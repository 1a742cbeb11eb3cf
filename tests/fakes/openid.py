"""An OpenID provider that runs on this machine: it publishes its keys, signs tokens, and misbehaves as asked."""

from __future__ import annotations

import json
import time
from datetime import timedelta
from functools import cache
from hashlib import sha256
from itertools import count
from threading import Event, Lock
from typing import Any
from urllib.parse import urlsplit

import jwt
from cryptography.hazmat.primitives.asymmetric import rsa

from electroports.elsewhere import IdentityProvider
from tests.fakes.daraja_http import FLOOD_AFTER, Handler, Reply, Server

CLIENT_ID = "the-shop.example"
NOT_JSON, NO_KEYS = "not json", "no keys"
subjects = count(1)


@cache
def private_key(number: int, bits: int = 2048) -> rsa.RSAPrivateKey:
    """One of a few keys, made once for the whole run: making them takes long."""
    return rsa.generate_private_key(public_exponent=65537, key_size=bits)


def published(key: rsa.RSAPrivateKey, key_id: str, **more: Any) -> dict[str, Any]:
    """The public half, as a JWKS has it."""
    whole = jwt.algorithms.RSAAlgorithm.to_jwk(key.public_key(), as_dict=True)
    return {**{name: whole[name] for name in ("kty", "n", "e")}, "kid": key_id, "use": "sig", "alg": "RS256", **more}


class KeysHandler(Handler):
    """One connection."""

    def _serve(self) -> None:
        provider: Any = self.owner.provider
        if urlsplit(self.path).path != "/keys":
            self._say(Reply(404, {}))
            return
        with provider.counting:
            provider.fetches += 1
        if provider.waits is not None:
            provider.waits.wait(30)
        fault = provider.faults.pop(0) if provider.faults else ""
        if fault == NOT_JSON:
            self._raw(200, b"<html>")
        elif fault == NO_KEYS:
            self._say(Reply(200, {"keys": []}))
        elif fault == FLOOD_AFTER:
            self._raw(200, b" " * 100_000)
        elif not self._fails_first(fault):
            body = json.dumps({"keys": provider.keys}).encode()
            header = {"Cache-Control": provider.cache_control} if provider.cache_control else {}
            if fault:
                self._say_wrongly(fault, Reply(200, {"keys": provider.keys}))
            else:
                self._raw(200, body, header)


class FakeOpenId:
    """The provider. `keys` is what it publishes; `faults` are what the next fetches of them come to."""

    def __init__(self, *, own_domains: tuple[str, ...] = ("gmail.com",)) -> None:
        self.own_domains = own_domains
        self.faults: list[str] = []
        self.fetches = 0
        self.counting = Lock()
        self.waits: Event | None = None  # until when answers wait
        self.cache_control = "public, max-age=3600"
        self.number = 0
        self.keys = [published(private_key(0), "key-0")]
        self.server = Server(self, KeysHandler)  # type: ignore[arg-type]

    def __enter__(self) -> FakeOpenId:
        self.server.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.server.stop()

    @property
    def issuer(self) -> str:
        return self.server.url

    def settings(self, **changes: Any) -> IdentityProvider:
        """What the shop is told of it."""
        return IdentityProvider(
            client_ids=(CLIENT_ID, "the-phone.example"),
            issuers=(self.issuer, "short.example"),
            keys_url=f"{self.server.url}/keys",
            own_domains=self.own_domains,
        )._replace(**changes)

    def rotate(self) -> None:
        """Sign with another key from now on, and publish that one alone."""
        self.number += 1
        self.keys = [published(private_key(self.number), f"key-{self.number}")]

    def claims(self, **changes: Any) -> dict[str, Any]:
        """What a token says; None leaves a claim out, a timedelta is counted from now."""
        now = int(time.time())
        whole = {
            "iss": self.issuer,
            "aud": CLIENT_ID,
            "sub": f"subject-{next(subjects)}",
            "iat": now - 5,
            "exp": now + 3600,
            "email": "wanjiku@gmail.com",
            "email_verified": True,
            **changes,
        }
        for name, value in whole.items():
            if isinstance(value, timedelta):
                whole[name] = now + value.total_seconds()
        return {name: value for name, value in whole.items() if value is not None}

    def token(self, *, key: Any = None, algorithm: str = "RS256", header: Any = None, **changes: Any) -> str:
        """A signed token; `jti` makes each another one."""
        claims = self.claims(**{"jti": str(next(subjects)), **changes})
        headers = {"kid": f"key-{self.number}"} if header is None else header
        signing = private_key(self.number) if key is None else key
        return jwt.PyJWS().encode(json.dumps(claims).encode(), signing, algorithm, headers={"typ": "JWT", **headers})


def hashed(nonce: str) -> str:
    """A nonce as an app hands it to Apple."""
    return sha256(nonce.encode()).hexdigest()
