"""Traces: off unless somebody wants them; whole over requests, events and batches where they do."""

import gzip
import socket
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any, ClassVar
from uuid import uuid4

import pytest
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.sdk.trace.export.in_memory_span_exporter import InMemorySpanExporter

from kilowatch.contracts.events import SessionEnded
from kilowatch.kit.events import decode_event, encode_event
from kilowatch.kit.outbox import new_event
from kilowatch.kit.tracing import Kind, span, traceparent
from tests.spans import kept_spans

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)


@pytest.fixture
def exporter() -> Iterator[InMemorySpanExporter]:
    with kept_spans() as kept:
        yield kept


def test_while_off_nothing_is_said_and_the_sdk_is_not_loaded():
    code = (
        "import sys, kilowatch.kit.http, kilowatch.kit.peers, kilowatch.balancer.app, kilowatch.monitoring.app\n"
        "from kilowatch.kit.tracing import *\n"
        "with tracing('x'), span('y', Kind.SERVER, parents=['z']) as open_span:\n"
        "    open_span.say(a=1)\n"
        "    assert traceparent() == ''\n"
        "print([name for name in sys.modules if name.startswith(('opentelemetry.sdk', 'opentelemetry.exporter'))])"
    )
    done = subprocess.run((sys.executable, "-c", code), check=True, capture_output=True, text=True, env={})
    assert done.stdout == "[]\n"


def test_what_is_done_within_a_span_is_a_part_of_it(exporter: InMemorySpanExporter):
    with span("outer", Kind.SERVER) as outer, span("inner", Kind.CLIENT):
        outer.say(http__route="/api/devices")
    inner, outer_span = exporter.get_finished_spans()
    assert inner.parent.span_id == outer_span.context.span_id
    assert outer_span.attributes == {"http.route": "/api/devices"}


def test_an_event_carries_the_trace_to_whoever_hears_of_it(exporter: InMemorySpanExporter):
    with span("POST /api/auth/sign-out", Kind.SERVER):
        event = new_event(SessionEnded(uuid4(), uuid4()), source="auth", clock=lambda: NOW)
    heard = decode_event(encode_event(event))
    with span("process session.ended", Kind.CONSUMER, parents=[heard.traceparent]):
        pass
    said, done = exporter.get_finished_spans()
    assert done.context.trace_id == said.context.trace_id
    assert done.parent.span_id == said.context.span_id


def test_a_batch_of_many_requests_is_linked_to_all_of_them(exporter: InMemorySpanExporter):
    requests = []
    for _ in range(2):
        with span("POST /api/ingest", Kind.SERVER):
            requests.append(traceparent())
    with span("publish", Kind.PRODUCER, parents=[*requests, requests[0], ""]):
        pass
    *sent, published = exporter.get_finished_spans()
    assert {link.context.span_id for link in published.links} == {each.context.span_id for each in sent}
    assert published.parent is None


def test_a_caller_s_nonsense_is_no_parent(exporter: InMemorySpanExporter):
    with span("GET", Kind.SERVER, parents=["nonsense"]):
        pass
    assert exporter.get_finished_spans()[0].parent is None


#: A process that is asked for something, with tracing as its environment says.
TRACED = """
import time
from kilowatch.kit.tracing import Kind, span, tracing

with tracing("kilowatch-balancer"):
    with span("POST", Kind.SERVER) as work:
        work.say(http__route="/api/ingest")
    ended = time.monotonic()
print(time.monotonic() - ended)
"""


class Collector(BaseHTTPRequestHandler):
    """Speaks OTLP over HTTP, as far as spans need it."""

    got: ClassVar[list[tuple[str, ExportTraceServiceRequest]]] = []

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.headers["Content-Encoding"] == "gzip":
            body = gzip.decompress(body)
        self.got.append((self.path, ExportTraceServiceRequest.FromString(body)))
        self.send_response(HTTPStatus.OK)
        self.end_headers()

    def log_message(self, *_: object) -> None: ...


def test_a_collector_gets_the_spans_of_a_process_at_the_latest_when_it_ends():
    Collector.got.clear()
    with ThreadingHTTPServer(("127.0.0.1", 0), Collector) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        run_traced(f"http://127.0.0.1:{server.server_port}")
        server.shutdown()
    [(path, request)] = Collector.got
    [of_process] = request.resource_spans
    [sent] = of_process.scope_spans[0].spans
    assert path == "/v1/traces"
    assert attributes_of(of_process.resource)["service.name"] == "kilowatch-balancer"
    assert (sent.name, attributes_of(sent)["http.route"]) == ("POST", "/api/ingest")


def test_a_collector_that_is_away_holds_up_no_end():
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    assert run_traced(f"http://127.0.0.1:{port}") < 5


def run_traced(endpoint: str) -> float:
    """How many seconds the end of tracing has taken."""
    command, environment = (sys.executable, "-c", TRACED), {"OTEL_EXPORTER_OTLP_ENDPOINT": endpoint}
    done = subprocess.run(command, check=True, capture_output=True, text=True, timeout=60, env=environment)
    return float(done.stdout)


def attributes_of(described: Any) -> dict[str, str]:
    return {each.key: each.value.string_value for each in described.attributes}
