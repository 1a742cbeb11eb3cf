"""What the tests of signing in elsewhere share."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from rest_framework.test import APIClient

from accounts.models import ExternalIdentity, SpentIdentityToken
from accounts.provider_keys import key_set
from tests.accounts.calls import everything
from tests.fakes.openid import FakeOpenId

GOOGLE, APPLE = "/api/users/login/google", "/api/users/login/apple"
IDENTITIES = "/api/users/me/identities"


@pytest.fixture
def google(settings: Any) -> Iterator[FakeOpenId]:
    """A provider of this machine that the shop takes for Google, and for Apple."""
    key_set.cache_clear()
    with FakeOpenId() as provider:
        settings.IDENTITY_PROVIDERS = dict.fromkeys(("google", "apple"), provider.settings())
        yield provider
    key_set.cache_clear()


def sign_in(token: str, url: str = GOOGLE, **more: Any) -> Any:
    return APIClient().post(url, {"id_token": token, **more})


def everything_elsewhere() -> list[Any]:
    """All that could have been written, to show that a refusal wrote nothing."""
    models = (ExternalIdentity, SpentIdentityToken)
    return [*everything(), *(list(model._default_manager.order_by("pk").values_list()) for model in models)]
