"""News of a session to a webhook: signed as Standard Webhooks says (https://www.standardwebhooks.com, version 1).

    webhook-id         the same at each try of one event
    webhook-timestamp  seconds since 1970, of the try
    webhook-signature  v1,base64(HMAC-SHA256(secret, id.timestamp.body))

The body holds ids, and nothing of a patient. Redirects are not followed, proxies of the environment are not used, and
of an answer nothing is kept but its status: whoever registers a webhook reads nothing of other services with it.
"""

from __future__ import annotations

import hmac
import socket
import ssl
from base64 import b64encode
from contextlib import suppress
from hashlib import sha256
from ipaddress import ip_address
from threading import Timer
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import msgspec

from devicelog import clock
from devicelog.delivery.fhir import retry_after
from devicelog.delivery.outcome import NotNow, Outcome, Refused, Taken
from devicelog.errors import BadInputError

if TYPE_CHECKING:
    from devicelog.store.folder import Folder
    from devicelog.store.outbox import Content

#: How long each step of a try is waited for, and all of it (s): an answer that only drips in ends as well.
TIMEOUT, LONGEST = 15.0, 30.0
_LONGEST_URL = 500
_GONE = 410


def checked_url(text: str) -> str:
    """An address that can be told; BadInputError for another."""
    expected = "expected https://HOST/PATH, or http:// on this computer"
    shown = repr(text.partition("?")[0][:80])
    if len(text) > _LONGEST_URL or not text.isascii() or not text.isprintable() or " " in text:
        raise BadInputError(f"found the address {shown}; {expected}, of plain characters and not too long.")
    try:
        parts = urlsplit(text)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        raise BadInputError(f"found the address {shown}; {expected}.") from None
    if parts.username is not None or parts.password is not None or "@" in parts.netloc:
        raise BadInputError(f"the address of {host!r} holds a name or password; leave it out: what is sent is signed.")
    if parts.fragment or parts.scheme not in ("https", "http") or not host:
        raise BadInputError(f"found the address {shown}; {expected}.")
    if parts.scheme == "http" and not _is_here(host):
        raise BadInputError(f"{shown} would go in the clear to another computer; {expected}.")
    return text


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def secret_of(folder: Folder, webhook: str) -> bytes:
    """The 32 bytes of a webhook's secret, made of the store's key: kept nowhere, and the same after a restore."""
    return sha256(f"devicelog webhook {webhook} ".encode() + bytes.fromhex(folder.keys.store_key())).digest()


def shown_secret(secret: bytes) -> str:
    """A secret as receivers are given it."""
    return f"whsec_{b64encode(secret).decode()}"


def body_of(content: Content) -> bytes:
    """What is sent of a row: the same bytes at each try."""
    said: dict[str, Any] = dict(content.of or {})
    data = {name: said[name] for name in ("session", "entry") if name in said}
    return msgspec.json.encode({"type": content.what, "timestamp": content.made, "data": data})


def signature(secret: bytes, id_: str, timestamp: int, body: bytes) -> str:
    """The header webhook-signature."""
    signed = hmac.new(secret, f"{id_}.{timestamp}.".encode() + body, sha256).digest()
    return f"v1,{b64encode(signed).decode()}"


class _Cut:
    """Ends the connection of a request after so many seconds, whatever its receiver does meanwhile."""

    def __init__(self, seconds: float) -> None:
        self.is_done = False
        self._socket: socket.socket | None = None
        self._timer = Timer(seconds, self._now)
        self._timer.daemon = True

    def __enter__(self) -> _Cut:
        self._timer.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()

    def trace(self, event: str, info: dict[str, Any]) -> None:
        """What httpcore tells of a request as it is made (its extension `trace`): which line it goes over."""
        if event in ("connection.connect_tcp.complete", "connection.start_tls.complete"):
            self._socket = info["return_value"].get_extra_info("socket")
            if self.is_done:
                self._end()

    def _now(self) -> None:
        self.is_done = True
        self._end()

    def _end(self) -> None:
        if self._socket is not None:
            with suppress(OSError):
                self._socket.shutdown(socket.SHUT_RDWR)


def send(url: str, secret: bytes, content: Content, longest: float = LONGEST) -> Outcome:
    """POST it once, in `longest` seconds; never raises."""
    import httpx

    body, now = body_of(content), clock.now().wall_ns // 1_000_000_000
    headers = {
        "content-type": "application/json",
        "user-agent": "devicelog",
        "webhook-id": content.id,
        "webhook-timestamp": str(now),
        "webhook-signature": signature(secret, content.id, now, body),
    }
    verify: Any = ssl.create_default_context() if url.startswith("https:") else False
    cut = _Cut(longest)
    try:
        with (
            cut,
            httpx.Client(verify=verify, timeout=TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", url, content=body, headers=headers, extensions={"trace": cut.trace}) as response,
        ):
            return _outcome(response.status_code, response.headers.get("retry-after"))
    except (httpx.ConnectError, httpx.ConnectTimeout):
        return NotNow("it cannot be reached")
    except httpx.TimeoutException:
        return _late()
    except (httpx.HTTPError, httpx.InvalidURL, ValueError, OSError) as error:
        if cut.is_done:
            return _late()
        return NotNow(f"the connection failed before the answer ({type(error).__name__})", unanswered=True)


def _late() -> NotNow:
    return NotNow("no answer came in time; it may have arrived", unanswered=True)


def _outcome(status: int, again: str | None) -> Outcome:
    if 200 <= status < 300:
        return Taken({"status": status})
    if status == _GONE:
        return Refused("it answered HTTP 410: nobody wants it there any more; remove the webhook")
    if 300 <= status < 400:
        return NotNow(f"it answered HTTP {status} and points elsewhere, where nothing is sent; register that address")
    return NotNow(f"it answered HTTP {status}", after=retry_after(again, clock.now().wall_ns))
