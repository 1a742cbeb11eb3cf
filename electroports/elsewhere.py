"""How people sign in without a password: who vouches for them, and what codes may be sent to phones."""

from collections.abc import Callable
from typing import Any, NamedTuple


class IdentityProvider(NamedTuple):
    """An OpenID provider whose id tokens are taken."""

    client_ids: tuple[str, ...]  # ours, for which its tokens are issued; without one it is not enabled
    issuers: tuple[str, ...]  # what its tokens say of who issued them, letter by letter
    keys_url: str  # where it publishes the keys that it signs with
    own_domains: tuple[str, ...]  # whose mailboxes it runs itself: of these it knows today whose they are


def identity_providers(env: Callable[[str], Any]) -> dict[str, IdentityProvider]:
    """Return the providers by name, from the environment."""
    own_domains = {
        "google": ("gmail.com", "googlemail.com"),
        "apple": ("privaterelay.appleid.com", "icloud.com", "me.com", "mac.com"),
    }
    return {
        name: IdentityProvider(
            client_ids=tuple(env(f"{name.upper()}_CLIENT_IDS")),
            issuers=tuple(env(f"{name.upper()}_ISSUERS")),
            keys_url=env(f"{name.upper()}_KEYS_URL"),
            own_domains=domains,
        )
        for name, domains in own_domains.items()
    }


class PhoneCodeRules(NamedTuple):
    """What codes may be sent to phones."""

    sign_up: bool  # whether a code to a phone that nobody has makes an account
    prefixes: tuple[str, ...]  # of the numbers, in E.164, that codes are sent to
    per_day: int  # at most, in all: each costs money


def phone_code_rules(env: Callable[[str], Any]) -> PhoneCodeRules:
    """Return the rules, from the environment."""
    return PhoneCodeRules(
        sign_up=env("PHONE_SIGN_UP"), prefixes=tuple(env("PHONE_CODE_PREFIXES")), per_day=env("PHONE_CODES_PER_DAY")
    )
