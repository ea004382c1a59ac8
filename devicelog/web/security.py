"""What holds for every request before anything looks at it: its Host, where a write comes from, its size; and headers.

Host: a page of a stranger that resolves its own name to this computer (DNS rebinding) is refused. Writes: the browser
says where they come from (Sec-Fetch-Site, Origin), and only this station's own pages may send them; who sends neither
is no browser, and carries no cookie here. Pure ASGI, so that a stream passes through as it is made.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from devicelog.web.settings import Settings

#: No page and no request of the API is larger (bytes).
MOST_BYTES = 1024 * 1024
#: All names and values of its headers together (bytes).
MOST_HEAD = 32 * 1024
#: An answer is sent in pieces of this size (bytes).
PIECE = 64 * 1024

_SAFE = frozenset({"GET", "HEAD", "OPTIONS"})

#: Scripts, styles and fonts come from here alone, and nothing of them stands in a page; nobody may frame it.
POLICY = "; ".join(
    (
        "default-src 'none'",
        "script-src 'self'",
        "style-src 'self'",
        "img-src 'self' data:",
        "font-src 'self'",
        "connect-src 'self'",
        "form-action 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "frame-ancestors 'none'",
        "require-trusted-types-for 'script'",
        "trusted-types devicelog",
    )
)
_HEADERS = {
    b"content-security-policy": POLICY.encode(),
    b"x-content-type-options": b"nosniff",
    b"x-frame-options": b"DENY",
    b"referrer-policy": b"same-origin",
    b"cross-origin-opener-policy": b"same-origin",
    b"cross-origin-resource-policy": b"same-origin",
    b"permissions-policy": b"camera=(), microphone=(), geolocation=(), payment=(), usb=(), serial=()",
    b"cache-control": b"no-store",
}
#: Not with a certificate of the station's own: whoever trusts that one could not look past the one that follows it.
_HSTS = (b"strict-transport-security", b"max-age=31536000")


class Security:
    """Wraps the whole application."""

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self._app = app
        self._settings = settings
        self._hosts = settings.allowed_hosts

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return
        answer = self._with_headers(send)
        refused = self._refusal(scope)
        if refused is not None:
            await refused(scope, receive, answer)
            return
        await self._app(scope, _bounded(receive), answer)

    def _refusal(self, scope: Scope) -> PlainTextResponse | None:
        headers = Headers(scope=scope)
        host = headers.get("host", "").lower()
        if host not in self._hosts:
            text = f"this station is not called {host[:100]!r}; open {self._settings.url}, or start it with --name.\n"
            return PlainTextResponse(text, 421)
        if scope["method"] not in _SAFE and not self._is_own(headers, host):
            return PlainTextResponse("this comes from another page; open the station's own, and try again.\n", 403)
        if sum(len(name) + len(value) for name, value in scope["headers"]) > MOST_HEAD:
            return PlainTextResponse(f"the head of the request is longer than {MOST_HEAD} bytes; send less.\n", 431)
        length = headers.get("content-length", "0")
        if not length.isascii() or not length.isdigit() or int(length) > MOST_BYTES:
            return PlainTextResponse(f"the request is longer than {MOST_BYTES} bytes; send less.\n", 413)
        return None

    def _is_own(self, headers: Headers, host: str) -> bool:
        """Whether a write comes from one of the station's own pages, or from no browser at all."""
        site, origin = headers.get("sec-fetch-site"), headers.get("origin")
        if site is not None and site != "same-origin":
            return False
        if origin is not None:
            return origin.lower() == f"{self._settings.scheme}://{host}"
        return site is not None or "cookie" not in headers

    def _with_headers(self, send: Send) -> Send:
        own = dict(_HEADERS)
        if self._settings.is_secure and not self._settings.is_own:
            own[_HSTS[0]] = _HSTS[1]

        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*_without(message["headers"], own), *own.items()]
            for piece in _pieces(message):
                await send(piece)

        return sending


def _without(headers: Iterable[tuple[bytes, bytes]], own: dict[bytes, bytes]) -> list[tuple[bytes, bytes]]:
    """The headers of an answer, and what it says of its own of these wins only for the cache."""
    kept = []
    for name, value in headers:
        if name.lower() == b"cache-control":
            own[b"cache-control"] = value
        elif name.lower() not in own:
            kept.append((name, value))
    return kept


def _pieces(message: Message) -> Iterator[Message]:
    """A long answer in pieces: each waits for those before it to be taken, so that it is seen when none is any more."""
    body = message.get("body", b"")
    if len(body) <= PIECE:
        yield message
        return
    for start in range(0, len(body), PIECE):
        end = start + PIECE
        yield {**message, "body": body[start:end], "more_body": end < len(body) or message.get("more_body", False)}


def _bounded(receive: Receive) -> Receive:
    """A body that is longer than it may be ends the request, also one that never said how long it is."""
    seen = 0

    async def receiving() -> Message:
        nonlocal seen
        message = await receive()
        if message["type"] == "http.request":
            seen += len(message.get("body", b""))
            if seen > MOST_BYTES:
                return {"type": "http.disconnect"}
        return message

    return receiving
