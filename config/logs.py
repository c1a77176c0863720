"""Logs: one JSON object a line on standard error, without personal data."""

import re
from collections.abc import MutableMapping
from typing import Any

import structlog

# Identity numbers (15 or 18 places), bank cards and mobile numbers are struck out wherever they turn up.
PERSONAL = re.compile(
    r"(?<![0-9A-Za-z])(?:[1-9][0-9]{16}[0-9Xx]|[1-9][0-9]{14}|[3-6][0-9]{15,18}|1[3-9][0-9]{9})(?![0-9A-Za-z])"
)
STRUCK = "[struck]"


def strike_personal(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Strike numbers of persons out of every text of a log event."""
    for key, value in event.items():
        if isinstance(value, str):
            event[key] = PERSONAL.sub(STRUCK, value)
        elif isinstance(value, int) and not isinstance(value, bool) and PERSONAL.fullmatch(str(value)):
            event[key] = STRUCK
    return event


def drop_parameters(logger: Any, name: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Keep a database error's first line; the lines after it (DETAIL, CONTEXT) quote the row."""
    trace = event.get("exception")
    if isinstance(trace, str):
        event["exception"] = re.sub(r"^(?:DETAIL|CONTEXT|PARAMETERS):.*$", STRUCK, trace, flags=re.MULTILINE)
    return event


SHARED: list[Any] = [
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
]

structlog.configure(
    processors=[
        *SHARED,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
    ],
    logger_factory=structlog.stdlib.LoggerFactory(),
    wrapper_class=structlog.stdlib.BoundLogger,
    cache_logger_on_first_use=True,
)

LOGGING: dict[str, Any] = {
    "version": 1,
    "disable_existing_loggers": False,
    "formatters": {
        "json": {
            "()": structlog.stdlib.ProcessorFormatter,
            "foreign_pre_chain": SHARED,
            "processors": [
                structlog.stdlib.ProcessorFormatter.remove_processors_meta,
                structlog.processors.format_exc_info,
                drop_parameters,
                strike_personal,
                structlog.processors.JSONRenderer(ensure_ascii=False),
            ],
        }
    },
    "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json"}},
    "root": {"handlers": ["stderr"], "level": "WARNING"},
    "loggers": {
        "office": {"level": "INFO"},
        "django.server": {"handlers": ["stderr"], "level": "WARNING", "propagate": False},
        "axes": {"level": "ERROR"},
        # The filesystem transport has no host, and kombu says so on every connection.
        "kombu.connection": {"level": "ERROR"},
    },
}
