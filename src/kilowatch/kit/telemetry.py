"""Structured logs, metrics and the correlation id that ties a request, its messages and its logs together."""

import contextvars
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from uuid import uuid4

import structlog

#: Set at the edge of a process (HTTP request, message) and carried on in every message sent meanwhile.
correlation_id: contextvars.ContextVar[str] = contextvars.ContextVar("correlation_id", default="")


class LogFormat(StrEnum):
    CONSOLE = "console"
    JSON = "json"


@contextmanager
def correlated(request: str) -> Iterator[None]:
    """What is logged and sent within is of this correlation id."""
    token = correlation_id.set(request)
    try:
        yield
    finally:
        correlation_id.reset(token)


def new_correlation_id() -> str:
    return uuid4().hex


def sane_correlation_id(given: str) -> str:
    """What a caller gave, when it cannot break a log line or a header; else nothing."""
    return given if 0 < len(given) <= 64 and given.isascii() and given.replace("-", "").isalnum() else ""


def add_correlation_id(_logger: object, _method: str, event: structlog.typing.EventDict) -> structlog.typing.EventDict:
    if current := correlation_id.get():
        event["correlation_id"] = current
    return event


def configure_logging(log_format: LogFormat, level: str = "INFO") -> None:
    """Send structlog and the standard library's logs to standard error in one shape."""
    renderer: structlog.typing.Processor = (
        structlog.processors.JSONRenderer() if log_format is LogFormat.JSON else _console_renderer()
    )
    shared: list[structlog.typing.Processor] = [
        structlog.contextvars.merge_contextvars,
        add_correlation_id,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.processors.StackInfoRenderer(),
    ]
    if log_format is LogFormat.JSON:
        shared.append(structlog.processors.format_exc_info)
    structlog.configure(
        processors=[*shared, structlog.stdlib.ProcessorFormatter.wrap_for_formatter],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(
        structlog.stdlib.ProcessorFormatter(
            foreign_pre_chain=shared,
            processors=[structlog.stdlib.ProcessorFormatter.remove_processors_meta, renderer],
        )
    )
    logging.basicConfig(handlers=[handler], level=level, force=True)
    for noisy in ("uvicorn", "aiormq", "aio_pika", "httpx2", "alembic"):
        logging.getLogger(noisy).setLevel(logging.WARNING)
    # pika logs each failed attempt in pages; the broker's link says the same in a line.
    logging.getLogger("pika").setLevel(logging.CRITICAL)


def _console_renderer() -> structlog.dev.ConsoleRenderer:
    # The default traceback prints the local variables of every frame: pages of them, with passwords and tokens.
    return structlog.dev.ConsoleRenderer(
        colors=sys.stderr.isatty(), exception_formatter=structlog.dev.plain_traceback, pad_event_to=30
    )


def logger(name: str) -> structlog.stdlib.BoundLogger:
    bound: structlog.stdlib.BoundLogger = structlog.stdlib.get_logger(name)
    return bound
