"""What logs, reports of errors and stored errors may not tell: people, and what opens a door.

Nothing personal is to be written in the first place. This is for what others word: exceptions, libraries, providers.
A name has no form by which it could be found, so that errors of others are told by their kind and codes alone.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from smtplib import SMTPRecipientsRefused, SMTPResponseException
from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.urls import URLResolver, get_resolver

HIDDEN = "…"
MOST_CHARACTERS = 20_000  # of one text: what a stranger sends may be long, and is read while everybody waits

# Each pattern takes time in proportion to the text, whoever wrote it: what may repeat is bounded, or begins once a run.
SECRETS = re.compile(
    "|".join(
        (
            r"\beyJ[\w-]{1,200}\.[\w-]+\.[\w-]*",  # a JSON Web Token
            r"\b[0-9a-f]{32}\.[\w-]{43}(?![\w-])",  # of a link (accounts/links.py)
            r"(?i:\b(?:bearer|basic)\s+)[\w.~+/=-]{8,}",
            r"\b(?:sk|rk|pk|whsec)_\w{8,}",  # Stripe's
            r"(?<=:)[^\s:@/'\"]+(?=@[\w.-]+[:/])",  # the password in an address of a database or a mail server
            r"(?i:\b(?:password|secret|token|code|otp|api_?key)[\"']?\s*[=:]\s*[\"']?)(?!…)[^\s\"',;&<>)]+",
        )
    )
)
# The local part of an address has 64 characters at most (RFC 5321, section 4.5.3.1.1).
EMAIL = re.compile(r"[\w.!#$%&'*+/=?^`{|}~-]{1,64}(?:@|%40)[\w-]+(?:\.[\w-]+)+")
# However its digits are spaced: +254 712 345 678, 0712-345-678, 254712345678, 712345678; and of other countries.
PHONE = re.compile(
    r"(?<![\w.])(?:(?:\+|00)\d(?:[\s().-]{0,2}\d){7,14}|(?:254[\s-]?|\(?0\)?\s?)?[17](?:[\s().-]{0,2}\d){8})(?!\w)"
)
DETAIL = re.compile(r"((?:DETAIL|CONTEXT|QUERY|STATEMENT):).*?(?=\n\S|\Z)", re.DOTALL)  # PostgreSQL quotes the row
SMTP_STATUS = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")  # RFC 3463
PLAIN_STATUS = re.compile(r"Code \d{1,4}: [A-Za-z]{0,40}|HTTP \d{3}|[A-Za-z]{0,40}")  # of electroports/sms.py
NUMBERED = re.compile(r"\d{1,7}|EP-[0-9A-Z]{6}|[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def discreet(text: str) -> str:
    """Return a text without the tokens, e-mail addresses and phone numbers in it, nor a row that a database quotes.

    Of a long one the beginning.
    """
    if len(text) > MOST_CHARACTERS:
        text = text[:MOST_CHARACTERS] + HIDDEN
    text = SECRETS.sub(HIDDEN, DETAIL.sub(rf"\1 {HIDDEN}", text))
    if "@" in text or "%40" in text:
        text = EMAIL.sub(HIDDEN, text)
    return PHONE.sub(HIDDEN, text)


def discreet_all(value: Any) -> Any:
    """Return the same with all texts in it discreet: of mappings and lists, however deep."""
    if isinstance(value, str):
        return discreet(value)
    if isinstance(value, Mapping):
        return {name: discreet_all(item) for name, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [discreet_all(item) for item in value]
    if isinstance(value, bytes):
        return discreet(value.decode("utf-8", "replace"))
    return value


def reason_of(error: BaseException) -> str:
    """Return why a message was not taken, for the log and the outbox: the kind of error, and the codes in it.

    Not the server's own words: they repeat the address, and sometimes the name of whose it is.
    """
    kind = type(error).__name__
    if isinstance(error, SMTPRecipientsRefused):
        said = [_smtp_codes(code, text) for code, text in error.recipients.values()]
        return f"{kind}: {', '.join(dict.fromkeys(said))}" if said else kind
    if isinstance(error, SMTPResponseException):
        return f"{kind}: {_smtp_codes(error.smtp_code, error.smtp_error)}"
    if isinstance(error, OSError) and error.errno is not None:
        return f"{kind}: {error.errno}"
    text = str(error)
    return f"{kind}: {text}" if text and PLAIN_STATUS.fullmatch(text) else kind


def _smtp_codes(code: int, text: bytes | str) -> str:
    found = SMTP_STATUS.search(text.decode("utf-8", "replace") if isinstance(text, bytes) else str(text))
    return f"{code} {found[0]}" if found else str(code)


def shown_path(path: str, *, was_found: bool = False, token: str = "") -> str:
    """Return a path as logs may have it: the words of the shop's routes, and numbers.

    Anything else is somebody's typing, and may be their address or their token; but what `was_found` there names
    something of the shop's, such as a product, unless it is the `token` of the route.
    """
    if was_found:
        return discreet(path.replace(token, HIDDEN) if token else path)
    words = route_words(settings.ROOT_URLCONF)
    return "/".join(part if part in words or NUMBERED.fullmatch(part) else HIDDEN for part in path.split("/"))


def path_of(request: HttpRequest, *, status: int) -> str:
    """Return the path of a request that was answered with `status`, as logs may have it."""
    match = getattr(request, "resolver_match", None)
    token = str(match.kwargs.get("token", "")) if match else ""
    if match is not None and match.url_name is None:  # the back office's own answer to paths that it does not have
        return shown_path(request.path)
    return shown_path(request.path, was_found=match is not None and status < 400, token=token)


@cache
def route_words(urlconf: str) -> frozenset[str]:
    """Return the parts of all paths that there are, without what stands in their gaps."""
    return frozenset({"", *_words(get_resolver(urlconf).url_patterns)})


def _words(patterns: list[Any]) -> set[str]:
    found: set[str] = set()
    for row in patterns:
        text = re.sub(r"<[^>]*>|\(\?P<\w+>", " ", str(row.pattern))
        found.update(part for part in re.split(r"[/^$\s()|?]+", text) if re.fullmatch(r"[a-z][a-z_.-]*", part))
        if isinstance(row, URLResolver):
            found |= _words(row.url_patterns)
    return found
