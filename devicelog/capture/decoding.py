"""A capture through a driver: its rows as the chunks of a session that nobody stores."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from contextlib import closing

from devicelog import clock
from devicelog.capture.file import CaptureFile
from devicelog.capture.row import Happened, Row
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.driver import Driver, Query
from devicelog.errors import BadInputError
from devicelog.ledger import Entry
from devicelog.live.pieces import Stream, bad_bytes
from devicelog.patience import Limited
from devicelog.recorder.plan import Plan, links_of
from devicelog.recorder.recorder import Recorder

#: A link says at least so often that nothing came (us); a capture does not hold that, because it can be told from it.
_QUIET_US = 500_000


class Decoding:
    """The entries that a driver makes of a capture, each with the bytes of it that were no frame.

    `links` are the lines that are decoded, each by a decoder of its own; `asked` is one that carries what another host
    asked the device: a driver whose replies do not name their quantity is told of its queries there.
    """

    def __init__(
        self, capture: CaptureFile, driver: Driver, package: str, links: Sequence[int] = (), asked: int | None = None
    ) -> None:
        there = [link.link for link in capture.header.links]
        for link in (*links, *([asked] if asked is not None else [])):
            if link not in there:
                known = ", ".join(map(str, there))
                raise BadInputError(f"the capture has no link {link}; expected one of {known}.")
        self._capture = capture
        self._driver = driver
        self._package = package
        self._asked = asked
        self.links = tuple(links) or tuple(link for link in there if link != asked)
        if asked in self.links:
            raise BadInputError(f"link {asked} cannot be both what was asked and what is decoded; name two links.")
        if asked is not None and len(self.links) > 1:
            raise BadInputError("what was asked belongs to one link; name the one that is decoded with --link.")
        if 1 < len(self.links) != len(driver.directions) > 0:
            found = f"{driver.name} reads {len(driver.directions)} lines of one conversation"
            raise BadInputError(
                f"{found}, and {len(self.links)} are to be decoded; name them with --link, in its order."
            )

    def entries(self) -> Iterator[tuple[Entry, bytes]]:
        """Each entry in order, with the bytes of a bad frame (b"" for any other); BadInputError for a bad file."""
        with closing(Limited()) as patience:
            recorder = Recorder(self._plan(), None, self._capture.begun, patience)
            streams = {link: Stream() for link in self.links}
            for chunk in self._chunks():
                if chunk.kind is ChunkKind.RECEIVED:
                    streams[chunk.link].take(chunk.data)
                recorder.handle(chunk)
                for line in recorder.take()[0]:
                    entry = line.entry()
                    yield entry, bad_bytes(entry, streams)

    def _plan(self) -> Plan:
        return Plan(
            session="capture",
            subject="nobody",
            practitioner="nobody",
            protocol=None,
            devices=tuple(links_of(self._driver, self._package, dict.fromkeys(self.links, "capture"))),
            software=self._capture.header.software,
            host={"zone": clock.local_zone()},
        )

    def _chunks(self) -> Iterator[Chunk]:
        """What the links would have queued, silence included, and an end where the file has none."""
        begun, last_us = self._capture.begun, 0
        questions = _Questions(self._driver.queries)
        ended = False
        for row in self._capture.rows():
            for t_us in range(last_us + _QUIET_US, row.t_us, _QUIET_US):
                yield from (_at(begun, t_us, link, ChunkKind.QUIET) for link in self.links)
            last_us = max(last_us, row.t_us)
            ended = ended or row.kind is Happened.ENDED
            yield from self._of(row, questions)
        if not ended:
            yield _at(begun, last_us, NO_LINK, ChunkKind.ENDED, b"the capture is cut off")

    def _of(self, row: Row, questions: _Questions) -> Iterator[Chunk]:
        if row.link == self._asked and row.kind is Happened.RECEIVED:
            for request in questions.heard(row.data):
                yield _at(self._capture.begun, row.t_us, self.links[0], ChunkKind.SENT, request)
        elif row.link in (*self.links, NO_LINK):
            chunk = row.chunk(self._capture.begun)
            if chunk is not None:
                yield chunk


class _Questions:
    """Finds a driver's queries in what another host said."""

    def __init__(self, queries: Sequence[Query]) -> None:
        patterns = sorted((query.pattern for query in queries), key=len, reverse=True)
        self._pattern = re.compile(b"|".join(patterns)) if patterns else None
        self._longest = max((len(pattern) for pattern in patterns), default=0)
        self._rest = b""

    def heard(self, data: bytes) -> Iterator[bytes]:
        """The queries that these bytes end."""
        self._rest += data
        done = 0
        for found in self._pattern.finditer(self._rest) if self._pattern is not None else ():
            yield found[0]
            done = found.end()
        self._rest = self._rest[done:][-self._longest :]


def _at(begun: clock.Stamp, t_us: int, link: int, kind: ChunkKind, data: bytes = b"") -> Chunk:
    return Chunk(link, kind, begun.boot_ns + t_us * 1000, begun.wall_ns + t_us * 1000, data)
