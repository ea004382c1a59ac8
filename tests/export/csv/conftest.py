"""One session with everything in it, exported once: products, syringes, alarms, gaps, screening, hostile texts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from devicelog.amending.correcting import correct
from devicelog.export import chosen
from devicelog.export.csv import csv_package
from devicelog.export.folder.package import export
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader
from devicelog.store.statements import state_late
from devicelog.store.writer import Writer
from tests.export.conftest import Script, injections, play
from tests.products.kit import product, syringe

BY = {"by": "Dr A"}
SAYS: list[Any] = [
    (Kind.OPENED, {**BY, "role": "=physician", "registration": "-12", "place": "+room\n2"}),
    (Kind.HISTORY, {**BY, "reviewed": "yes"}),
    (
        Kind.SCREENING,
        {**BY, "code": "epilepsy", "question": "Epilepsy?", "answer": "yes", "severity": "stop", "raises": "stop"},
    ),
    (Kind.SCREENING, {**BY, "code": "alcohol", "answer": "no", "severity": "ask", "raises": "none"}),
    (Kind.OVERRIDE, {**BY, "of": "screening:epilepsy", "reason": 'seizure-free, "ten" years\r\n=1'}),
    (Kind.CONSENT, {**BY, "given": "yes", "form": "＝C", "version": "3", "taken_by": "Dr A"}),
    (Kind.PRODUCT, product(1, name="=Hyal").content()),
    (Kind.PRODUCT, product(2, name="Lido", lot=None).content()),
    (Kind.SYRINGE, syringe(1, (1, "0.5"), label="@face").content()),
    (Kind.SYRINGE, syringe(2, (1, "0.5"), (2, "0.5")).content()),
    (Kind.CONSUMABLE, {**BY, "what": "needle", "gauge": 30, "length": "4", "needles": 1, "lot": None}),
    (Kind.CONSUMABLE, {**BY, "what": "electrode", "type": "patch", "area": "12.5", "lot": "E1"}),
    (Kind.SYRINGE_IN_USE, {"syringe": 1, "because": "chosen"}),
    {"id": "=SN\x001"},
    {"report": "settings", "values": [1]},
    *injections(40),
    b"not a frame\n",
    (Kind.ZONE, {"zone": "chin"}),
    (Kind.SYRINGE_IN_USE, {"syringe": 2, "because": "empty"}),
    {"report": "injection", "values": [45, 20_000, 9000, 'a,"b"\r\n=c']},
    {"report": "injection", "values": [46, 7, 1500, None], "units": ["", "ML", "um", ""]},
    {"report": "injection", "values": [47, 20, 1500, "\x00"], "units": ["", "uL", "um", ""]},
    {"report": "alarms", "values": [-3]},
    (Kind.NOTE, {"text": "=1+1 李雷"}),
    (Kind.POINTS, {**BY, "zone": "chin", "drawing": "face", "points": [["0.41", "0.22"], ["0.5", "0.25"]]}),
    (Kind.LEFTOVER, {**BY, "syringe": 1, "left": "0.1", "wasted": "0", "unit": "mL"}),
    {"report": "totals", "values": [44, 900_000]},
]


@dataclass(frozen=True, slots=True)
class Exported:
    """A folder of CSV files, and what it was made of."""

    folder: Path
    again: Path
    """The same, written once more."""
    session: ExportedSession


@pytest.fixture(scope="session")
def rich(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Exported]:
    """That session, amended twice and stated of afterwards."""
    root = tmp_path_factory.mktemp("rich")
    with ExitStack() as opened:
        with pytest.MonkeyPatch.context() as patch:
            patch.setenv("DEVICELOG_KEYS", str(root / "keys"))
            play(root / "store", Script(says=SAYS))
            with Writer.open(root / "store") as writer:
                row = writer.session("last")
                correct(writer, row, "consent.version", "4", by="Dr B", role="physician", reason="misread")
                correct(writer, row, "product.2.lot", "L7", by="Dr B", role=None, reason="-found on the box")
                state_late(writer, row, Kind.REACTION, {**BY, "codes": ["redness"], "severity": "mild"})
                state_late(writer, row, Kind.FOLLOW_UP, {**BY, "on": "2026-12-24"})
            reader = opened.enter_context(Reader.open(root / "store"))
            folder = export(reader, "last", root / "out", chosen(["csv", "json"])).folder
            session = ExportedSession.of(Evidence(reader).session(reader.session("last")))
            again = root / "again"
            again.mkdir()
            csv_package.write(session, again)
        yield Exported(folder, again, session)
