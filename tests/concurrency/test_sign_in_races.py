"""First sign-ins at once: one subject has one account, one code signs in once, and one way in remains."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

import pytest
from django.utils import timezone
from rest_framework.test import APIClient

from accounts.actions import find_identity_owner as finding
from accounts.actions import sign_in_by_phone as by_phone
from accounts.actions import sign_in_elsewhere as signing
from accounts.actions import try_phone_code as trying
from accounts.models import ExternalIdentity, PhoneCode, PhoneCodeCount, Session, SpentIdentityToken, User
from accounts.phone_codes import digits_of
from tests.accounts.elsewhere import APPLE, GOOGLE, IDENTITIES, google, sign_in
from tests.accounts.phones import CODE, PHONE, confirm, wrong
from tests.concurrency import Meeting, at_once, tally
from tests.factories import make_user
from tests.fakes.openid import FakeOpenId
from tests.staff import client_of

__all__ = ["google"]
pytestmark = pytest.mark.django_db(transaction=True)


def statuses(*calls: Callable[[], Any]) -> dict[int, int]:
    return tally([response.status_code for response in at_once(*calls)])


def test_one_subject_makes_one_account(google: FakeOpenId) -> None:
    tokens = [google.token(sub="114") for _ in range(6)]

    assert statuses(*[partial(sign_in, token) for token in tokens]) == {200: 5, 201: 1}

    assert (User.objects.count(), ExternalIdentity.objects.count(), Session.objects.count()) == (1, 1, 6)


def test_one_subject_without_an_address_makes_one_account(google: FakeOpenId) -> None:
    tokens = [google.token(sub="114", email=None) for _ in range(4)]

    assert statuses(*[partial(sign_in, token) for token in tokens]) == {200: 3, 201: 1}

    assert (User.objects.count(), ExternalIdentity.objects.count()) == (1, 1)


def test_two_providers_with_one_address_make_one_account(google: FakeOpenId) -> None:
    calls = [partial(sign_in, google.token(), url) for url in (GOOGLE, APPLE)]

    assert statuses(*calls) == {200: 1, 201: 1}

    assert (User.objects.count(), ExternalIdentity.objects.count()) == (1, 2)


def test_control_one_subject_without_the_guard(google: FakeOpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without what makes an identity unique, as if each token had a subject of its own, there are two accounts."""
    meeting = Meeting(2)

    def look_first(*, identity: Any, at: Any) -> finding.Owner:
        known = ExternalIdentity.objects.filter(provider=identity.provider, subject=identity.subject).first()
        meeting.wait()
        if known is not None:
            return finding.Owner(known.user)
        user = finding.open_account(at=at)
        facts = {"user": user, "email": "", "created_at": at, "last_used_at": at}
        ExternalIdentity.objects.create(provider=identity.provider, subject=identity.digest, **facts)
        return finding.Owner(user, is_new=True)

    monkeypatch.setattr(signing, "find_identity_owner", look_first)
    monkeypatch.setattr(signing, "spend_identity_token", lambda identity: None)
    monkeypatch.setattr(signing, "in_transaction", lambda work, again_after: work())
    tokens = [google.token(sub="114", email=None) for _ in range(2)]

    assert statuses(*[partial(sign_in, token) for token in tokens]) == {201: 2}

    assert User.objects.count() == 2


def test_one_token_signs_in_once(google: FakeOpenId) -> None:
    token = google.token()

    assert statuses(*[partial(sign_in, token)] * 6) == {201: 1, 401: 5}

    assert (User.objects.count(), Session.objects.count(), SpentIdentityToken.objects.count()) == (1, 1, 1)


def test_control_one_token_without_the_guard(google: FakeOpenId, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(signing, "spend_identity_token", lambda identity: None)

    assert statuses(*[partial(sign_in, google.token())] * 2) == {200: 1, 201: 1}


def test_one_of_two_last_ways_in_stays(google: FakeOpenId) -> None:
    user = make_user()
    user.set_unusable_password()
    user.save()
    now = timezone.now()
    ids = [
        ExternalIdentity.objects.create(provider=name, subject="114", user=user, created_at=now, last_used_at=now).pk
        for name in ("google", "apple")
    ]
    client = client_of(user)

    assert statuses(*[partial(client.delete, f"{IDENTITIES}/{pk}") for pk in ids]) == {204: 1, 409: 1}

    assert ExternalIdentity.objects.count() == 1


@pytest.fixture
def code(db: None) -> PhoneCode:
    now = timezone.now()
    return PhoneCode.objects.create(
        phone=PHONE, purpose=PhoneCode.Purpose.SIGN_IN, created_at=now, expires_at=now + PhoneCode.LIFETIME
    )


def test_one_code_signs_in_once(code: PhoneCode) -> None:
    assert statuses(*[partial(confirm, digits_of(code))] * 4) == {201: 1, 400: 3}

    assert (User.objects.count(), Session.objects.count()) == (1, 1)


def test_five_guesses_at_once_are_judged(code: PhoneCode, settings: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = settings.LOCKOUT_ADDRESS_FAILURES = 100
    judged: list[str] = []
    monkeypatch.setattr(trying, "is_right", lambda code, digits: bool(judged.append(digits)))

    assert statuses(*[partial(confirm, wrong(digits_of(code)))] * 8) == {400: 8}

    assert len(judged) == 5


def test_control_guesses_at_once_without_the_guard(
    code: PhoneCode, settings: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    settings.LOCKOUT_ACCOUNT_FAILURES = settings.LOCKOUT_ADDRESS_FAILURES = 100
    judged: list[str] = []
    PhoneCode.objects.update(tries=4)
    meeting = Meeting(4)

    def look_first(*, code: PhoneCode | None, digits: str, at: Any) -> PhoneCode:
        assert code is not None
        meeting.wait()
        if code.tries < PhoneCode.TRIES:
            judged.append(digits)
            PhoneCode.objects.filter(pk=code.pk).update(tries=code.tries + 1)
        raise trying.CodeNotValid

    monkeypatch.setattr(by_phone, "try_phone_code", look_first)

    assert statuses(*[partial(confirm, wrong(digits_of(code)))] * 4) == {400: 4}

    assert len(judged) == 4


def test_one_code_a_minute_of_many_at_once(db: None) -> None:
    calls = [partial(APIClient().post, CODE, {"phone": PHONE}) for _ in range(6)]

    found = statuses(*calls)

    assert found in ({204: 1, 429: 5}, {204: 2, 429: 4})  # a minute may have begun in between
    assert PhoneCode.objects.count() == found[204]
    assert PhoneCodeCount.objects.filter(key__startswith="pause").count() == found[204]
