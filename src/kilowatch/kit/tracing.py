"""Traces over HTTP and AMQP, for who wants them: OpenTelemetry, sent as OTLP over HTTP.

Off unless `OTEL_EXPORTER_OTLP_ENDPOINT` (or `…_TRACES_ENDPOINT`) names a collector; the other `OTEL_…` variables mean
what OpenTelemetry says. While it is off OpenTelemetry's SDK is not even imported, and a span costs one comparison.

What crosses a process is the W3C text `traceparent`: in the header of a request, in the envelope of an event, in the
header of a batch. A batch that joins many requests is linked to all of them.
"""

import os
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from enum import StrEnum
from threading import Thread
from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from opentelemetry.context import Context
    from opentelemetry.trace import Link, Tracer
    from opentelemetry.trace import Span as OtelSpan

ENDPOINTS: Final = ("OTEL_EXPORTER_OTLP_TRACES_ENDPOINT", "OTEL_EXPORTER_OTLP_ENDPOINT")
#: What is left at the end of the process has this long to reach the collector.
FLUSH_S: Final = 2.0
#: A commit joins up to thousands of batches; a trace that lists them all helps nobody.
MAX_LINKS: Final = 32


class Kind(StrEnum):
    SERVER = "SERVER"
    CLIENT = "CLIENT"
    PRODUCER = "PRODUCER"
    CONSUMER = "CONSUMER"


class Span:
    """What the code around a piece of work may say of it; says nothing while tracing is off."""

    def say(self, **attributes: str | int) -> None:
        """Attributes, dots written as double underscores: `http__route`."""

    def rename(self, name: str) -> None: ...


_SILENT: Final = nullcontext(Span())
_tracer: "Tracer | None" = None


def wanted() -> bool:
    return any(os.environ.get(name) for name in ENDPOINTS)


@contextmanager
def tracing(name: str) -> Iterator[None]:
    """Send the spans of this process, under the service name `name`, while the block runs; if anybody wants them."""
    if not wanted():
        yield
        return
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter  # noqa: PLC0415
    from opentelemetry.sdk.resources import Resource  # noqa: PLC0415
    from opentelemetry.sdk.trace import TracerProvider  # noqa: PLC0415
    from opentelemetry.sdk.trace.export import BatchSpanProcessor  # noqa: PLC0415

    provider = TracerProvider(resource=Resource.create({"service.name": name}), shutdown_on_exit=False)
    provider.add_span_processor(BatchSpanProcessor(OTLPSpanExporter()))
    with using(provider.get_tracer("kilowatch")):
        try:
            yield
        finally:
            # It sends what is left, and has no limit that it keeps to: a collector that is away would hold up the end.
            sending = Thread(target=provider.shutdown, daemon=True)
            sending.start()
            sending.join(FLUSH_S)


@contextmanager
def using(tracer: "Tracer") -> Iterator[None]:
    global _tracer  # noqa: PLW0603  there is one for the process, as there is one log
    _tracer = tracer
    try:
        yield
    finally:
        _tracer = None


def span(
    name: str, kind: Kind, *, parents: Sequence[str] = (), **attributes: str | int
) -> AbstractContextManager[Span]:
    """Measure a piece of work. `parents` are `traceparent`s: of one it is a part, to many it is linked."""
    if _tracer is None:
        return _SILENT
    return _measured(_tracer, name, kind, [parent for parent in dict.fromkeys(parents) if parent], attributes)


def traceparent() -> str:
    """Of the span that is open here, for whoever goes on with the work. Empty while tracing is off."""
    if _tracer is None:
        return ""
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    carrier: dict[str, str] = {}
    TraceContextTextMapPropagator().inject(carrier)
    return carrier.get("traceparent", "")


class _OpenSpan(Span):
    def __init__(self, inner: "OtelSpan") -> None:
        self._inner = inner

    def say(self, **attributes: str | int) -> None:
        self._inner.set_attributes(_named(attributes))

    def rename(self, name: str) -> None:
        self._inner.update_name(name)


@contextmanager
def _measured(
    tracer: "Tracer", name: str, kind: Kind, parents: Sequence[str], attributes: dict[str, str | int]
) -> Iterator[Span]:
    from opentelemetry.context import Context  # noqa: PLC0415
    from opentelemetry.trace import SpanKind  # noqa: PLC0415

    links: list[Link] = []
    match parents:
        case []:
            context = None  # a part of the span that is open here
        case [parent]:
            context = _context_of(parent)
        case _:
            context = Context()
            links = [link for parent in parents[:MAX_LINKS] for link in _links_to(parent)]
    with tracer.start_as_current_span(
        name, context=context, kind=SpanKind[kind], links=links, attributes=_named(attributes)
    ) as inner:
        yield _OpenSpan(inner)


def _context_of(parent: str) -> "Context":
    from opentelemetry.trace.propagation.tracecontext import TraceContextTextMapPropagator  # noqa: PLC0415

    return TraceContextTextMapPropagator().extract({"traceparent": parent})


def _links_to(parent: str) -> "list[Link]":
    from opentelemetry.trace import Link, get_current_span  # noqa: PLC0415

    context = get_current_span(_context_of(parent)).get_span_context()
    return [Link(context)] if context.is_valid else []


def _named(attributes: dict[str, str | int]) -> dict[str, str | int]:
    return {name.replace("__", "."): value for name, value in attributes.items()}
