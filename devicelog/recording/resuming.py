"""A session that goes on after its process was killed or the computer lost power: same id, same ledger, and a gap.

The recorder is a function of its plan and its chunks, and both are kept. So it is made again of them, and stands where
the one stood that is gone: totals, open alarms, counters, what is still to be read back. Each entry that it makes on
the way is held against the one that was kept; where one differs, the session is not gone on with.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import structlog

from devicelog import __version__, clock
from devicelog.acts.binding import Bindings
from devicelog.errors import DevicelogError, NotNowError, NotResumableError
from devicelog.ledger import LEDGER_ERRORS, Kind, Line
from devicelog.ledger.resumption import By, Resumption
from devicelog.link.whereabouts import Whereabouts
from devicelog.patience import Limited
from devicelog.recorder.beginning import plan_in, protocol_in, start_in
from devicelog.recorder.plan import Bound
from devicelog.recorder.recorder import Recorder
from devicelog.recording.recording import Acknowledge, OpenSession, Recording, Warn
from devicelog.recording.standstill import Cry, cry_to_stderr
from devicelog.store.history import last_digest
from devicelog.store.reader import SessionRow
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import TreatmentProtocol

#: A session that was kept last so long ago (s) is over, whoever forgot to end it.
WITHIN = 4 * 3600.0

_log = structlog.get_logger()


class _Resumed(Recording):
    """A recording of a session that was begun by another process, whose ports were open and are looked for again."""

    def __init__(
        self,
        session: OpenSession,
        store: Writer,
        at: clock.Stamp,
        acknowledge: Acknowledge,
        warn: Warn,
        cry: Cry,
        known: Bindings | None,
    ) -> None:
        self._session = session
        recorder = session.recorder
        super().__init__(store, recorder.plan, recorder.monitor.protocol, at, acknowledge, warn, cry, known)

    def open_ports(self) -> None:
        """Nothing: a port is looked for like one that went away, and waited for if it is not there."""

    def confirm(self) -> None:
        """Nothing: who is on a line is asked and told like after a line that was lost, and nobody is waited for."""

    def _begin(self, store: Writer, protocol: TreatmentProtocol | None, start: clock.Stamp) -> OpenSession:  # noqa: ARG002
        return self._session

    def _where(self, bound: Bound, known: Bindings) -> Whereabouts | None:
        """A device that was bound belongs to its adapter: its port may be under another name since."""
        binding = next((one for one in known if one.number == bound.binding), None)
        if binding is None or binding.adapter is None:
            return None
        return Whereabouts(bound.url, can_ask=bool(binding.serial), adapter=binding.adapter, alone=binding.alone)


def go_on(
    writer: Writer,
    acknowledge: Acknowledge,
    warn: Warn = lambda _: None,
    cry: Cry = cry_to_stderr,
    known: Bindings | None = None,
    *,
    at: clock.Stamp,
    within: float = WITHIN,
) -> Recording | None:
    """Go on with the newest session that a crash left open, and close the others; None if there is none to go on with.

    The store was opened with `resuming`. Raises NotNowError if it cannot be read or written now.
    """
    running = writer.running_sessions()
    for row in running[:-1]:
        writer.interrupt(row, "another session was begun after it.")
    if not running:
        return None
    newest = running[-1]
    try:
        return resumed(writer, newest, acknowledge, warn, cry, known, at=at, within=within)
    except NotResumableError as error:
        came_of = error.__cause__
        why = str(error) if came_of is None else type(came_of).__name__  # the words of others may quote what is kept
        _log.error("session does not go on", session=newest.id, why=why)
        writer.interrupt(newest, str(error))
        return None


def resumed(
    writer: Writer,
    row: SessionRow,
    acknowledge: Acknowledge,
    warn: Warn = lambda _: None,
    cry: Cry = cry_to_stderr,
    known: Bindings | None = None,
    *,
    at: clock.Stamp,
    boot_id: str | None = None,
    within: float = WITHIN,
) -> Recording:
    """The recording of a session that a crash left open, to go on from `at`; call `open_ports` and `run` as ever.

    `boot_id` names the run of the host that `at` is of; without it, this one. Nothing is written before `run`. Raises
    NotResumableError with the reason in words, NotNowError if the store cannot be read now.
    """
    patience = Limited()
    try:
        recorder = _again(writer, row, patience)
        if last_digest(writer.folder) != recorder.plan.host.get("history"):
            raise NotResumableError("the store was restored or salvaged since; what came after that copy is not here.")
        resumption = Resumption.after(
            recorder.clock.last,
            recorder.clock.boot_id,
            at,
            boot_id if boot_id is not None else clock.boot_id(),
            f"devicelog {__version__}",
        )
        _check_time(resumption, within)
        recorder.handle(resumption.chunk())
        session = OpenSession(recorder, patience, writer.go_on(row))
    except BaseException as error:
        patience.close()
        if isinstance(error, (DevicelogError, *LEDGER_ERRORS)) and not isinstance(
            error, (NotNowError, NotResumableError)
        ):
            raise NotResumableError(_reason(error)) from error
        raise
    _log.warning("session goes on", session=row.id, why=resumption.cause)
    return _Resumed(session, writer, at, acknowledge, warn, cry, known)


def _again(writer: Writer, row: SessionRow, patience: Limited) -> Recorder:
    """A recorder that stands where the one stood that is gone.

    Raises NotResumableError; LEDGER_ERRORS, StoreFormatError for what cannot be read, UnknownNameError for a driver.
    """
    if row.state != "running":
        raise NotResumableError(f"it is {row.state}, and only one that was left open can go on.")
    first = next(writer.lines(row.number), None)
    if first is None or first.kind != Kind.STARTED:
        raise NotResumableError("it does not begin with a 'started' entry; run `devicelog verify`.")
    content = first.entry().content
    plan = plan_in(content)
    _check_drivers(content["devices"], plan.devices)
    recorder = Recorder(plan, protocol_in(content), start_in(content), patience)
    kept = writer.lines(row.number)
    _hold(recorder.take()[0], kept)
    for number, chunk in writer.numbered_chunks(row.number):
        recorder.handle(chunk)
        lines, chunks = recorder.take()
        if chunks != [chunk]:
            raise NotResumableError(f"its chunk {number} is not taken as it was; run `devicelog replay {row.id}`.")
        _hold(lines, kept)
    behind = next(kept, None)
    if behind is not None:
        raise NotResumableError(f"nothing that is kept gives its entry {behind.number}; run `devicelog verify`.")
    if recorder.ended:
        raise NotResumableError("its end was recorded; run `devicelog verify`.")
    recorder.requests.clear()  # they were of lines that are gone
    return recorder


def _check_drivers(kept: Sequence[Mapping[str, Any]], devices: Sequence[Bound]) -> None:
    """Whether each device is read by the version of its driver that began to read it."""
    for before, now in zip(kept, devices, strict=True):
        was, name, version = before["driver_version"], now.driver.name, now.driver.version
        if was != version:
            found = f"it was begun with version {was} of the driver {name}, and version {version} is installed now"
            raise NotResumableError(f"{found}; bring drivers up to date between two sessions.")


def _hold(made: Sequence[Line], kept: Iterator[Line]) -> None:
    """Hold entries against those that were kept."""
    for line in made:
        if next(kept, None) != line:
            same = "was recorded by another version of a program or driver, or was changed"
            raise NotResumableError(
                f"entry {line.number} {same}: what is kept does not give it; run `devicelog verify`."
            )
        if line.kind == Kind.REFUSED:
            raise NotResumableError("it was refused, and is not recorded.")


def _check_time(resumption: Resumption, within: float) -> None:
    """Whether it is still the same session; where no clock tells, the people at the couch do."""
    if resumption.by is not By.NONE and resumption.away_us > within * 1e6:
        found = f"it was kept last {resumption.away_us / 1e6:.0f} s ago by the {resumption.by}"
        raise NotResumableError(f"{found}; expected no more than {within:.0f} s.")


def _reason(error: Exception) -> str:
    """What to say of an error; what a damaged ledger raises may quote it, and is not told."""
    return str(error) if isinstance(error, DevicelogError) else f"it cannot be read ({type(error).__name__})."
