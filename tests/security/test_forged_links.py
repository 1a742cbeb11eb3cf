"""Tokens that were mailed to nobody, or for something else: each call refuses them, and nothing is written."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

import pytest
from django.conf import settings
from django.core.signing import Signer
from django.test import Client
from rest_framework.test import APIClient

from orders.links import link_token as order_token
from orders.models import Order
from tests.accounts.inviting import PAGE, accept, make_invitation, token_of
from tests.accounts.mailing import BETTER, mailed_token, post, undoing_token
from tests.factories import make_user
from tests.security.tables import changed_since, everything
from tests.security.test_forged_tokens import access_of
from tests.security.world import World
from tests.toolkit.problem import problem_in

pytestmark = pytest.mark.django_db
CALLS = {
    "verify_email": "email/verify",
    "approve_email": "email/approve",
    "confirm_email": "email/confirm",
    "undo_email": "email/undo",
    "reset_password": "password/reset/confirm",
}
PATHS = [*CALLS.items(), ("approve_email", "email/refuse")]
PURPOSES = [*CALLS, "invitation"]


def good(purpose: str) -> str:
    """The token of a link that was mailed for `purpose`, to somebody of its own."""
    if purpose == "invitation":
        return token_of(make_invitation())
    return undoing_token(make_user()) if purpose == "undo_email" else mailed_token(make_user(), purpose)


def send(path: str, token: Any) -> Any:
    return post(path, {"token": token, **({"new_password": BETTER} if path == CALLS["reset_password"] else {})})


def signed(key: str, purpose: str, text: str) -> str:
    """What a link's token would be by this key."""
    return Signer(key=key, salt=f"accounts.link.{purpose}", sep=".").sign(text)


def unlike(letter: str) -> str:
    return "A" if letter != "A" else "B"


Forgery = Callable[[str, str], str]  # of a good token and what it is for
FORGERIES: dict[str, Forgery] = {
    "another signature": lambda token, purpose: token[:-5] + unlike(token[-5]) + token[-4:],
    "another id under the signature": lambda token, purpose: uuid4().hex + token[32:],
    "a link that is not there": lambda token, purpose: signed(settings.SECRET_KEY, purpose, uuid4().hex),
    "no id under our signature": lambda token, purpose: signed(settings.SECRET_KEY, purpose, "1"),
    "SQL under our signature": lambda token, purpose: signed(settings.SECRET_KEY, purpose, "' OR '1'='1"),
    "another key": lambda token, purpose: signed("attacker" * 8, purpose, token[:32]),
    "an empty key": lambda token, purpose: signed(" ", purpose, token[:32]),
    "no salt": lambda token, purpose: Signer(sep=".").sign(token[:32]),
    "the id alone": lambda token, purpose: token[:32],
    "an id and a dot": lambda token, purpose: token[:33],
    "no id": lambda token, purpose: token[32:],
    "its name": lambda token, purpose: "None",
    "dots": lambda token, purpose: "...",
    "letters beyond ours": lambda token, purpose: token[:-1] + "é",
    "digits beyond ours": lambda token, purpose: token.translate({ord("1"): "١", ord("2"): "٢"}) + "٣",
    "twice": lambda token, purpose: token + token,
    "one more": lambda token, purpose: token + "A",
    "cut off": lambda token, purpose: token[:-1],
    "in upper case": lambda token, purpose: token.upper(),
}


@pytest.mark.parametrize(("purpose", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_link_opens_what_it_was_mailed_for(world: World, purpose: str, path: str) -> None:
    assert send(path, good(purpose)).status_code in (200, 204)


@pytest.mark.parametrize(("purpose", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_forged_link_opens_nothing(world: World, purpose: str, path: str) -> None:
    token = good(purpose)
    before = everything()

    for name, forge in FORGERIES.items():
        problem = problem_in(send(path, forge(token, purpose)), 400, "link_not_valid")
        assert [(error["field"], error["code"]) for error in problem["errors"]] == [("token", "link_not_valid")], name

    assert changed_since(before) == set()
    assert send(path, token).status_code in (200, 204)


@pytest.mark.parametrize(("purpose", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_link_for_something_else_opens_nothing(world: World, purpose: str, path: str) -> None:
    tokens = [good(other) for other in PURPOSES if other != purpose]
    before = everything()

    for token in tokens:
        problem_in(send(path, token), 400, "link_not_valid")
        renamed = signed(settings.SECRET_KEY, purpose, token[:32])  # as if one signature were good for all purposes
        problem_in(send(path, renamed), 400, "link_not_valid")

    assert changed_since(before) == set()


@pytest.mark.parametrize(("purpose", "path"), PATHS, ids=[path for _, path in PATHS])
def test_other_tokens_of_the_shop_are_no_links(world: World, purpose: str, path: str) -> None:
    others = [
        access_of(world),
        world.callers["owner"].refresh,
        world.unsubscribe_token,
        world.stop_token,
        world.wishlist_token,
        order_token(Order.objects.get(number=world.order["number"])),
    ]
    before = everything()

    for token in others:
        problem_in(send(path, token), 400, "link_not_valid")

    assert changed_since(before) == set()


def test_a_forged_invitation_opens_nothing(world: World) -> None:
    token = good("invitation")
    tokens = [forge(token, "invitation") for forge in FORGERIES.values()]
    of_customers = [good(purpose) for purpose in CALLS]
    renamed = [signed(settings.SECRET_KEY, "invitation", other[:32]) for other in of_customers]
    before = everything()

    for forged in (*tokens, *of_customers, *renamed):
        assert accept(forged).status_code in (400, 404, 410), forged
        assert Client().get(PAGE, {"token": forged}).status_code < 500

    assert changed_since(before) == set()


@pytest.mark.parametrize(("purpose", "path"), PATHS, ids=[path for _, path in PATHS])
def test_a_link_is_taken_from_the_body_alone(world: World, purpose: str, path: str) -> None:
    token = good(purpose)
    before = everything()

    for response in (
        APIClient().post(f"/api/users/{path}?token={token}", {}),
        APIClient(headers={"Authorization": f"Bearer {token}"}).post(f"/api/users/{path}", {}),
        APIClient().get(f"/api/users/{path}?token={token}"),
    ):
        assert response.status_code in (400, 401, 405)

    assert changed_since(before) == set()
