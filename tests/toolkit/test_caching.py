"""The shared cache: a Redis that fails costs no answer, and one that hangs costs little time."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from django.core.cache import caches
from django.test import override_settings
from redis.exceptions import ConnectionError as RedisDown

from electroports import caching
from electroports.caching import ForgivingRedisCache


class BrokenRedis:
    """A server that fails every call, and counts them."""

    def __init__(self) -> None:
        self.calls = 0

    def __getattr__(self, name: str) -> object:
        def call(*args: object, **kwargs: object) -> object:
            self.calls += 1
            raise RedisDown(name)

        return call


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> list[float]:
    """The time of the pauses; add to its only item."""
    now = [1000.0]
    monkeypatch.setattr(caching.time, "monotonic", lambda: now[0])
    return now


@pytest.fixture
def redis() -> Iterator[ForgivingRedisCache]:
    settings = {"BACKEND": "electroports.caching.ForgivingRedisCache", "LOCATION": "redis://127.0.0.1:1/0"}
    with override_settings(CACHES={"default": settings}):
        yield caches["default"]  # type: ignore[misc]


def test_every_call_reads_a_miss(
    redis: ForgivingRedisCache, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = BrokenRedis()
    monkeypatch.setattr(redis._cache, "get_client", lambda *args, **kwargs: server)

    def again() -> None:
        clock[0] += caching.PAUSE_SECONDS + 1

    assert redis.get("a") is None
    again()
    assert redis.get("a", "other") == "other"
    again()
    assert redis.get_many(["a", "b"]) == {}
    again()
    assert redis.set("a", 1) is None
    again()
    assert redis.add("a", 1) is True
    again()
    assert redis.incr("a", 2) == 2
    again()
    assert redis.has_key("a") is False
    again()
    assert redis.touch("a") is False
    again()
    assert redis.delete("a") is False
    again()
    assert redis.clear() is False
    again()
    assert redis.get_or_set("a", lambda: 5) == 5
    assert server.calls == 11


def test_a_failing_server_is_left_alone_for_a_while(
    redis: ForgivingRedisCache, clock: list[float], monkeypatch: pytest.MonkeyPatch
) -> None:
    server = BrokenRedis()
    monkeypatch.setattr(redis._cache, "get_client", lambda *args, **kwargs: server)

    for _ in range(100):
        assert redis.get("a") is None
    assert server.calls == 1

    clock[0] += caching.PAUSE_SECONDS + 1
    redis.get("a")
    assert server.calls == 2


def test_a_connection_is_kept(redis: ForgivingRedisCache) -> None:
    assert redis._cache.get_client("a") is redis._cache.get_client("b")


def test_a_server_that_is_not_there_does_not_answer(redis: ForgivingRedisCache) -> None:
    assert redis.ping() is False
