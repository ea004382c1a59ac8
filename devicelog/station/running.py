"""One session in progress: its recording, what those who look on know of it, and what people state in it."""

from __future__ import annotations

import gc
import threading
from collections.abc import Mapping
from functools import partial
from typing import Any

import structlog

from devicelog import clock
from devicelog.errors import DevicelogError
from devicelog.ledger import Kind
from devicelog.opening.during import During
from devicelog.recorder.plan import Plan
from devicelog.recording.recording import Recording
from devicelog.station.desk import Desk
from devicelog.station.hub import Hub
from devicelog.station.typing import Typing
from devicelog.store.folder import Folder
from devicelog.store.subjects import Sealer
from devicelog.store.writer import Writer

_log = structlog.get_logger()

#: A thread may keep the interpreter from the others this long (s): many threads make pages beside the recording.
_SWITCH = 0.0005
#: What is stated again within this time is a second tap of the same (ns).
_TWICE_NS = 2_000_000_000
#: Kinds of which one takes the other back are of one sort.
_SORTS = {Kind.PAUSED: "pause", Kind.RESUMED: "pause"}


class Running:
    """A session in progress. `during` knows the zones, syringes and questions that can be chosen from.

    `begun_by` is the account that opened it (None: it was resumed, and its practitioner is the plan's). `typing` takes
    the lines that people type for devices without a cable.
    """

    def __init__(self, recording: Recording, hub: Hub, during: During, folder: Folder, begun_by: str | None) -> None:
        self.recording = recording
        self.hub = hub
        self.during = during
        self.begun_by = begun_by
        self.failure: str | None = None
        self.folder = folder
        self.is_ending = False
        self.typing = Typing(recording.plan.devices, recording.put)
        self._stating = threading.Lock()
        self._tapping = threading.Lock()
        self._last: dict[str, tuple[Kind, dict[str, Any], int]] = {}

    @property
    def plan(self) -> Plan:
        return self.recording.plan

    @property
    def session(self) -> str:
        return self.plan.session

    def state(self, kind: Kind, content: Mapping[str, Any]) -> None:
        """Let what somebody states take its place among the bytes, its free texts sealed; from any thread.

        `content` says who states it (`by`). Raises BadInputError for a syringe or a question that this session has not,
        NotNowError when the session takes nothing more.
        """
        seal = partial(Sealer(self.folder.keys).seal_text, self.plan.subject)
        with self._stating:
            self.recording.put(*self.during.chunks(kind, dict(content), seal))

    def state_once(self, kind: Kind, content: Mapping[str, Any]) -> bool:
        """The same, unless just this was the last that was stated of its sort a moment ago: a second tap says no more.

        False if so. Two people at two tablets who state the same at once state it once, too.
        """
        said = {name: value for name, value in content.items() if name != "by"}
        sort, now = _SORTS.get(kind, kind.value), clock.boot_ns()
        with self._tapping:
            last = self._last.get(sort)
            if last is not None and last[:2] == (kind, said) and now - last[2] < _TWICE_NS:
                return False
            self._last[sort] = (kind, said, now)
        try:
            self.state(kind, content)
        except BaseException:
            with self._tapping:
                self._last.pop(sort, None)
            raise
        return True

    def opened(self, value: Mapping[str, Any]) -> str:
        """A free text of this session, or what stands in the place of one that does not open."""
        return Sealer(self.folder.keys).open_text(self.plan.subject, value)

    def end(self, by: str) -> None:
        """End the session in order; who ended it stands in its last entry."""
        self.is_ending = True
        self.recording.stop(f"ended by {by}")
        self.hub.wake()

    def run(self, desk: Desk, _: Writer) -> None:
        """Record until the end, on the desk's thread; what waits for the desk is done between batches.

        That it is over is told by whoever called it, when another session can be begun (`hub.end`).
        """
        desk.woken_by(self.recording.wake)
        try:
            self.recording.run(idle=desk.turn, switch=_SWITCH)
        except Exception as error:
            self.failure = str(error) if isinstance(error, DevicelogError) else _failed(error)
            _log.error("session ended by a failure", session=self.session, cause=type(error).__name__)
        finally:
            desk.woken_by(None)
            gc.unfreeze()


def _failed(error: Exception) -> str:
    """What to say of what nobody foresaw; its own words may quote what was recorded."""
    return f"the recording failed ({type(error).__name__}) and has ended; what was acknowledged is kept."
