"""POST /api/users/password/reset and …/confirm."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from django.core import mail
from django.core.mail.backends.locmem import EmailBackend
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from django_q.models import OrmQ
from rest_framework.test import APIClient

from accounts import tasks
from accounts.actions import answer_resets as answering
from accounts.actions.answer_resets import answer_resets
from accounts.models import AccountMessage, FailureCount, Link, User
from electroports.throttling import ScopedThrottle
from tests.accounts.calls import bearer, everything, field_codes, log_in, me, refused
from tests.accounts.mailing import BETTER, delivered, mailed_token, post
from tests.accounts.otp import code_at, make_member
from tests.factories import PASSWORD, make_user

pytestmark = pytest.mark.django_db


def ask(email: str, **later: float) -> list[str]:
    """Ask for a new password; the tokens that come to that address."""
    assert post("password/reset", {"email": email}).status_code == 204
    answer_resets(at=timezone.now() + timedelta(**later))
    return [found for found in delivered(email.lower(), **later) if "." in found]


def confirm(token: str, password: str = BETTER) -> Any:
    return post("password/reset/confirm", {"token": token, "new_password": password})


def reread(user: User) -> User:
    return User.objects.get(pk=user.pk)


def test_a_mailed_link_gives_a_new_password_and_ends_all_sessions() -> None:
    user = make_user()
    signed_in = log_in(user)
    (token,) = ask(user.email.upper())

    response = confirm(token)

    assert (response.status_code, response.content) == (204, b"")
    assert reread(user).check_password(BETTER)
    refused(me(signed_in["access"]), 401, "token_not_valid")
    refused(post("token/refresh", {"refresh": signed_in["refresh"]}), 401, "token_not_valid")
    assert delivered(user.email)[-1] == "Your password was changed"
    assert reread(user).email_verified


ADDRESSES = {
    "known": {},
    "unverified": {"email_verified_at": None},
    "inactive": {"is_active": False},
    "staff": {"is_staff": True, "is_superuser": True},
    "without a password": {"password": None},
}


@pytest.mark.parametrize("who", [*ADDRESSES, "unknown"])
def test_the_request_does_the_same_for_every_address(who: str) -> None:
    if who in ADDRESSES:
        make_user(**{"email": "somebody@example.com", "email_verified_at": timezone.now(), **ADDRESSES[who]})
    make_user()
    connection.ensure_connection()

    with CaptureQueriesContext(connection) as asked:
        response = post("password/reset", {"email": "somebody@example.com"})

    assert (response.status_code, response.content) == (204, b"")
    shapes = [query["sql"].split("(")[0].split("VALUES")[0].strip() for query in asked]
    writes = [shape for shape in shapes if shape.startswith(("INSERT", "UPDATE", "SELECT", "DELETE"))]
    assert [write.replace('"', "") for write in writes] == ["INSERT INTO accounts_link", "INSERT INTO django_q_ormq"]
    (job,) = OrmQ.objects.all()
    assert (job.task["func"], job.task["args"], job.task.get("kwargs", {})) == (
        "accounts.tasks.answer_resets",
        (),
        {},
    )
    assert AccountMessage.objects.count() == 0


@pytest.mark.parametrize("who", ["unknown", "inactive"])
def test_what_leads_nowhere_leaves_nothing_behind(who: str) -> None:
    if who == "inactive":
        make_user(email="somebody@example.com", is_active=False)

    assert ask("somebody@example.com") == []

    assert (Link.objects.count(), AccountMessage.objects.count(), mail.outbox) == (0, 0, [])


def test_staff_are_mailed_too_and_keep_their_second_factor(settings: Any) -> None:
    settings.STAFF_SECOND_FACTOR = True
    member = make_member()
    (token,) = ask(member.email)

    assert confirm(token).status_code == 204

    credentials = {"email": member.email, "password": BETTER}
    refused(post("login", credentials), 401, "second_factor_required")
    assert post("login", {**credentials, "otp": code_at()}).status_code == 200


def test_who_has_no_password_yet_gets_one() -> None:
    user = make_user(password=None)
    (token,) = ask(user.email)

    assert confirm(token).status_code == 204

    assert reread(user).check_password(BETTER)


@pytest.mark.parametrize("end", ["used", "changed", "by staff", "signed out", "moved", "late", "disabled", "replaced"])
def test_a_link_dies(end: str) -> None:
    user = make_user()
    (token,) = ask(user.email)
    if end == "used":
        assert confirm(token, "another 5 lantern words").status_code == 204
    elif end == "changed":
        access = log_in(user)["access"]
        body = {"current_password": PASSWORD, "new_password": "another 5 lantern words"}
        assert post("me/password", body, **bearer(access)).status_code == 204
    elif end == "by staff":
        other = reread(user)
        other.set_password("another 5 lantern words")
        other.save()
    elif end == "signed out":
        User.objects.update(password_version=99)
    elif end == "moved":
        User.objects.update(email="elsewhere@example.com")
    elif end == "late":
        Link.objects.update(expires_at=timezone.now())
    elif end == "disabled":
        User.objects.update(is_active=False)
    else:
        AccountMessage.objects.update(created_at=timezone.now() - timedelta(minutes=2))
        assert len(ask(user.email)) == 2
    before = everything()

    problem = refused(confirm(token), 400, "link_not_valid")

    assert field_codes(problem) == {("token", "link_not_valid")}
    assert everything() == before


def test_a_link_lives_as_long_as_the_setting_says(settings: Any) -> None:
    user = make_user()
    ask(user.email)

    link = Link.objects.get()

    assert link.expires_at - link.created_at == settings.PASSWORD_RESET_LIFETIME == timedelta(minutes=60)


def test_a_weak_password_leaves_the_link_as_it_is() -> None:
    user = make_user()
    (token,) = ask(user.email)
    before = everything()

    problem = refused(confirm(token, "password"), 400, "invalid")

    assert field_codes(problem) == {("new_password", "password_too_common")}
    assert everything() == before
    assert confirm(token).status_code == 204


def test_a_mailbox_is_not_filled() -> None:
    user = make_user()

    for _ in range(3):
        ask(user.email)

    assert (AccountMessage.objects.count(), len(mail.outbox), Link.objects.count()) == (1, 1, 1)
    for n in range(1, 8):
        ask(user.email, minutes=2 * n)
    assert len(mail.outbox) == 5


def test_a_caller_is_throttled_whoever_they_ask_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {**ScopedThrottle.THROTTLE_RATES, "mail": "2/min"})
    for n in range(2):
        assert post("password/reset", {"email": f"somebody{n}@example.com"}).status_code == 204

    refused(post("password/reset", {"email": "somebody@example.com"}), 429, "throttled")

    assert Link.objects.count() == 2


def test_without_a_mail_server_the_answer_is_the_same_and_mail_goes_later(monkeypatch: pytest.MonkeyPatch) -> None:
    user = make_user()

    def refuse(*_: Any) -> int:
        raise ConnectionRefusedError

    with monkeypatch.context() as down:
        down.setattr(EmailBackend, "open", refuse)
        assert ask(user.email) == []

    (token,) = delivered(user.email, minutes=5)

    assert confirm(token).status_code == 204


def test_the_sweep_answers_what_a_lost_job_left() -> None:
    user = make_user()
    assert post("password/reset", {"email": user.email}).status_code == 204
    OrmQ.objects.all().delete()

    tasks.sweep_messages()

    assert [sent.to for sent in mail.outbox] == [[user.email]]


def test_a_stranger_who_registered_with_the_address_is_locked_out() -> None:
    stranger = post("register", {"username": "stranger", "email": "wanjiku@example.com", "password": PASSWORD}).json()
    user = User.objects.get()
    now = timezone.now()
    User.objects.update(phone="+254712345678", phone_verified_at=now)
    user.identities.create(provider="google", subject="stranger", created_at=now, last_used_at=now)
    post("me/email", {"email": "stranger@example.com", "current_password": PASSWORD}, **bearer(stranger["access"]))
    moving = delivered("stranger@example.com")[-1]
    token = ask("wanjiku@example.com")[-1]

    assert confirm(token).status_code == 204

    refused(me(stranger["access"]), 401, "token_not_valid")
    refused(post("login", {"username": "stranger", "password": PASSWORD}), 401, "invalid_credentials")
    refused(post("email/confirm", {"token": moving}), 400, "link_not_valid")
    user = reread(user)
    assert (user.email, user.email_verified, user.phone, user.phone_verified) == (
        "wanjiku@example.com",
        True,
        "",
        False,
    )
    assert user.identities.count() == 0


def test_somebody_whose_mailbox_was_known_keeps_their_phone() -> None:
    now = timezone.now()
    user = make_user(email_verified_at=now, phone="+254712345678", phone_verified_at=now)

    assert confirm(ask(user.email)[-1]).status_code == 204

    assert (reread(user).phone_verified_at, reread(user).email_verified_at) == (now, now)


@pytest.mark.parametrize("what", ["address", "version"])
def test_what_changed_while_a_request_was_decided_counts(what: str, monkeypatch: pytest.MonkeyPatch) -> None:
    user, lock = make_user(), answering.lock_user

    def change_and_lock(*, user: User) -> User:
        changes = {"email": "elsewhere@example.com"} if what == "address" else {"password_version": 99}
        User.objects.filter(pk=user.pk).update(**changes)
        return lock(user=user)

    monkeypatch.setattr(answering, "lock_user", change_and_lock)

    tokens = ask(user.email)

    if what == "address":  # nobody's any more
        assert (tokens, delivered("elsewhere@example.com"), Link.objects.count()) == ([], [], 0)
    else:
        assert confirm(tokens[0]).status_code == 204


def test_an_undecided_request_opens_nothing() -> None:
    user = make_user()
    post("password/reset", {"email": user.email})
    token = mailed_token(user, "reset_password")
    Link.objects.update(user=None)

    refused(confirm(token), 400, "link_not_valid")


@pytest.mark.parametrize(
    ("body", "code"), [({}, "required"), ({"email": "nobody"}, "invalid"), ({"email": 5}, "invalid")]
)
def test_what_is_no_address_is_named(body: dict[str, Any], code: str) -> None:
    problem = refused(APIClient().post("/api/users/password/reset", body), 400, "invalid")

    assert field_codes(problem) == {("email", code)}
    assert Link.objects.count() == 0


def test_a_new_password_lifts_the_locks_of_the_account_and_no_other() -> None:
    user, other = make_user(), make_user()
    for name in (user.username, other.username):
        for _ in range(5):
            refused(post("login", {"username": name, "password": "wrong"}), 401, "invalid_credentials")
    body = {"username": user.username, "password": BETTER}
    refused(post("login", body), 429, "too_many_attempts")

    assert confirm(mailed_token(user, "reset_password")).status_code == 204

    assert post("login", body).status_code == 200
    refused(post("login", {"username": other.username, "password": PASSWORD}), 429, "too_many_attempts")
    assert FailureCount.objects.filter(scope="address").exists()


def test_a_link_that_is_not_good_lifts_no_lock() -> None:
    user = make_user()
    for _ in range(5):
        post("login", {"username": user.username, "password": "wrong"})
    before = list(FailureCount.objects.order_by("pk").values_list())

    refused(confirm(mailed_token(user, "reset_password") + "x"), 400, "link_not_valid")

    assert list(FailureCount.objects.order_by("pk").values_list()) == before
