"""The recorder of a session whose zones were corrected: only a replay has one, so that a recording pays nothing."""

from __future__ import annotations

from devicelog import clock
from devicelog.driver import Reading, ReportKind
from devicelog.observation.run import Run
from devicelog.patience import Patience
from devicelog.recorder.corrections import Corrections
from devicelog.recorder.plan import Plan
from devicelog.recorder.recorder import Recorder
from devicelog.recorder.source import Source
from devicelog.treatment.protocol import TreatmentProtocol


class CorrectedRecorder(Recorder):
    """Counts each report in the zone where it was corrected to; the rest is as recorded."""

    def __init__(
        self,
        plan: Plan,
        protocol: TreatmentProtocol | None,
        start: clock.Stamp,
        patience: Patience,
        corrections: Corrections,
    ) -> None:
        super().__init__(plan, protocol, start, patience)
        self._zones.corrections = corrections
        self._upkeep.backfill.corrections = corrections

    def _run(self, source: Source, run: Run) -> None:
        """One by one: a correction may begin within."""
        for reading in run.readings:
            self._reading(source, reading)

    def _reading(self, source: Source, reading: Reading) -> None:
        if not reading.from_memory:
            counted = counts(self._shape_of(source, reading).layout.kind)
            (self._zones.place if counted else self._zones.look)(source.number, reading.at)
        super()._reading(source, reading)


def counts(kind: ReportKind) -> bool:
    """Whether such a report adds to what was given in a zone, or was purged while it was in use."""
    return kind.treats or kind is ReportKind.PURGE
