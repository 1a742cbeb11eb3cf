"""What variables may say: a slip stops the start, and names the variable."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured

from electroports.environment import ENV, Environment

WRONG = [
    ("STAFF_SECOND_FACTOR", "ture"),
    ("STAFF_SECOND_FACTOR", "enabled"),
    ("DEBUG", "2"),
    ("EMAIL_LINK_HOURS", "abc"),
    ("EMAIL_LINK_HOURS", "-1"),
    ("EMAIL_LINK_HOURS", "1.5"),
    ("EMAIL_LINK_HOURS", "٣"),
    ("VAT_PERCENT", "sixteen"),
    ("VAT_PERCENT", "-16"),
    ("VAT_PERCENT", "NaN"),
    ("THROTTLE_LOGIN", "often"),
    ("THROTTLE_LOGIN", "20"),
    ("THROTTLE_LOGIN", "20/fortnight"),
    ("THROTTLE_MAIL", "-1/min"),
    ("EMAIL_URL", "foo"),
]


def read(monkeypatch: pytest.MonkeyPatch, **variables: str) -> Environment:
    monkeypatch.setattr(Environment, "ENVIRON", variables)
    return Environment(**ENV)


def everything(env: Environment) -> None:
    for name in ENV:
        env(name)
    env.rates()
    env.email()


@pytest.mark.parametrize(("name", "text"), WRONG)
def test_a_slip_is_named(monkeypatch: pytest.MonkeyPatch, name: str, text: str) -> None:
    with pytest.raises(ImproperlyConfigured, match=name):
        everything(read(monkeypatch, **{name: text}))


@pytest.mark.parametrize("name", [name for name, (kind, _) in ENV.items() if kind in (bool, int, Decimal)])
def test_an_empty_number_or_choice_is_the_default(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    assert read(monkeypatch, **{name: " "})(name) == ENV[name][1]


def test_a_default_may_depend_on_others(monkeypatch: pytest.MonkeyPatch) -> None:
    env = read(monkeypatch, STAFF_SECOND_FACTOR="")

    assert [env.bool("STAFF_SECOND_FACTOR", default=default) for default in (True, False)] == [True, False]


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("DEBUG", "On", True),
        ("DEBUG", "0", False),
        ("SESSION_DAYS", "007", 7),
        ("VAT_PERCENT", "16.5", Decimal("16.5")),
        ("ALLOWED_HOSTS", "a.example,b.example", ["a.example", "b.example"]),
        ("SHOP_NAME", "", ""),
    ],
)
def test_what_is_right_is_taken(monkeypatch: pytest.MonkeyPatch, name: str, text: str, value: Any) -> None:
    assert read(monkeypatch, **{name: text})(name) == value


def test_rates_are_those_of_the_rest_framework_and_may_be_none(monkeypatch: pytest.MonkeyPatch) -> None:
    rates = read(monkeypatch, THROTTLE_LOGIN="5/hour", THROTTLE_CART="").rates()

    assert (rates["login"], rates["cart"], rates["default"]) == ("5/hour", None, "600/min")
