"""A FHIR server on this computer that takes transactions, and every fault that a test asks of it."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.waiting import PATIENCE, join

#: What is done with one request: gets the handler and the body, answers or does not.
Act = Callable[["Handler", bytes], None]


class FhirServer:
    """Takes a transaction by its resources' ids, so that one which comes twice is there once.

    `acts` are what happens to the next requests, one each; then they are taken.
    """

    def __init__(self, context: ssl.SSLContext | None = None) -> None:
        self.requests: list[tuple[Mapping[str, str], bytes]] = []
        self.documents: dict[str, bytes] = {}
        self.acts: list[Act] = []
        self.seen = threading.Event()
        self.released = threading.Event()
        self._server = _Server(("127.0.0.1", 0), Handler)
        self._server.fhir = self
        self._secure = context is not None
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})

    @property
    def url(self) -> str:
        return f"fhir+http{'s' if self._secure else ''}://127.0.0.1:{self._server.server_address[1]}/fhir"

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.released.set()
        self._server.shutdown()
        join(self._thread)
        self._server.server_close()


class _Server(ThreadingHTTPServer):
    fhir: FhirServer
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: Any, client_address: Any) -> None:
        """A client that hangs up, or does not trust us, is what these tests are about."""


class Handler(BaseHTTPRequestHandler):
    """One request."""

    server: _Server
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        fhir = self.server.fhir
        body = self.rfile.read(int(self.headers["Content-Length"]))
        fhir.requests.append((dict(self.headers), body))
        fhir.seen.set()
        act = fhir.acts.pop(0) if fhir.acts else take
        act(self, body)

    def do_GET(self) -> None:
        self.server.fhir.requests.append((dict(self.headers), b""))
        self.say(200, b"{}")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Nothing on stderr."""

    def say(self, status: int, body: bytes | Mapping[str, Any] = b"", **headers: str) -> None:
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def hang_up(self) -> None:
        self.close_connection = True
        self.connection.shutdown(socket.SHUT_RDWR)


def keep(handler: Handler, body: bytes) -> dict[str, Any]:
    """Keep what came, and what is answered to it."""
    bundle = json.loads(body)
    handler.server.fhir.documents[bundle["id"]] = body
    entries = [{"response": {"status": "201 Created"}} for _ in bundle.get("entry", ())]
    return {"resourceType": "Bundle", "type": "transaction-response", "id": "answer-1", "entry": entries}


def take(handler: Handler, body: bytes) -> None:
    handler.say(200, keep(handler, body))


def answer(status: int, body: bytes | Mapping[str, Any] = b"", **headers: str) -> Act:
    """Answer this and keep nothing."""
    return lambda handler, _: handler.say(status, body, **headers)


def take_and_hang_up(handler: Handler, body: bytes) -> None:
    """The transaction is kept, and the answer never leaves."""
    keep(handler, body)
    handler.hang_up()


def take_and_say_half(handler: Handler, body: bytes) -> None:
    """The connection breaks in the middle of the answer."""
    data = json.dumps(keep(handler, body)).encode()
    handler.send_response(200)
    handler.send_header("Content-Length", str(len(data)))
    handler.end_headers()
    handler.wfile.write(data[: len(data) // 2])
    handler.hang_up()


def take_and_hang(handler: Handler, body: bytes) -> None:
    """Kept, and never answered, as long as the test lasts."""
    keep(handler, body)
    handler.server.fhir.released.wait(PATIENCE)


def outcome(words: str, severity: str = "error") -> dict[str, Any]:
    """An OperationOutcome."""
    issue = {"severity": severity, "code": "invalid", "diagnostics": words, "expression": ["Bundle.entry[0]"]}
    return {"resourceType": "OperationOutcome", "issue": [issue]}
