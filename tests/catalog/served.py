"""The shop behind the production server, for tests over several processes: every answer names its process."""

import os
from collections.abc import Callable, Iterable
from math import inf
from typing import Any

from catalog.revision import ear
from electroports.wsgi import application as shop


def application(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The shop itself."""

    def start(status: str, headers: list[tuple[str, str]], exc_info: Any = None) -> Any:
        return start_response(status, [*headers, ("X-Process", str(os.getpid()))], exc_info)

    return shop(environ, start)


def deaf(environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
    """The shop in processes that believe to hear, and to which nobody tells anything."""
    ear._hears_until = inf
    return application(environ, start_response)
