"""Serves the application until the process is asked to end: uvicorn on a port that was taken before anything began."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import signal
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from errno import EADDRINUSE
from functools import partial

import uvicorn
from starlette.types import ASGIApp

from devicelog.errors import BadInputError, NotNowError
from devicelog.web.connection import HEAD_S, BoundedConnection
from devicelog.web.listening import Listening
from devicelog.web.settings import Settings

#: How long requests may take to come to their end when the station does (s); streams are ended at once.
_GRACE = 3
_ASKED = ("SIGINT", "SIGTERM", "SIGHUP", "SIGBREAK")


def listen(settings: Settings) -> socket.socket:
    """The port, taken; BadInputError for an address that is none, NotNowError for one that is taken or forbidden."""
    try:
        found = socket.getaddrinfo(settings.host, settings.port, type=socket.SOCK_STREAM, flags=socket.AI_PASSIVE)[0]
    except (OSError, UnicodeError):
        raise BadInputError(f"found --host {settings.host!r}, expected an address of this computer.") from None
    taken = Listening(found[0], found[1])
    taken.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        taken.bind(found[4])
        taken.listen(128)
    except OSError as error:
        taken.close()
        hint = (
            "another program has it; end that, or name another --port" if error.errno == EADDRINUSE else "name another"
        )
        raise NotNowError(f"{settings.host} port {settings.port} cannot be used ({error.strerror}): {hint}.") from None
    return taken


class _Server(uvicorn.Server):
    """Says when it can be reached, and leaves signals to whoever runs it."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None], ending: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready
        self._ending = ending

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        with _short_handshakes(asyncio.get_running_loop(), is_secure=self.config.is_ssl):
            await super().startup(sockets)
        if self.started:
            self._ready()

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._ending()
        await super().shutdown(sockets)

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        if threading.current_thread() is not threading.main_thread():  # who runs it there ends it by `should_exit`
            yield
            return
        loop = asyncio.get_running_loop()
        for name in _ASKED:
            number = getattr(signal, name, None)
            if number is None or signal.getsignal(number) is signal.SIG_IGN:
                continue
            try:
                loop.add_signal_handler(number, self._end)
            except NotImplementedError:  # Windows
                signal.signal(number, lambda *_: loop.call_soon_threadsafe(self._end))
        yield

    def _end(self) -> None:
        self.should_exit = True


@contextlib.contextmanager
def _short_handshakes(loop: asyncio.AbstractEventLoop, *, is_secure: bool) -> Iterator[None]:
    """TLS is agreed on within the time of a head; uvicorn leaves asyncio's minute, in which a crowd could stay."""
    create = loop.create_server
    if is_secure:
        setattr(loop, "create_server", partial(create, ssl_handshake_timeout=HEAD_S))  # noqa: B010
    try:
        yield
    finally:
        if is_secure:
            delattr(loop, "create_server")


def server(app: ASGIApp, settings: Settings, ready: Callable[[], None], ending: Callable[[], None]) -> uvicorn.Server:
    """What serves the application; `ready` is called once requests are answered, `ending` when no more are."""
    config = uvicorn.Config(
        app,
        http=BoundedConnection,
        log_config=None,
        access_log=False,  # an address may hold what is looked for
        server_header=False,
        proxy_headers=False,  # nobody may say that he comes from this computer
        ws="none",
        timeout_keep_alive=30,
        timeout_graceful_shutdown=_GRACE,
        ssl_certfile=settings.certificate,
        ssl_keyfile=settings.key,
    )
    config.load()
    for name in ("uvicorn.error", "uvicorn.access", "asyncio"):  # what they log may hold what was sent
        logger = logging.getLogger(name)
        logger.handlers, logger.propagate = [logging.NullHandler()], False
    if config.ssl is not None:
        config.ssl.minimum_version = ssl.TLSVersion.TLSv1_2
    return _Server(config, ready, ending)
