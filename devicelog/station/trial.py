"""Test readings: one device is listened to for a while, and what it sends is shown; nothing of it is recorded.

The line is read by a `Link` and understood by a `Recorder`, as in a session, so that what is shown here is what a
session would hold. Nothing is sent but queries without an effect on the device, and those whose effect
somebody allowed.
"""

from __future__ import annotations

import threading
from contextlib import closing, suppress
from queue import Empty, SimpleQueue

from devicelog import __version__, clock
from devicelog.attach.choice import Choice
from devicelog.attach.introduction import sending_only
from devicelog.chunk import NO_LINK, Chunk
from devicelog.driver import Effect
from devicelog.errors import DevicelogError, NotNowError
from devicelog.link.link import Link
from devicelog.naming import ports_of
from devicelog.patience import Limited
from devicelog.recorder.plan import Plan, links_of
from devicelog.recorder.recorder import Recorder
from devicelog.station.telling import Shown, Teller

#: The longest that a port is read for (s), how long after the page was last looked at, and after it was left (s).
LONGEST, UNSEEN, LEFT = 120.0, 12.0, 1.5
#: Whoever ends a trial waits so long for its ports to be closed (s).
CLOSING = 3.0
#: A device is asked again who it is after this time (s).
_ASK_AGAIN = 1.0
#: Between two looks at the time (s).
_LOOK = 0.1


class Trial:
    """One device that is tried, on a thread of its own. `shown` is replaced whole as readings come.

    `end` may be called from any thread, also while `begin` waits for a port that does not open.
    """

    def __init__(self, id_: str, choice: Choice, by: str, allowed: frozenset[Effect]) -> None:
        self.id = id_
        self.choice = choice
        self.by = by
        self.allowed = allowed
        self.shown = Shown()
        self.failure: str | None = None
        self.urls = tuple(ports_of(choice.driver, choice.url))
        self._driver = sending_only(choice.driver, allowed)
        self._queue: SimpleQueue[Chunk] = SimpleQueue()
        self._links = [
            Link(number, url, self._driver, self._queue, allowed=allowed)
            for number, url in enumerate(self.urls, start=1)
        ]
        self._teller = Teller(self._driver, [link.number for link in self._links])
        self._stop = threading.Event()
        self._over = threading.Event()
        self._why = ""
        self._seen = clock.boot_ns()
        self._thread = threading.Thread(target=self._run, name="trial", daemon=True)

    def begin(self) -> None:
        """Open the ports and listen; raises PortError or BadInputError, and NotNowError if it was ended meanwhile."""
        try:
            self._open()
        except BaseException:
            for link in self._links:
                link.discard()
            self._over.set()
            raise
        self._seen = clock.boot_ns()
        self._thread.start()

    def _open(self) -> None:
        try:
            for link in self._links:
                link.open()
        except DevicelogError:
            if not self._stop.is_set():
                raise
        if self._stop.is_set():
            raise NotNowError(f"{self.choice.url} was not opened: {self._why}")

    def seen(self) -> None:
        """Somebody looks."""
        self._seen = clock.boot_ns()

    def left(self) -> None:
        """The page was left: end soon, unless somebody looks again at once."""
        self._seen = clock.boot_ns() - round((UNSEEN - LEFT) * 1e9)

    def end(self) -> None:
        """Close the ports; comes back when they are closed, or if that takes too long."""
        self.stop("these test readings were ended.")
        self.await_end(CLOSING)

    def stop(self, why: str) -> None:
        """Let the ports be closed; `why` is told if they are not open yet. One that opens later is closed at once."""
        self._why = self._why or why
        self._stop.set()
        for link in self._links:
            link.stop()

    def await_end(self, seconds: float) -> None:
        """Wait until the ports are closed."""
        self._over.wait(max(0.0, seconds))

    @property
    def is_over(self) -> bool:
        """Whether the ports are closed again, or were never opened."""
        return self._over.is_set()

    # -- the thread --------------------------------------------------------------------------------------------

    def _run(self) -> None:
        start = clock.now()
        try:
            for link in self._links:
                link.start()
            with closing(Limited()) as patience:
                recorder = Recorder(self._plan(), None, start, patience)
                self._teller.take(recorder.take()[0], None)
                self._listen(recorder, start)
        except DevicelogError as error:
            self.failure = str(error)
        except Exception as error:  # whatever a driver raises
            self.failure = f"the driver {self._driver.name} failed ({error!r:.200}); report this to its author."
        finally:
            try:
                self._close()
            finally:
                self._over.set()

    def _close(self) -> None:
        for link in self._links:
            link.stop()
        for link in self._links:
            with suppress(RuntimeError):  # it was never started
                link.join()

    def _plan(self) -> Plan:
        ports = {link.number: link.url for link in self._links}
        return Plan(
            session="trial",
            subject="nobody",
            practitioner="nobody",
            protocol=None,
            devices=tuple(links_of(self._driver, self.choice.package, ports, self.allowed)),
            software=f"devicelog {__version__}",
            host={"zone": clock.local_zone()},
        )

    def _listen(self, recorder: Recorder, start: clock.Stamp) -> None:
        asked = now = start.boot_ns
        while not self._stop.is_set() and now - start.boot_ns < LONGEST * 1e9 and now - self._seen < UNSEEN * 1e9:
            with suppress(Empty):
                chunk = self._queue.get(timeout=_LOOK)
                if chunk.link != NO_LINK:
                    self._links[chunk.link - 1].took(len(chunk.data))
                recorder.handle(chunk)
                recorder.requests.clear()  # what was missed is not read back: nothing is kept
                self._teller.take(recorder.take()[0], chunk)
            now = clock.boot_ns()
            if not self._teller.is_known and now - asked >= _ASK_AGAIN * 1e9:
                asked = now
                for link in self._links:
                    link.ask_who()
            self.shown = self._teller.shown((now - start.boot_ns) / 1e9)
