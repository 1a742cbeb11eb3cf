"""Logging: one JSON object per line (or readable lines on a developer's console), each with its request id."""

import logging
from contextvars import ContextVar
from typing import Any

import structlog
from structlog.tracebacks import ExceptionDictTransformer
from structlog.typing import EventDict, WrappedLogger

from electroports.discretion import HIDDEN, discreet_all, path_of

request_id_var: ContextVar[str] = ContextVar("request_id", default="")


def add_request_id(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Put the id of the request being served, if any, on a log event."""
    if request_id := request_id_var.get():
        event["request_id"] = request_id
    return event


# Whatever LOG_LEVEL says: at DEBUG these write what they send and get, with its headers; SQL has everybody's values.
TALKATIVE = (
    *("django.db.backends", "httpx", "httpcore", "urllib3", "requests", "stripe", "boto3", "botocore", "s3transfer"),
    *("PIL", "asyncio", "sentry_sdk"),
)
UNTOUCHED = ("timestamp", "level", "logger", "_record", "_from_structlog")


def keep_discreet(_logger: WrappedLogger, _method: str, event: EventDict) -> EventDict:
    """Take tokens, addresses and phone numbers out of every text of a log event; last but for the rendering."""
    return {name: value if name in UNTOUCHED else discreet_all(value) for name, value in event.items()}


class RequestPaths(logging.Filter):
    """Has Django's own words about a request name its path as the shop's do: without what somebody typed there.

    Nor do they quote where the request says that it comes from.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Rewrite the record; it is logged in any case."""
        request = getattr(record, "request", None)
        if request is not None and hasattr(request, "path"):
            shown = path_of(request, status=int(getattr(record, "status_code", 0) or 500))
            if isinstance(record.args, tuple):
                record.args = tuple(shown if arg == request.path else _unquoted(request, arg) for arg in record.args)
        return True


def _unquoted(request: Any, arg: Any) -> Any:
    """Return an argument of a log line without the request's Origin and Referer."""
    for name in ("HTTP_ORIGIN", "HTTP_REFERER"):
        said = request.META.get(name)
        if said and isinstance(arg, str):
            arg = arg.replace(said, HIDDEN)
    return arg


def logging_config(*, level: str, style: str) -> dict[str, Any]:
    """Return the `LOGGING` setting for `level` (DEBUG … CRITICAL) in `style` (`json` or `console`).

    Tracebacks go without local variables: these hold passwords and tokens.
    """
    rendering: list[Any] = [
        structlog.processors.ExceptionRenderer(ExceptionDictTransformer(show_locals=False)),
        keep_discreet,
        structlog.processors.JSONRenderer(),
    ]
    if style == "console":
        rendering = [
            structlog.processors.format_exc_info,
            keep_discreet,
            structlog.dev.ConsoleRenderer(colors=False),
        ]
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
        "filters": {"paths": {"()": RequestPaths}},
        "handlers": {"console": {"class": "logging.StreamHandler", "formatter": "shop", "filters": ["paths"]}},
        "root": {"handlers": ["console"], "level": level},
        "loggers": {
            "django": {"handlers": []},  # Django's own would say everything a second time
            "django.server": {"level": "WARNING"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},  # scanners: a 400 among the requests is enough
            "django.request": {"level": "ERROR"},
            "_granian": {"level": "WARNING"},
            "granian.access": {"level": "CRITICAL"},  # has paths and addresses; the shop's own lines do instead
            **{name: {"level": "WARNING"} for name in TALKATIVE},
        },
    }
