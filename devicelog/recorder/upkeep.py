"""All in which a device can be odd: who it is, where a report stands, bad frames, states, a driver that fails."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from devicelog.driver import BadFrame, Identity, Metric, Priority, Reading
from devicelog.ledger import Kind
from devicelog.observation.counters import Change, Counter
from devicelog.observation.layout import Layout
from devicelog.recorder.backfill import Backfill
from devicelog.recorder.continuity import Place
from devicelog.recorder.gaps import Gaps
from devicelog.recorder.journal import Journal
from devicelog.recorder.own_count import Carried
from devicelog.recorder.settling import Settling
from devicelog.recorder.source import CONFIRM_US, Shape, Source
from devicelog.treatment.alarm import AlarmBook
from devicelog.treatment.intervals import Interval
from devicelog.treatment.monitor import Monitor

#: What the program says of itself in acts: alarms that end with the process that raised them.
_OF_THE_PROGRAM = ("store", "standstill")
_COUNTED = {
    Change.WRAP: Kind.COUNTER_WRAPPED,
    Change.RESET: Kind.COUNTER_RESET,
    Change.ANOMALY: Kind.COUNTER_ANOMALY,
}


class Upkeep:
    """Writes what is odd about the devices of a session, raises its alarms, and says whether a reading counts."""

    def __init__(self, journal: Journal, alarms: AlarmBook, monitor: Monitor, sources: Mapping[int, Source]) -> None:
        self.gaps = Gaps(journal, alarms, monitor)
        self.settling = Settling(journal, alarms, monitor)
        self.backfill = Backfill(journal, alarms, monitor, self.gaps, self.settling)
        self._journal = journal
        self._alarms = alarms
        self._monitor = monitor
        self._tally = monitor.tally
        self._sources = sources

    def opened(self, source: Source, port: str) -> None:
        """The port is open, for the first time or again."""
        first = source.heard_us is None and source.gap is None
        self._journal.write(Kind.LINK_OPENED if first else Kind.LINK_RESTORED, {"link": source.number, "port": port})
        source.open_at(self._journal.t)
        if not first:
            self._alarms.end(("reader", source.number))
            self._alarms.end(("port", source.number))
            self._monitor.doubt(source.number)  # whoever is on the line now has to state its settings anew
        if source.quarantined:
            self.gaps.open(source, "the driver failed", alarm=False)

    def identity(self, source: Source, identity: Identity) -> None:
        """A device said who it is: bound, confirmed after a reconnect, or another than before."""
        known, source.identity = source.identity, identity
        if not source.is_counted:
            source.heard(self._journal.t)
        if known is None:
            self._journal.write(Kind.DEVICE_BOUND, source.device())
        elif (known.model, known.serial) != (identity.model, identity.serial):
            self._another_device(source, known)
        elif source.must_confirm:
            self._journal.write(Kind.DEVICE_CONFIRMED, source.device())
            if not identity.serial:
                text = f"the {identity.model} that came back tells no serial number: it may be another"
                self._alarms.begin(("no serial", source.number), Priority.LOW, text, latching=True, link=source.number)
        source.must_confirm = False
        self._alarms.end(("who", source.number))
        for other in self._sources.values():
            if other is not source and other.is_same_device(identity):
                text = f"the device {identity.serial} is on two links: what it reports is counted twice"
                self._alarms.begin(("twice", identity.serial), Priority.HIGH, text, latching=True, link=source.number)

    def _another_device(self, source: Source, known: Identity) -> None:
        device = source.device()
        self.backfill.give_up(source, "another device is on the line")
        self.settling.without_report(source, "another device took its place")
        self._journal.write(Kind.DEVICE_CHANGED, {**device, "before": known.serial})
        text = f"another device on the line: {device['serial']} in the place of {known.serial}"
        self._alarms.begin(("device", source.number), Priority.HIGH, text, latching=True, link=source.number)
        source.forget_device()
        self._tally.forget_device(source.number)
        self._monitor.forget(source.number)

    def bad_frame(self, source: Source, bad: BadFrame) -> None:
        """Bytes that are no frame; many of them in a short time are an alarm until the line is good again."""
        content = {"link": source.number, "at": bad.at, "length": len(bad.raw), "reason": bad.reason[:200]}
        self._journal.write(Kind.BAD_FRAME, content)
        if source.bad_frames.are_too_many_with(self._journal.t):
            text = f"many bad frames from {source.driver.name}: wrong settings of the port, or a bad cable"
            self._alarms.begin(("bad frames", source.number), Priority.LOW, text, link=source.number)

    def look(self, source: Source) -> None:
        """Time has passed: silence becomes a gap, and an alarm about bad frames ends when there are few."""
        if source.bad_frames.are_few_at(self._journal.t):
            self._alarms.end(("bad frames", source.number))
        self.gaps.check_silence(source)
        if source.held and self._journal.t - source.opened_us > CONFIRM_US:
            text = f"the device on the line of {source.driver.name} does not say who it is: nothing of it is counted"
            self._alarms.begin(("who", source.number), Priority.HIGH, text, link=source.number)
        self.backfill.look(source)

    def drop_held(self, source: Source, reading: Reading, shape: Shape) -> None:
        """A reading of a device that never said who it is: kept, and counted for nobody."""
        content = {"link": source.number, "at": reading.at, "layout": shape.layout.number, "values": reading.values}
        self._journal.write(Kind.UNCONFIRMED, content)

    def end(self, source: Source) -> None:
        """The session ends: nothing more will come."""
        self.gaps.check_end(source)
        self.gaps.close(source, None)
        self.backfill.give_up(source, "the session ended")
        self.settling.without_report(source, "the session ended")

    def driver_fault(self, source: Source, error: Exception) -> None:
        """A driver raised: its bytes are kept; after several faults it is asked no more."""
        source.renew_decoder()
        self._driver_fault(source, repr(error)[:500])

    def driver_hung(self, source: Source, why: str) -> None:
        """A driver did not come back: its bytes are kept, and it is asked no more."""
        source.quarantine()
        self._driver_fault(source, why)
        self.gaps.open(source, "the driver failed")

    def go_on(self, cause: str) -> None:
        """Nobody listened: what a device did meanwhile is missing, also of one that rested and may have begun again.

        What a person types is of the time before, and waits for nobody. A query may have left the host last of all,
        with nobody left to say so: what it made the device clear is not known.
        """
        for source in self._sources.values():
            if source.heard_us is not None and not source.driver.is_typed:
                self.gaps.open(source, cause)
            source.clearings.doubt()
        for about in _OF_THE_PROGRAM:
            self._alarms.end(("act", about))

    def reader_failed(self, source: Source, why: str) -> None:
        """The thread that reads the port is being replaced; until it is back, nothing is heard."""
        text = f"the link of {source.driver.name} is not read: {why}"
        self._alarms.begin(("reader", source.number), Priority.HIGH, text, latching=True, link=source.number)

    def port_not_taken(self, source: Source, why: str) -> None:
        """A port is there that may be somebody else's."""
        self._alarms.begin(("port", source.number), Priority.HIGH, why, link=source.number)

    def _driver_fault(self, source: Source, error: str) -> None:
        content = {
            "link": source.number,
            "driver": source.driver.name,
            "error": error,
            "at": source.received,
            "asked_no_more": source.quarantined,
        }
        self._journal.write(Kind.DRIVER_FAULT, content)
        if source.opened:
            self.gaps.open(source, "the driver failed", alarm=False)
        text = f"the driver {source.driver.name} failed; its bytes are kept and can be decoded later"
        self._alarms.begin(("driver", source.number), Priority.HIGH, text, latching=True, link=source.number)

    def new_shape(self, source: Source, shape: Shape) -> None:
        """A kind of reading that was not seen before, with what is wrong with its units."""
        self._journal.write(Kind.LAYOUT, shape.layout.content())
        for fault in shape.layout.faults():
            text = f"a unit of {source.driver.name} cannot be used, the value is kept as sent: {fault}"
            self._alarms.begin(("unit", source.number, fault), Priority.MEDIUM, text, link=source.number)

    def state(self, source: Source, metric: Metric, value: Any) -> None:
        """A state of the device changed: the alarm of the old one ends, that of the new one begins."""
        condition = ("state", source.number, metric.name)
        self._alarms.end(condition)
        source.states[metric.name] = value
        means = metric.conditions.get(value)
        if means is not None:
            self._alarms.begin(
                condition, means.priority, means.text, latching=means.latching, link=source.number, state=str(value)
            )

    def interval(self, source: Source, interval: Interval) -> None:
        """A counter of a device that is polled went back: what was given may be more than what is known."""
        if interval.odd:
            text = f"{source.driver.name}: {interval.oddness()}; what was given in between is not known exactly"
            self._alarms.begin(("moment", source.number), Priority.MEDIUM, text, latching=True, link=source.number)
            self._alarms.end(("moment", source.number))

    def statement(self, source: Source, layout: Layout, values: Sequence[Any]) -> Interval | None:
        """What a person stated was given; None for a correction of nothing, which counts nothing."""
        settings, now_us = self._tally.certain_settings(source.number), self._journal.t
        if not source.driver.report(layout.report).corrects:
            interval, compared = source.statements.see(layout, values, now_us, settings, self._tally.zone)
        else:
            found = source.statements.correct(layout, values, now_us, settings)
            if found is None:
                text = (
                    f"{source.driver.name}: the last statement was of something else, or there was none: no correction"
                )
                self._alarms.begin(("moment", source.number), Priority.LOW, text, latching=True, link=source.number)
                self._alarms.end(("moment", source.number))
                return None
            interval, compared = found
        if compared is not None:
            self.settling.stated(source, compared)
        return interval

    def out_of_order(self, source: Source, shape: Shape, reading: Reading, place: Place) -> bool:
        """What the sequence shows, or the count that it carries itself; whether the reading counts."""
        named = {"link": source.number, "at": reading.at}
        match place:
            case Place.REPEAT:
                self._journal.write(Kind.REPEAT, named)
                source.heard(self._journal.t)  # it says nothing new, but it is not silent
                self.gaps.close(source, None)
                return False
            case Place.LATE if self.backfill.is_repeat(source, shape, reading):
                self._journal.write(Kind.REPEAT, named)
                return False
            case Place.CONFLICT | Place.LATE:
                if place is Place.LATE and shape.carried is not None:
                    self._went_back(source, reading, shape.carried)
                content = {**named, "layout": shape.layout.number, "values": reading.values, "because": place.value}
                self._journal.write(Kind.CONFLICT, content)
                text = "a report came again with other content, or long after its turn; it is kept and not counted"
                self._alarms.begin(("conflict", source.number), Priority.MEDIUM, text, link=source.number)
                return False
            case Place.FIRST:
                self.gaps.close(source, None)
            case Place.RESTARTED:
                self._restarted(source, shape, reading)
            case Place.AFTER_MISSING:
                self.gaps.open(source, "frames are missing")
                self.backfill.close(source, shape, reading, source.continuity.missing)
        return True

    def _went_back(self, source: Source, reading: Reading, carried: Carried) -> None:
        """The count of an injection is less than that of one before; the counter goes on from where it was."""
        metric = source.driver.report(reading.report).metrics[carried.count].name
        seen = {"before": source.own_count.value, "now": reading.values[carried.count]}
        self._journal.write(Kind.COUNTER_ANOMALY, {"link": source.number, "at": reading.at, "metric": metric, **seen})

    def _restarted(self, source: Source, shape: Shape, reading: Reading) -> None:
        """The device's counters begin again; after the end of a treatment that is no fault, and nothing is missing."""
        self.settling.without_report(source, "the device restarted")
        for counter in source.counters.values():
            counter.restart()
        self._tally.restart(source.number)
        content = {"link": source.number, "at": reading.at, "epoch": source.continuity.epoch}
        self._journal.write(Kind.DEVICE_RESTARTED, content)
        if not source.resting or self._begins_late(shape, reading):
            text = "the device restarted: what it did around that moment may be missing"
            self._alarms.begin(("moment", source.number), Priority.MEDIUM, text, link=source.number)
            self._alarms.end(("moment", source.number))
            self.gaps.open(source, "the device restarted")
        self._monitor.doubt(source.number)
        self.backfill.close(source, shape, reading, None)

    @staticmethod
    def _begins_late(shape: Shape, reading: Reading) -> bool:
        """Whether an epoch that is numbered from 0 was not heard from its beginning."""
        numbering = shape.numbering
        return numbering is not None and numbering.zeroed and bool(reading.values[numbering.sequence])

    def counter(self, source: Source, at: int, counter: Counter, value: Any) -> None:
        """A counter did not go up by one: say what happened to it, unless it is another plain step."""
        if not isinstance(value, int):
            return
        elapsed = self._journal.t - source.heard_us if source.heard_us is not None else 0
        seen = counter.see(value, elapsed)
        if seen is None or seen[1].change is Change.STEP:
            return
        before, found = seen
        content = {"link": source.number, "at": at, "metric": counter.metric.name, "before": before, "now": value}
        exact = {"counted": found.delta, "exact": found.exact} if found.delta is not None else {}
        self._journal.write(_COUNTED[found.change], content | exact)
        if found.change is Change.ANOMALY:
            text = f"{counter.metric.name} went from {before} to {value}: no step, wrap or restart explains that"
            self._alarms.begin(("counter", source.number), Priority.MEDIUM, text, link=source.number)
            self._alarms.end(("counter", source.number))
