"""Tokens that nobody was given, by what is wrong with them."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any
from uuid import uuid4

import jwt
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from django.utils import timezone
from rest_framework_simplejwt.settings import api_settings

from accounts.links import link_token, make_link
from accounts.models import Link
from orders.links import link_token as order_token
from orders.models import Order
from tests.security.world import World

Claims = dict[str, Any]
Forgery = Callable[[World, Claims], str]
KEY = str(api_settings.SIGNING_KEY)
USERS: list[Any] = ["0", "-1", "1 OR 1=1", "٣", "9" * 30, "", 1, True, [1], {}]
NEVER = {"exp": 4_102_444_800}


def part(value: Any) -> str:
    """Return one part of a token: JSON, or text as it stands, in base64."""
    text = value if isinstance(value, str) else json.dumps(value)
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def sign(header: Any, claims: Any, key: str = KEY, digest: Any = hashlib.sha256) -> str:
    """Return a token with this header, signed by HMAC whatever the header says."""
    text = f"{part(header)}.{part(claims)}"
    mac = hmac.new(key.encode(), text.encode(), digest).digest()
    return f"{text}.{base64.urlsafe_b64encode(mac).decode().rstrip('=')}"


def unsigned(alg: str, mac: str = "") -> Forgery:
    return lambda world, claims: f"{part({'alg': alg, 'typ': 'JWT'})}.{part(claims)}.{mac}"


def by_key(key: str) -> Forgery:
    return lambda world, claims: sign({"alg": "HS256", "typ": "JWT"}, claims, key)


def by_our_key_as(alg: str) -> Forgery:
    """Return a token signed by HMAC with our key, whose header names an algorithm with a public key, or none."""
    return lambda world, claims: sign({"alg": alg}, claims)


def headed(**header: Any) -> Forgery:
    """Return a token that is signed with another key, and a header that should make ours of it."""
    return lambda world, claims: sign({"alg": "HS256", "typ": "JWT", **header}, claims, "attacker" * 8)


def claiming(**changes: Any) -> Forgery:
    """Return a token that is signed as ours are, with other claims; None takes one out."""

    def forge(world: World, claims: Claims) -> str:
        kept = {name: value for name, value in {**claims, **changes}.items() if value is not None}
        return sign({"alg": "HS256", "typ": "JWT"}, kept)

    return forge


def altered(change: Callable[[str], str]) -> Forgery:
    return lambda world, claims: change(sign({"alg": "HS256", "typ": "JWT"}, claims))


def asymmetric(alg: str) -> Forgery:
    def forge(world: World, claims: Claims) -> str:
        key: Any = ec.generate_private_key(ec.SECP256R1())
        if alg.startswith(("RS", "PS")):
            key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        return jwt.encode(claims, key, algorithm=alg)

    return forge


def twice(name: str, value: Any) -> Forgery:
    """Return a token whose payload names a claim twice, and was signed by somebody else."""

    def forge(world: World, claims: Claims) -> str:
        text = json.dumps(claims)[:-1] + f", {json.dumps(name)}: {json.dumps(value)}}}"
        return sign({"alg": "HS256"}, text, "attacker" * 8)

    return forge


def of_another(world: World, claims: Claims) -> str:
    admin = world.callers["admin"].user
    assert admin is not None
    return claiming(user_id=str(admin.pk))(world, claims)


def mailed(world: World, claims: Claims) -> str:
    at, user = timezone.now(), world.callers["owner"].user
    assert user is not None
    purpose, lifetime = Link.Purpose.RESET_PASSWORD, timedelta(hours=1)
    return link_token(make_link(purpose=purpose, user=user, email=user.email, lifetime=lifetime, at=at))


FORGERIES: dict[str, Forgery] = {
    # the algorithm
    **{f"alg {alg!r}": unsigned(alg) for alg in ("none", "None", "NONE", "nOnE", "none ", "", "null", "HS0")},
    "alg none with a signature": lambda world, claims: sign({"alg": "none"}, claims),
    "alg none, two parts": lambda world, claims: unsigned("none")(world, claims).rstrip("."),
    "no alg": lambda world, claims: sign({"typ": "JWT"}, claims),
    "alg is a list": lambda world, claims: sign({"alg": ["HS256", "none"]}, claims),
    "alg is null": lambda world, claims: sign({"alg": None}, claims),
    "HS512": lambda world, claims: sign({"alg": "HS512"}, claims, digest=hashlib.sha512),
    "HS384": lambda world, claims: sign({"alg": "HS384"}, claims, digest=hashlib.sha384),
    **{f"our key as {alg}": by_our_key_as(alg)
       for alg in ("RS256", "ES256", "PS256", "EdDSA", "hs256")},
    "RS256": asymmetric("RS256"),
    "ES256": asymmetric("ES256"),
    # the key
    "empty key": by_key(""),
    **{f"key {key}": by_key(key) for key in ("secret", "changeme", "django-insecure", "electroports", "\x00")},
    "the key's hash": by_key(hashlib.sha256(KEY.encode()).hexdigest()),
    "the key in upper case": by_key(KEY.upper()),
    # where to find a key
    "kid out of the folder": headed(kid="../../../../dev/null"),
    "kid of SQL": headed(kid="x' UNION SELECT 'attacker"),
    "kid of a command": headed(kid="| cat /etc/passwd"),
    "kid is an object": headed(kid={"a": 1}),
    "jku": headed(jku="https://evil.example/keys.json"),
    "x5u": headed(x5u="https://evil.example/cert.pem"),
    "x5c": headed(x5c=["MIIB"]),
    "jwk": headed(jwk={"kty": "oct", "k": part("attacker" * 8)}),
    "crit": lambda world, claims: sign({"alg": "HS256", "crit": ["exp"], "exp": 0}, claims),
    "crit b64": lambda world, claims: sign({"alg": "HS256", "crit": ["b64"], "b64": False}, claims),
    # what it is for
    "another type": claiming(token_type="sliding"),
    "no type": claiming(token_type=None),
    "type is a list": claiming(token_type=["access", "refresh"]),
    "a mailed link": mailed,
    "a cart's token": lambda world, claims: "A" * 32,
    "a guest order's link": lambda world, claims: order_token(Order.objects.get(number=world.order["number"])),
    "a token to unsubscribe": lambda world, claims: world.unsubscribe_token,
    "a wishlist's token": lambda world, claims: world.wishlist_token,
    # how long it is good
    "expired": claiming(exp=1_700_000_000),
    "no expiry": claiming(exp=None),
    "expiry of text": claiming(exp="never"),
    "expiry beyond time": claiming(exp=10**18),
    "expiry is an object": claiming(exp={}),
    "not yet": claiming(nbf=4_000_000_000),
    # whose it is
    "no user": claiming(user_id=None),
    "another user": of_another,
    "nobody": claiming(user_id="987654321"),
    **{f"user {user!r}": claiming(user_id=user) for user in USERS},
    "no session": claiming(sid=None),
    "another session": claiming(sid=str(uuid4())),
    **{f"session {sid!r}": claiming(sid=sid) for sid in ("", "1", "' OR '1'='1", 1, [], {}, "0" * 32)},
    "no id": claiming(jti=None),
    # damage
    "nothing": lambda world, claims: "",
    "dots": lambda world, claims: "..",
    "a word": lambda world, claims: "token",
    "null": lambda world, claims: "null",
    "a byte of the signature less": altered(lambda token: token[:-4]),
    "a byte of the signature more": altered(lambda token: token + "AAAA"),
    "no signature": altered(lambda token: token.rpartition(".")[0] + "."),
    "a fourth part": altered(lambda token: token + ".e30"),
    "another signature": altered(lambda token: token[:-8] + ("A" * 8 if not token.endswith("A" * 8) else "B" * 8)),
    "other claims under the signature": altered(lambda token: ".".join(
        (token.split(".")[0], part({"token_type": "access", **NEVER}), token.split(".")[2])
    )),
    "claims twice": twice("user_id", "1"),
    "claims are a list": lambda world, claims: sign({"alg": "HS256"}, [claims]),
    "claims are text": lambda world, claims: sign({"alg": "HS256"}, "text"),
    "claims are a number": lambda world, claims: sign({"alg": "HS256"}, "1"),
    "a header of a list": lambda world, claims: sign(["HS256"], claims),
    "a deep header": lambda world, claims: sign("[" * 5000, claims),
    "deep claims": lambda world, claims: sign({"alg": "HS256"}, "[" * 5000),
    "a huge token": lambda world, claims: sign({"alg": "HS256", "x": "x" * 30_000}, claims, "attacker" * 8),
    "no base64": altered(lambda token: token.replace(".", "!.", 1)),
}  # fmt: skip
