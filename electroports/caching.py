"""The shared cache. Losing it may cost speed, never an answer."""

import logging
from collections.abc import Callable
from functools import cached_property
from typing import Any

from django.core.cache.backends.redis import RedisCache, RedisCacheClient
from redis.exceptions import RedisError

logger = logging.getLogger(__name__)


class ForgivingClient(RedisCacheClient):
    """A Redis client that reads a miss, and writes nothing, while Redis is down."""


def _forgiving(name: str, missing: Callable[..., Any]) -> Callable[..., Any]:
    original = getattr(RedisCacheClient, name)

    def method(self: RedisCacheClient, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(self, *args, **kwargs)
        except RedisError as error:
            logger.warning("cache unavailable", extra={"facts": {"operation": name, "error": str(error)}})
            return missing(*args, **kwargs)

    return method


for _name, _missing in {
    "add": lambda *_args, **_kwargs: True,
    "get": lambda _key, default=None: default,
    "set": lambda *_args, **_kwargs: None,
    "touch": lambda *_args, **_kwargs: False,
    "delete": lambda *_args, **_kwargs: False,
    "get_many": lambda *_args, **_kwargs: {},
    "has_key": lambda *_args, **_kwargs: False,
    "incr": lambda _key, delta=1: delta,
    "set_many": lambda *_args, **_kwargs: None,
    "delete_many": lambda *_args, **_kwargs: None,
}.items():
    setattr(ForgivingClient, _name, _forgiving(_name, _missing))


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache with one client for the life of the process (the stock one builds a new one each call)."""

    def __init__(self, server: str, params: dict[str, Any]) -> None:
        super().__init__(server, params)
        self._class = ForgivingClient

    @cached_property
    def _cache(self) -> RedisCacheClient:
        return self._class(self._servers, **self._options)

    def ping(self) -> bool:
        """Tell whether Redis answers; raises nothing."""
        try:
            return bool(self._cache.get_client().ping())
        except RedisError:
            return False
