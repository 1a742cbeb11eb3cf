"""E-mail addresses that look alike, and go to one mailbox."""

from __future__ import annotations

import pytest
from django.core.exceptions import ValidationError
from django.core.mail.message import sanitize_address

from electroports.mailboxes import LONGEST, mailbox

ALIKE = [
    ("victim@gmail.com", "victim@gmail.com"),
    ("Victim@GMAIL.com", "Victim@gmail.com"),
    ("victim@\uff47mail.com", "victim@gmail.com"),
    ("victim@gmai\u217c.com", "victim@gmail.com"),
    ("victim@gmail\u3002com", "victim@gmail.com"),
    ("victim@\ufb01rm.example", "victim@firm.example"),
    ("victim@m\u00fcnchen.de", "victim@xn--mnchen-3ya.de"),
    ('"victim"@gmail.com', "victim@gmail.com"),
    ('"vic\\tim"@gmail.com', "victim@gmail.com"),
    ('"a b"@gmail.com', '"a b"@gmail.com'),
    ('"a\\ b"@gmail.com', '"a b"@gmail.com'),
    ("victim@[127.0.0.1]", "victim@[127.0.0.1]"),
    ("no address", "no address"),
    ("v@" + "\u00fc." * 200 + "com", "v@" + "\u00fc." * 200 + "com"),  # too long to be judged here
]


@pytest.mark.parametrize(("typed", "address"), ALIKE, ids=ascii)
def test_one_mailbox_has_one_address(typed: str, address: str) -> None:
    assert mailbox(typed) == address
    assert mailbox(address) == address
    if "@" in typed and len(typed) < LONGEST:
        assert sanitize_address(address, "utf-8").lower() == sanitize_address(typed, "utf-8").lower()


@pytest.mark.parametrize(
    "typed",
    [
        "v\u0131ctim@gmail.com",
        "\uff56ictim@gmail.com",
        "victim\u200b@gmail.com",
        "victim@gmail.com\u200b",
        "victim@gm\u00adail.com",
        "victim@stra\u00dfe.de",
        "victim@" + "x" * 62 + "\u00fc.com",
        "victim@a..\u00fc.com",
    ],
    ids=ascii,
)
def test_what_is_read_in_two_ways_or_takes_no_mail_is_refused(typed: str) -> None:
    with pytest.raises(ValidationError) as refusal:
        mailbox(typed)

    assert refusal.value.code == "invalid"
