"""Replay: the kept chunks of a session through the same line again; shows what differs and changes nothing.

A session that was amended has several versions. Each is decoded again by the drivers that made it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import closing
from dataclasses import dataclass, replace
from typing import Any

from devicelog import registry, stored
from devicelog.chunk import Chunk, ChunkKind, Fault, is_fault
from devicelog.driver import Driver
from devicelog.errors import BadInputError
from devicelog.ledger import Kind, Line, decode
from devicelog.ledger.amendment import Version, What, amending, versions
from devicelog.ledger.statement import LATE, late
from devicelog.patience import Limited, Patience
from devicelog.recorder.beginning import protocol_in, start_in
from devicelog.recorder.corrected import CorrectedRecorder
from devicelog.recorder.corrections import Corrections, ZoneCorrection
from devicelog.recorder.plan import Plan, profile_content
from devicelog.recorder.recorder import Recorder
from devicelog.replay.comparison import Difference, compare
from devicelog.store.reader import SessionRow
from devicelog.store.reading import SessionReader

#: What an amendment does that holds all entries anew.
_DECODES = (What.DECODED_AGAIN, What.IMPORTED, What.ZONE_CORRECTED)


@dataclass(frozen=True, slots=True)
class Named:
    """A driver as an entry names it; `profile` is what the entry holds of the device profile that it was made of."""

    driver: str
    package: str
    profile: Mapping[str, str] | None = None

    def content(self) -> dict[str, Any]:
        """As an entry holds it."""
        profile = {"profile": self.profile} if self.profile is not None else {}
        return {"driver": self.driver, "package": self.package, **profile}

    def installed(self) -> Driver:
        """The driver itself; raises UnknownNameError."""
        return registry.recorded_driver(self.content())


@dataclass(frozen=True, slots=True)
class Decoding:
    """The drivers by which a session is decoded, by link.

    What was imported is decoded as well, and zones are as they were corrected, up to the amendment `through`.
    """

    drivers: Mapping[int, Named]
    through: int = 0

    @classmethod
    def of(cls, devices: Sequence[Mapping[str, Any]], through: int = 0) -> Decoding:
        """Those of a first entry or an amendment."""
        return cls({device["link"]: _named(device) for device in devices}, through)

    def content(self) -> list[dict[str, Any]]:
        """As an amendment holds it, with the versions that are installed."""
        return [
            {"link": link, "driver": each.driver, "driver_version": each.installed().version, **each.content()}
            for link, each in self.drivers.items()
        ]


class Replay:
    """A session that can be decoded again.

    Raises BadInputError if it does not begin as a session does, StoreFormatError if it is damaged.
    """

    def __init__(self, store: SessionReader, session: SessionRow) -> None:
        self.store = store
        self.session = session
        first = next(stored.entries(self.lines(), session), None)
        if first is None or first.kind != Kind.STARTED:
            raise BadInputError(f"session {session.id} does not begin with a 'started' entry; run `devicelog verify`.")
        self.started: dict[str, Any] = first.content
        with stored.readable("entry 1", session):
            self.as_recorded = Decoding.of(self.started["devices"])
        with stored.readable("an amendment", session):
            self.versions = versions(self.lines)

    def lines(self) -> Iterator[Line]:
        """The entries as they are stored, amendments included."""
        return iter(self.store.lines(self.session.number))

    def decoding(self, version: Version) -> Decoding:
        """The drivers that made a version."""
        if version.amendment is None:
            return self.as_recorded
        return Decoding.of(version.amendment["drivers"], version.number)

    def chosen(self, drivers: Sequence[str]) -> Decoding:
        """The drivers that count now, with others in their place: `NAME`, or `LINK=NAME` where there are several links.

        Raises BadInputError, or UnknownNameError for a driver that is not installed.
        """
        counts = self.versions[-1]
        decoding = dict(self.decoding(counts).drivers)
        if not drivers:
            installed = {link: replace(each, package=_package(each)) for link, each in decoding.items()}
            return Decoding(installed, counts.number)
        for text in drivers:
            link, name = _link(text, decoding)
            driver = registry.driver(name)
            package = registry.package_of(driver) or decoding[link].package
            decoding[link] = Named(driver.name, package, profile_content(driver).get("profile"))
        return Decoding(decoding, counts.number)

    def decoded(
        self, decoding: Decoding, more: Sequence[Chunk] = (), zones: Sequence[ZoneCorrection] = ()
    ) -> Iterator[Line]:
        """The entries that the chunks of the recording give now, and what was imported, with `more` files behind it.

        `zones` are corrections behind those that were made already. Raises UnknownNameError, StoreFormatError.
        """
        files = [*self._files(decoding.through), *more]
        made = [*self._zones(decoding.through), *zones]
        with closing(Limited(stays_armed=True)) as patience:
            corrections = Corrections(made, self._pauses(decoding, files, patience)) if made else None
            yield from self._played(self._recorder(decoding, patience, corrections), files)

    def _zones(self, through: int) -> list[ZoneCorrection]:
        """The zones that were corrected up to an amendment."""
        acts = map(_amendment, stored.chunks(self.store, self.session) if through else ())
        made = (act for act in acts if act is not None and act["amendment"] <= through)
        return [one for act in made for one in ZoneCorrection.all_of(act)]

    def _pauses(self, decoding: Decoding, files: Sequence[Chunk], patience: Patience) -> list[bool]:
        """At which pauses a planned zone begins without any correction: that does not change by one."""
        recorder = self._recorder(decoding, patience, None)
        for _ in self._played(recorder, files):
            pass
        return recorder.at_pauses

    def _files(self, through: int) -> list[Chunk]:
        """The files that were imported up to an amendment."""
        files: list[Chunk] = []
        waiting: list[Chunk] = []
        for chunk in stored.chunks(self.store, self.session) if through else ():
            if chunk.kind is ChunkKind.FILE:
                waiting.append(chunk)
            act = _amendment(chunk)
            if act is not None:
                files += waiting if act["amendment"] <= through else []
                waiting = []
        return files

    def _recorder(self, decoding: Decoding, patience: Patience, corrections: Corrections | None) -> Recorder:
        with stored.readable("entry 1", self.session):
            drivers = {link: (each.installed(), each.package) for link, each in decoding.drivers.items()}
            plan = Plan.from_content(self.started, drivers)
            given = plan, protocol_in(self.started), start_in(self.started), patience
            return Recorder(*given) if corrections is None else CorrectedRecorder(*given, corrections)

    def _played(self, recorder: Recorder, files: Sequence[Chunk]) -> Iterator[Line]:
        """What a recorder makes of the chunks of the recording."""
        with stored.readable("entry 1", self.session):
            mended = _other_drivers(self.started, recorder.plan)
        yield from recorder.take()[0]
        with stored.readable("chunk", self.session) as at:
            for at.number, chunk in enumerate(stored.chunks(self.store, self.session), start=1):
                if chunk.link in mended and is_fault(chunk, Fault.DRIVER_HUNG):
                    continue
                over = _ends(chunk)
                if over:  # what was brought later stands before the end, at the moment of it
                    for file in files:
                        recorder.handle(replace(file, boot_ns=chunk.boot_ns, wall_ns=chunk.wall_ns))
                recorder.handle(chunk)
                yield from recorder.take()[0]
                if over:
                    return  # what follows came after the recording

    def again(self) -> Iterator[Line]:
        """The whole ledger again, amendments included."""
        last, over = None, False
        for last in self.decoded(self.as_recorded):
            yield last
        for chunk in stored.chunks(self.store, self.session):
            over = over or _ends(chunk)
            act = _late(chunk) if over else None
            if act is None or last is None:
                continue
            lines = self._behind_the_end(last, *act)
            yield from lines
            last = lines[-1]

    def _behind_the_end(self, last: Line, kind: Kind, act: dict[str, Any]) -> list[Line]:
        """The lines that an act behind the end of the session gave."""
        if kind is not Kind.AMENDMENT:
            return [late(last, kind, act)]
        decoding = Decoding.of(act["drivers"], act["amendment"]) if act["what"] in _DECODES else None
        return amending(last, act, list(self.decoded(decoding)) if decoding is not None else [])

    def differs(self, version: Version, decoding: Decoding) -> Iterator[Difference]:
        """Where a version differs from what the drivers read now."""
        what = f"amendment {version.number}" if version.number else "what was recorded"
        with stored.readable(what, self.session):
            yield from compare(version.lines(self.lines), self.decoded(decoding))

    def differences(self) -> Iterator[Difference]:
        """Where any version differs from what its drivers read now, unless a later version has just that."""
        for number, version in enumerate(self.versions):
            decoding = self.decoding(version)
            found = self.differs(version, decoding)
            first = next(found, None)
            if first is None or any(self.holds(later, decoding) for later in self.versions[number + 1 :]):
                continue
            yield first
            yield from found

    def holds(self, version: Version, decoding: Decoding) -> bool:
        """Whether a version says what these drivers read now."""
        return next(self.differs(version, decoding), None) is None


def replay(store: SessionReader, session: SessionRow) -> Iterator[Line]:
    """The entries that the kept chunks give now, in order, amendments included.

    Raises BadInputError if the session cannot be replayed, StoreFormatError if it is damaged, UnknownNameError for a
    driver that is not installed.
    """
    return Replay(store, session).again()


def differences(store: SessionReader, session: SessionRow, *, drivers: Sequence[str] = ()) -> Iterator[Difference]:
    """Where a replay differs from what was recorded or last accepted, entry by entry.

    With `drivers` in the place of those that were used, what counts now is held against what they read.
    """
    replayed = Replay(store, session)
    if not drivers:
        return replayed.differences()
    return replayed.differs(replayed.versions[-1], replayed.chosen(drivers))


def _amendment(chunk: Chunk) -> dict[str, Any] | None:
    """What a chunk that amends a session says; None for any other chunk."""
    match _late(chunk):
        case (Kind.AMENDMENT, act):
            return act
    return None


def _late(chunk: Chunk) -> tuple[Kind, dict[str, Any]] | None:
    """Kind and content of an act that may stand behind the end of a session; None for any other chunk."""
    act = decode(chunk.data) if chunk.kind is ChunkKind.ACT else None
    if not isinstance(act, dict) or act.get("kind") not in LATE | {Kind.AMENDMENT}:
        return None
    return Kind(act["kind"]), {name: value for name, value in act.items() if name != "kind"}


def _ends(chunk: Chunk) -> bool:
    """Whether a chunk is the last one of a recording."""
    if chunk.kind is ChunkKind.ACT:
        act = decode(chunk.data)
        return isinstance(act, dict) and act.get("kind") == Kind.INTERRUPTED
    return chunk.kind is ChunkKind.ENDED


def _link(text: str, links: Mapping[int, Any]) -> tuple[int, str]:
    """Which link a driver is for, and its name."""
    link, equals, name = text.rpartition("=")
    known = ", ".join(map(str, links))
    if not equals:
        if len(links) > 1:
            found = f"the session has the links {known}, and {text!r} says of none of them that it is for it"
            raise BadInputError(f"{found}; give LINK=NAME, such as {next(iter(links))}={text}.")
        return next(iter(links)), name
    if not link.isdecimal() or int(link) not in links:
        raise BadInputError(f"{text!r} names no link of the session; expected one of {known}, such as 1={name}.")
    return int(link), name


def _named(device: Mapping[str, Any]) -> Named:
    """By which driver the device of an entry is decoded."""
    return Named(device["driver"], device["package"], device.get("profile"))


def _package(named: Named) -> str:
    """The package that a driver is installed from; as it was recorded if it is not in the list of those installed."""
    if named.profile is not None:
        return registry.package_of(named.installed()) or named.package
    plugin = registry.drivers().get(named.driver)
    return plugin.package if plugin is not None else named.package


def _other_drivers(content: Mapping[str, Any], plan: Plan) -> set[int]:
    """The links whose driver is not the one that was used: if that one hung, this one gets its chance."""
    before = {
        device["link"]: (device["driver"], device["driver_version"], device.get("profile", {}).get("sha256"))
        for device in content["devices"]
    }
    return {bound.link for bound in plan.devices if before[bound.link] != _version(bound.driver)}


def _version(driver: Driver) -> tuple[str, str, str | None]:
    return driver.name, driver.version, driver.profile.sha256 if driver.profile is not None else None
