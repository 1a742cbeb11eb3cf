"""Logging: one JSON object per line (or readable lines on a developer's console), each with its request id."""

from contextvars import ContextVar
from typing import Any

import structlog
from structlog.typing import EventDict, WrappedLogger

request_id_var: ContextVar[str] = ContextVar("request_id", default="")


def add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the id of the request being served, if any, on a log event."""
    if request_id := request_id_var.get():
        event["request_id"] = request_id
    return event


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Return the `LOGGING` setting for `level` (DEBUG … CRITICAL) in `style` (`json` or `console`)."""
    renderer: Any = (
        structlog.processors.JSONRenderer() if style == "json" else structlog.dev.ConsoleRenderer(colors=False)
    )
    processors: list[Any] = [
        structlog.stdlib.ProcessorFormatter.remove_processors_meta,
        *([structlog.processors.dict_tracebacks] if style == "json" else []),
        renderer,
    ]
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
            "django.server": {"level": "WARNING"},
            "django.request": {"level": "ERROR"},
            "_granian": {"level": "WARNING"},
        },
    }
