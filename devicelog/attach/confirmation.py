"""Who the devices of a recording say they are, held against the bindings: before it begins, and while it lasts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from queue import Empty, SimpleQueue

from devicelog import clock
from devicelog.acts.binding import Binding, Bindings, printable, told
from devicelog.attach.introduction import ASK_AGAIN, Introduction
from devicelog.attach.seat import bound_at
from devicelog.chunk import Chunk
from devicelog.driver import Identity
from devicelog.errors import NotNowError, StrangerError
from devicelog.link.adapter import Adapter
from devicelog.link.link import Link
from devicelog.link.polls import UNASKED
from devicelog.link.whereabouts import adapters
from devicelog.patience import Patience
from devicelog.recorder.plan import Bound
from devicelog.recorder.source import Source

#: A bound device has so long to say who it is (s).
PATIENCE = 10.0
#: Between two looks at the time (s).
_LOOK = 0.1


class Confirmation:
    """What is expected on each link: the device of the binding that found its port.

    A device whose port was named is recorded whoever it is; what contradicts a binding is an alarm.
    """

    def __init__(self, devices: Sequence[Bound], known: Bindings) -> None:
        self._devices = {bound.link: bound for bound in devices}
        self._known = known
        here = adapters() if len(known) else {}
        self._there = {bound.link: _binding_of(bound, known, here) for bound in devices}
        self._seen: dict[int, Identity | None] = {}

    @property
    def is_due(self) -> bool:
        """Whether somebody has to say who it is before anything is written."""
        return bool(self._expected())

    def _expected(self) -> dict[int, Binding]:
        """Those whose port was found by a binding, and that can be told by a serial number."""
        found = {number: there for number, there in self._there.items() if there is not None and there.serial}
        return {number: there for number, there in found.items() if self._devices[number].binding == there.number}

    def wait(self, links: Sequence[Link], queue: SimpleQueue[Chunk], patience: Patience) -> list[Chunk]:
        """Wait until all that are expected have said who they are; what was taken from the queue meanwhile.

        Raises StrangerError if another device answers, or nobody in time, NotNowError if a driver fails.
        """
        waiting = self._expected()
        met = {number: self._introduction(number, patience) for number in waiting}
        taken: list[Chunk] = []
        began = asked = clock.boot_ns() / 1e9
        while waiting:
            with suppress(Empty):
                taken.append(queue.get(timeout=_LOOK))
                self._hear(taken[-1], met, waiting)
            now = clock.boot_ns() / 1e9
            if waiting and now - began >= PATIENCE:
                raise self._nobody(*next(iter(waiting.items())))
            if now - asked >= ASK_AGAIN:
                asked = now
                for link in links:
                    if link.number in waiting:
                        link.ask_who()
        return taken

    def _introduction(self, number: int, patience: Patience) -> Introduction:
        try:
            return Introduction(self._devices[number].driver, patience)
        except Exception as error:  # whatever a driver raises
            raise self._failed(number, error) from None

    def _hear(self, chunk: Chunk, met: Mapping[int, Introduction], waiting: dict[int, Binding]) -> None:
        if chunk.link not in waiting:
            return
        introduction = met[chunk.link]
        try:
            introduction.take(chunk)
        except Exception as error:  # whatever a driver raises
            raise self._failed(chunk.link, error) from None
        if introduction.identity is not None:
            self._compare(chunk.link, waiting.pop(chunk.link), introduction.identity)

    def _compare(self, number: int, expected: Binding, identity: Identity) -> None:
        if not expected.is_contradicted_by(identity):
            return
        owner = next((one for one in self._known if one.is_of(identity)), None)
        elsewhere = f" (which is bound to {owner.place})" if owner is not None else ""
        found = f"the device on {self._devices[number].url} says it is {told(identity)}{elsewhere}"
        mend = "plug that one in, or bind what is there with `devicelog bind --replace`"
        raise StrangerError(f"{found}; expected {expected.who}, which is bound there: {mend}.")

    def _nobody(self, number: int, expected: Binding) -> StrangerError:
        device = self._devices[number]
        effects = {query.effect for query in device.driver.queries} - UNASKED - device.allowed
        found = f"the device on {device.url} has not said who it is within {PATIENCE:g} s"
        more = f"allow what it is asked with (--allow {min(effects)}), " if effects else ""
        return StrangerError(f"{found}; expected {expected.who}: switch it on, check its cable, {more}and try again.")

    def _failed(self, number: int, error: Exception) -> NotNowError:
        found = f"the driver {self._devices[number].driver.name} failed ({error!r:.200})"
        return NotNowError(f"{found} before the device had said who it is; report this to its author.")

    def doubts(self, sources: Mapping[int, Source]) -> Iterator[tuple[str, str]]:
        """What devices newly said of themselves that contradicts a binding: what it is about, and the sentence."""
        for number, source in sources.items():
            if source.identity is not None and source.identity is not self._seen.get(number):
                self._seen[number] = source.identity
                yield from self._contradictions(number, source.identity)

    def _contradictions(self, number: int, identity: Identity) -> Iterator[tuple[str, str]]:
        there, found = self._there[number], f"{told(identity)} is on {self._devices[number].url}"
        about = f"binding of link {number}, {identity.serial}"
        fault = self._devices[number].driver.recognition.fault(identity)
        if fault is not None:
            driver = self._devices[number].driver.name
            yield f"{about}: recognition", printable(f"the device on {self._devices[number].url} {fault}, by {driver}")
        if there is not None and there.is_contradicted_by(identity):
            yield f"{about}: here", f"{found}, and bound there is {there.who}"
        owner = next((one for one in self._known if one.is_of(identity)), None)
        if owner is not None and owner is not there:
            yield f"{about}: elsewhere", f"{found}, and is bound to {owner.place}"


def _binding_of(bound: Bound, known: Bindings, here: Mapping[str, Adapter]) -> Binding | None:
    """The binding that found a device, or that its port belongs to."""
    if bound.binding is not None:
        return next((one for one in known if one.number == bound.binding), None)
    return bound_at(bound.url, known, here)
