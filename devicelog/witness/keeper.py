"""Brings the seals of a store to its witnesses: all that each of them lacks, whenever there is a chance."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from pathlib import Path

import structlog

from devicelog.errors import DevicelogError
from devicelog.ledger import Seal
from devicelog.store.folder import Folder
from devicelog.store.reader import Reader
from devicelog.witness import file
from devicelog.witness.places import alone, registered

#: While a session is recorded, new seals are looked for this often (s): a running session is sealed every minute.
_EVERY = 60.0
#: The end of a session waits this long for a slow medium (s).
_PATIENCE = 5.0

_log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one witness: so many seals were written, or why none could be."""

    path: Path
    written: int
    fault: str | None = None


def catch_up(reader: Reader) -> list[Outcome]:
    """Append to every registered witness the seals that it lacks; what fails is said, never raised."""
    try:
        paths = registered(reader.folder)
    except DevicelogError as error:
        return [Outcome(reader.folder.keys.folder, 0, str(error))]
    return [bring(reader, path) for path in paths]


def bring(reader: Reader, path: Path) -> Outcome:
    """Append to one witness file the seals that it lacks; none while another process is at it, which brings them."""
    try:
        with alone(reader.folder) as own:
            return Outcome(path, file.append(path, _missing(reader, path)) if own else 0)
    except (OSError, ValueError, DevicelogError) as error:
        why = error.strerror if isinstance(error, OSError) and error.strerror else str(error)
        return Outcome(path, 0, f"{path} cannot be written ({why}); plug the medium in, or mend its rights")


@dataclass(frozen=True, slots=True)
class Standing:
    """A registered witness: its last seal is number `reaches` of the `of` in the store, or why it cannot be used."""

    path: Path
    reaches: int
    of: int
    fault: str | None = None

    @property
    def says(self) -> str:
        """How far it reaches, in words."""
        return f"holds the seals up to {self.reaches} of {self.of}"


def standing(reader: Reader) -> list[Standing]:
    """Every registered witness; StoreFormatError if the list of them cannot be read."""
    end = reader.seal_count()
    return [_standing(path, reader.folder.id, end) for path in registered(reader.folder)]


def _standing(path: Path, installation: str, end: int) -> Standing:
    try:
        last = file.last_of(path, installation)
    except OSError as error:
        return Standing(path, 0, end, f"is not there ({error.strerror}); plug the medium in, seals follow then")
    return Standing(path, last.number if last is not None else 0, end)


def _missing(reader: Reader, path: Path) -> list[Seal]:
    """What follows the last seal of the file; where that one is not in the store, all that the file does not hold."""
    last = file.last_of(path, reader.folder.id)
    if last is not None:
        after = list(reader.seals_from(last.number))
        if after and last.agrees(after[0].digest):
            return after[1:]
    held = {claim.digest for claim in file.read(path).claims if claim.is_of(reader.folder.id)}
    return [seal for _, _, seal in reader.seals() if seal.digest not in held]


class Keeper:
    """Catches up in a thread of its own while a session lasts: a medium that hangs keeps no recording waiting."""

    def __init__(self, folder: Folder) -> None:
        self._folder = folder
        self._over = threading.Event()
        self._thread = threading.Thread(target=self._run, name="witnesses", daemon=True)
        self._told: set[Path] = set()

    def start(self) -> None:
        """Tell the witnesses what they missed, and go on with what comes."""
        self._thread.start()

    def finish(self) -> None:
        """Tell them the rest; comes back also if a medium does not."""
        self._over.set()
        self._thread.join(_PATIENCE)
        if self._thread.is_alive():
            _log.error("a witness does not answer", store=self._folder.id, cause="its medium hangs; seals follow later")

    def _run(self) -> None:
        while True:
            last = self._over.is_set()
            self._once()
            if last:
                return
            self._over.wait(_EVERY)

    def _once(self) -> None:
        try:
            if not registered(self._folder):
                return
            with Reader.open(self._folder.path) as reader:
                outcomes = catch_up(reader)
        except DevicelogError as error:
            _log.error("the witnesses could not be told", store=self._folder.id, cause=type(error).__name__)
            return
        for outcome in outcomes:
            self._tell(outcome)

    def _tell(self, outcome: Outcome) -> None:
        """One line of the log for each change."""
        if outcome.fault is None:
            if outcome.path in self._told:
                _log.warning("a witness is back", store=self._folder.id, cause=str(outcome.path))
            self._told.discard(outcome.path)
        elif outcome.path not in self._told:
            self._told.add(outcome.path)
            _log.error("a witness could not be told", store=self._folder.id, cause=str(outcome.path))
