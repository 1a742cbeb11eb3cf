"""Throttles: per address for guests, per user for who is signed in, and not to be stepped round."""

from __future__ import annotations

import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.core.cache import cache
from django.test import override_settings
from rest_framework.test import APIClient, APIRequestFactory
from rest_framework.throttling import SimpleRateThrottle

from electroports.throttling import ScopedThrottle, client_address
from tests.factories import PASSWORD, make_product, make_user
from tests.toolkit.conftest import sign_in
from tests.toolkit.problem import problem_in

OPEN = "/api/test/open"
NOON = 1_800_000_000.0  # the beginning of a minute and of an hour


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The throttles' time: its only item."""
    now = [NOON]
    monkeypatch.setattr(ScopedThrottle, "timer", staticmethod(lambda: now[0]))
    return now


@pytest.fixture(autouse=True)
def three_a_minute(monkeypatch: pytest.MonkeyPatch, clock: list[float], more_views: None) -> None:
    rates = {"default": "3/min", "login": "2/min", "register": "2/hour", "token": "2/min", "orders": "2/min"}
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", rates)


@pytest.fixture
def proxies(request: pytest.FixtureRequest) -> Iterator[int]:
    """As many trusted proxies as the test says."""
    with override_settings(REST_FRAMEWORK={**settings.REST_FRAMEWORK, "NUM_PROXIES": request.param}):
        yield request.param


def call(client: APIClient, *, address: str = "10.0.0.1", forwarded: str | None = None) -> int:
    """The status of a call from an address, through proxies that say where it came from."""
    extra: dict[str, Any] = {"REMOTE_ADDR": address}
    if forwarded is not None:
        extra["HTTP_X_FORWARDED_FOR"] = forwarded
    status: int = client.get(OPEN, **extra).status_code
    return status


def test_the_fourth_call_of_a_minute_waits_for_the_next(api: APIClient, clock: list[float]) -> None:
    clock[0] = NOON + 12.3
    assert [call(api) for _ in range(3)] == [200, 200, 200]

    response = api.get(OPEN, REMOTE_ADDR="10.0.0.1")
    problem_in(response, 429, "throttled")
    assert response["Retry-After"] == "48"

    clock[0] = NOON + 60 - 0.001
    response = api.get(OPEN, REMOTE_ADDR="10.0.0.1")
    assert (response.status_code, response["Retry-After"]) == (429, "1")

    clock[0] = NOON + 60
    assert call(api) == 200


def test_addresses_are_counted_apart(api: APIClient) -> None:
    assert [call(api, address="10.0.0.1") for _ in range(4)] == [200, 200, 200, 429]
    assert [call(api, address="10.0.0.2") for _ in range(4)] == [200, 200, 200, 429]


@pytest.mark.django_db
def test_users_are_counted_apart_wherever_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    first, second = (sign_in(make_user()) for _ in range(2))

    assert [call(first, address=f"10.0.0.{n}") for n in range(4)] == [200, 200, 200, 429]
    assert [call(second, address="10.0.0.1") for _ in range(4)] == [200, 200, 200, 429]
    assert call(APIClient(), address="10.0.0.1") == 200


@pytest.mark.django_db
def test_scopes_are_counted_apart(api: APIClient) -> None:
    assert [call(api, address="127.0.0.1") for _ in range(4)] == [200, 200, 200, 429]

    assert api.post("/api/users/login", {"username": "a", "password": "b"}).status_code == 401


@pytest.mark.parametrize("proxies", [0], indirect=True)
def test_without_proxies_no_claim_counts(api: APIClient, proxies: int) -> None:
    claims = ["1.1.1.1", "2.2.2.2", "3.3.3.3, 4.4.4.4", "5.5.5.5"]

    assert [call(api, forwarded=claim) for claim in claims] == [200, 200, 200, 429]


@pytest.mark.parametrize("proxies", [1], indirect=True)
def test_behind_one_proxy_only_its_own_entry_counts(api: APIClient, proxies: int) -> None:
    client = "196.201.1.7"
    claims = [client, f"1.1.1.1, {client}", f"{client}, 2.2.2.2, 3.3.3.3,{client}", f"4.4.4.4,  {client} "]

    assert [call(api, forwarded=claim) for claim in claims] == [200, 200, 200, 429]
    assert call(api, forwarded=f"{client}, 196.201.1.8") == 200
    many = ", ".join(f"9.9.{n % 256}.{n // 256}" for n in range(2000))
    assert call(api, forwarded=f"{many}, {client}") == 429


@pytest.mark.parametrize("proxies", [2], indirect=True)
def test_behind_two_proxies_the_outer_ones_entry_counts(api: APIClient, proxies: int) -> None:
    claims = ["1.1.1.1, 196.201.1.7, 10.0.0.9", "196.201.1.7, 10.0.0.9", "2.2.2.2,3.3.3.3,196.201.1.7,10.0.0.8"]

    assert [call(api, forwarded=claim) for claim in claims] == [200, 200, 200]
    assert call(api, forwarded="4.4.4.4, 196.201.1.7, 10.0.0.7") == 429
    assert call(api, forwarded="196.201.1.7, 5.5.5.5, 10.0.0.9") == 200


@pytest.mark.parametrize("proxies", [1], indirect=True)
def test_a_port_is_no_part_of_an_address(api: APIClient, proxies: int) -> None:
    claims = ["196.201.1.7:4711", "196.201.1.7", "[::ffff:196.201.1.7]:4712", "196.201.1.7:4713"]

    assert [call(api, forwarded=claim) for claim in claims] == [200, 200, 200, 429]


@pytest.mark.parametrize("proxies", [1], indirect=True)
@pytest.mark.parametrize(
    ("claim", "address"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("203.0.113.7:4711", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("[2001:db8::1]:4711", "2001:db8::1"),
        ("[2001:db8::1]", "2001:db8::1"),
        ("2001:db8::1", "2001:db8::1"),
        ("fe80::1%eth0", "fe80::1"),
        ("unknown", "10.0.0.1"),
        ("unknown:4711", "10.0.0.1"),
        ("[unknown", "10.0.0.1"),
        ("", "10.0.0.1"),
    ],
)
def test_failed_sign_ins_have_an_address_whatever_the_proxy_writes(proxies: int, claim: str, address: str) -> None:
    request = APIRequestFactory().get("/", REMOTE_ADDR="10.0.0.1", HTTP_X_FORWARDED_FOR=claim)

    assert str(client_address(request)) == address


@pytest.mark.parametrize("proxies", [1], indirect=True)
@pytest.mark.parametrize(
    "claim", ["", "unknown", "a\x00b", "x" * 5000, "1.1.1.1, ", "1.1.1", "٣.1.1.1", ",,,", "_hidden"]
)
def test_what_is_no_address_counts_for_the_connection(api: APIClient, proxies: int, claim: str) -> None:
    raw = claim.encode().decode("latin-1")

    assert [call(api, forwarded=f"{raw}") for _ in range(4)] == [200, 200, 200, 429]
    assert call(api) == 429


def test_a_customer_of_ipv6_is_a_network(api: APIClient) -> None:
    addresses = ["2001:db8:1:2::1", "2001:db8:1:2:ffff::", "2001:DB8:1:2:aaaa:bbbb:cccc:dddd", "2001:db8:1:2::2"]

    assert [call(api, address=address) for address in addresses] == [200, 200, 200, 429]
    assert call(api, address="2001:db8:1:3::1") == 200


def test_an_ipv4_address_is_the_same_in_either_notation(api: APIClient) -> None:
    addresses = ["10.0.0.1", "::ffff:10.0.0.1", "::ffff:0a00:1", "10.0.0.1"]

    assert [call(api, address=address) for address in addresses] == [200, 200, 200, 429]


def test_a_socket_has_no_address(api: APIClient) -> None:
    assert client_address(APIRequestFactory().get("/", REMOTE_ADDR="")) is None
    assert [call(api, address="") for _ in range(4)] == [200, 200, 200, 429]


class DistantCache:
    """The cache as it is over a network: what was read is a moment old when it arrives."""

    def __getattr__(self, name: str) -> Any:
        def call(*args: Any, **kwargs: Any) -> Any:
            answer = getattr(cache, name)(*args, **kwargs)
            time.sleep(0.001)
            return answer

        return call


class ReadAndWriteBack(ScopedThrottle):
    """The control: counts as DRF does, by a list of times that is read, extended and written back."""

    def allow_request(self, request: Any, view: Any) -> bool:
        self.rate = self.get_rate()
        self.num_requests, self.duration = self.parse_rate(self.rate)
        return SimpleRateThrottle.allow_request(self, request, view)


@pytest.mark.parametrize(("throttle", "is_exact"), [(ScopedThrottle, True), (ReadAndWriteBack, False)])
def test_calls_at_once_are_all_counted(
    throttle: type[ScopedThrottle], is_exact: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"default": "50/min"})
    monkeypatch.setattr(ScopedThrottle, "cache", DistantCache())
    request: Any = APIRequestFactory().get("/")
    view: Any = SimpleNamespace()

    with ThreadPoolExecutor(16) as threads:
        allowed = list(threads.map(lambda _: throttle().allow_request(request, view), range(400)))

    assert (allowed.count(True) == 50) == is_exact


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/api/users/login", {"username": "nobody", "password": "x"}),
        ("/api/users/register", {"username": "a"}),
        ("/api/users/token/refresh", {"refresh": "a.b.c"}),
        ("/api/orders/create", {"items": []}),
    ],
)
def test_what_invites_abuse_has_a_limit_of_its_own(api: APIClient, path: str, body: dict[str, Any]) -> None:
    statuses = [api.post(path, body).status_code for _ in range(3)]

    assert 429 not in statuses[:2]
    assert statuses[2] == 429


@pytest.mark.django_db
def test_a_right_password_is_counted_like_a_wrong_one(api: APIClient) -> None:
    user = make_user()
    body = {"username": user.username, "password": PASSWORD}

    assert [api.post("/api/users/login", body).status_code for _ in range(3)] == [200, 200, 429]


@pytest.mark.django_db
def test_public_reads_are_not_counted(api: APIClient) -> None:
    make_product()

    for path in ("/api/products", "/api/products/1", "/api/brands", "/api/schema", "/healthz"):
        assert {api.get(path).status_code for _ in range(5)} <= {200, 404}


def test_an_unset_rate_is_no_limit(api: APIClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ScopedThrottle, "THROTTLE_RATES", {"default": None})

    assert [call(api) for _ in range(20)] == [200] * 20
