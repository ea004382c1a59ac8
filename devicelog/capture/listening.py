"""Listening to lines: each read goes into the capture file, and only then to whoever looks on.

A line is read by a `Link`, the only place that writes to ports. What it may write its driver declares: `listener`
declares nothing, `sending_only` what has no effect on the device. A line that goes away is looked for again, and the
file says so.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path
from queue import Empty, SimpleQueue

from devicelog import __version__, clock
from devicelog.attach.introduction import sending_only
from devicelog.capture.file import CaptureWriter, check_new
from devicelog.capture.row import CapturedLink, Happened, Header, Row
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Driver, Event, Provenance, SerialSettings
from devicelog.errors import BadInputError
from devicelog.link.link import Link
from devicelog.link.serial_port import LineErrors
from devicelog.naming import names_device, parse_device, ports_of

#: The loop looks at the time, and at what the ports have counted, so often (s).
_TICK = 0.1
#: Between two threads of Python the other one gets its turn after so long (s): a stamp is late by no more than that.
_SWITCH_INTERVAL = 0.0005
_NOTHING_YET = LineErrors(0, 0, 0, 0)


class _NoDecoder:
    """Makes nothing of bytes."""

    def feed(self, data: bytes) -> list[Event]:  # noqa: ARG002
        return []

    def end(self) -> list[Event]:
        return []


def listener(settings: SerialSettings) -> Driver:
    """A driver that only listens: it has no query, so that its link has nothing to send."""
    return Driver(
        name="listener",
        model="any",
        version="1",
        decoder=_NoDecoder,
        reports=(),
        wire_format="unknown",
        provenance=Provenance.TEMPLATE,
        verified_on=None,
        serial=settings,
        queries=(),
    )


def lines_of(text: str, settings: SerialSettings) -> list[tuple[str, Driver]]:
    """The lines that a person names: a port that is listened to, set so, or `DRIVER@URL`, asked as that driver asks it.

    Raises BadInputError or UnknownNameError.
    """
    if not names_device(text):
        return [(text, listener(settings))]
    driver, _, url = parse_device(text)
    if driver.is_typed:
        raise BadInputError(f"{driver.name} reads what a person types, so that there is no line; give a port.")
    return [(port, sending_only(driver)) for port in ports_of(driver, url)]


def port_kind(url: str) -> str:
    """What kind of port a URL names, without saying which."""
    scheme, colon, _ = url.partition("://")
    if colon:
        return {"sim": "simulator"}.get(scheme, scheme)
    return "pseudo-terminal" if os.path.realpath(url).startswith("/dev/pts/") else "serial port"


class Listening:
    """One capture while it is taken, of lines that are each a URL and a driver. A signal handler may call `end`.

    Raises BadInputError if the file is there already, or a port is named twice.
    """

    def __init__(self, lines: Sequence[tuple[str, Driver]], path: Path, origin: str | None = None) -> None:
        urls = [url for url, _ in lines]
        for url in urls:
            if urls.count(url) > 1:
                raise BadInputError(f"the port {url} is given twice; each line needs a port of its own.")
        check_new(path)
        self._path = path
        self._origin = origin
        self._lines = lines
        self._queue: SimpleQueue[Chunk] = SimpleQueue()
        self._links = [
            Link(number, url, driver, self._queue, gathers=False) for number, (url, driver) in enumerate(lines, start=1)
        ]
        self._counted: dict[int, LineErrors] = {}
        self._why: str | None = None

    def end(self, why: str) -> None:
        """Let the capture end in order."""
        self._why = self._why or why

    @contextmanager
    def opened(self) -> Iterator[CaptureWriter]:
        """The ports opened, and then the file; raises PortError or BadInputError, and has then left no file behind."""
        open_links: list[Link] = []
        try:
            for link in self._links:
                link.open()
                open_links.append(link)
                self._counted[link.number] = link.line_errors() or _NOTHING_YET
            writer = CaptureWriter(self._path, self._header())
        except BaseException:
            for link in open_links:
                link.discard()
            raise
        with writer:
            yield writer

    def _header(self) -> Header:
        start = clock.now()
        return Header(
            software=f"devicelog {__version__}",
            begun=clock.utc(start.wall_ns),
            boot_ns=start.boot_ns,
            links=tuple(
                CapturedLink.of(number, port_kind(url), driver.serial)
                for number, (url, driver) in enumerate(self._lines, start=1)
            ),
            origin=self._origin,
        )

    def run(
        self, writer: CaptureWriter, seconds: float | None, show: Callable[[Row], None], idle: Callable[[], None]
    ) -> None:
        """Listen until `end`, or for so many seconds. `show` is given each row once it is in the file.

        `idle` is called now and then, also while nothing comes. Raises StoreFullError or StoreFailedError.
        """
        interval = sys.getswitchinterval()
        sys.setswitchinterval(_SWITCH_INTERVAL)
        for link in self._links:
            link.start()
        try:
            self._listen(writer, seconds, show, idle)
        finally:
            for link in self._links:
                link.stop()
            for link in self._links:
                link.join()
            sys.setswitchinterval(interval)
        self._take_the_rest(writer, show)

    def _listen(
        self, writer: CaptureWriter, seconds: float | None, show: Callable[[Row], None], idle: Callable[[], None]
    ) -> None:
        until = clock.boot_ns() + round(seconds * 1e9) if seconds is not None else None
        while self._why is None:
            if until is not None and clock.boot_ns() >= until:
                self.end("the time was over")
            with suppress(Empty):
                self._keep(writer, self._queue.get(timeout=_TICK), show)
            if self._queue.empty():
                self._count_errors(writer, show)
                idle()

    def _take_the_rest(self, writer: CaptureWriter, show: Callable[[Row], None]) -> None:
        """What had come when the end came, and the end."""
        while not self._queue.empty():
            self._keep(writer, self._queue.get(), show)
        now = clock.now()
        why = (self._why or "").encode()
        self._keep(writer, Chunk(NO_LINK, ChunkKind.ENDED, now.boot_ns, now.wall_ns, why), show)

    def _keep(self, writer: CaptureWriter, chunk: Chunk, show: Callable[[Row], None]) -> None:
        if chunk.link != NO_LINK:
            self._links[chunk.link - 1].took(len(chunk.data))
        row = Row.of(chunk, writer.begun)
        if row is not None:
            writer.write(row)
            show(row)

    def _count_errors(self, writer: CaptureWriter, show: Callable[[Row], None]) -> None:
        """What the ports have counted since the last look."""
        for link in self._links:
            counted = link.line_errors()
            if counted is None or counted == self._counted[link.number]:
                continue
            new = counted.since(self._counted[link.number])
            self._counted[link.number] = counted
            t_us = (clock.boot_ns() - writer.begun.boot_ns) // 1000
            row = Row(t_us=t_us, link=link.number, kind=Happened.COUNTED, port_errors=new)
            writer.write(row)
            show(row)
