"""Logging: one JSON object per line (or readable lines on a developer's console), each with its request id."""

from contextvars import ContextVar
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

request_id_var: ContextVar[str] = ContextVar("request_id", default="")


def add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the id of the request being served, if any, on a log event."""
    if request_id := request_id_var.get():
        event["request_id"] = request_id
    return event


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Return the `LOGGING` setting for `level` (DEBUG … CRITICAL) in `style` (`json` or `console`).

    Tracebacks go without local variables: these hold passwords and tokens.
    """
    rendering: list[Any] = [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        structlog.processors.JSONRenderer(),
    ]
    if style == "console":
        traceback = structlog.dev.plain_traceback
        rendering = [structlog.dev.ConsoleRenderer(colors=False, exception_formatter=traceback)]
    processors: list[Any] = [structlog.stdlib.ProcessorFormatter.remove_processors_meta, *rendering]
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {
            "shop": {
                "()": structlog.stdlib.ProcessorFormatter,
                "foreign_pre_chain": [
                    structlog.stdlib.add_log_level,
                    structlog.stdlib.add_logger_name,
                    structlog.stdlib.ExtraAdder(allow=["facts", "status_code"]),
                    structlog.processors.TimeStamper(fmt="iso", utc=True),
                    add_request_id,
                ],
                "processors": processors,
            }
        },
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "shop"}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": []},  # Django's own would say everything a second time
            "django.server": {"level": "WARNING"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners: a 400 among the requests is enough
            "django.request": {"level": "ERROR"},
            "_granian": {"level": "WARNING"},
        },
    }
