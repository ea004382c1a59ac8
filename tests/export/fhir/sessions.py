"""Sessions of many kinds on a virtual clock, ready to be exported: no store, port, thread or simulator."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from datetime import date
from typing import Any

from devicelog.chunk import NO_LINK, ChunkKind
from devicelog.clock import Stamp
from devicelog.export.session import ExportedSession, SessionSource
from devicelog.ledger import Chain, Kind, encode
from devicelog.ledger.resumption import Resumption
from devicelog.screening.answer import Override, answered
from devicelog.screening.assessment import assess
from devicelog.screening.rules import load
from devicelog.screening.statements import override_content, screening_contents
from devicelog.treatment.protocol import Modality
from devicelog_drivers import reference_mesogun, reference_noneedle
from tests.conftest import BEGINS, Gun, Session, Unit
from tests.export.kept import Kept
from tests.products.kit import product, syringe
from tests.products.stating import acknowledge
from tests.typed_lines import GUN, typing

BY = "Dr A. Example"
LATE = {"wall": "2026-01-03T09:00:00.000000Z", "zone": "+00:00"}
FACE = "meso-face-gun-intradermal"
IONTO = "noneedle-ionto-dc-face"


def exported(session: Session, *behind: tuple[Kind, Mapping[str, Any]], **more: Any) -> ExportedSession:
    """A session with entries behind its last one."""
    lines = list(session.recorder.lines)
    for kind, said in behind:
        last = lines[-1]
        body = encode((last.number + 1, last.entry().t_us, kind.value, said))
        lines.append(Chain(last.number, last.hash).append(body))
    source: SessionSource = Kept(lines, **more)
    return ExportedSession.of(source, "devicelog 1.0")


def state(session: Session, kind: Kind, **said: Any) -> None:
    """Somebody states something now."""
    session.put(ChunkKind.ACT, encode({"kind": kind.value, **said}), link=NO_LINK)


def late(kind: Kind, **said: Any) -> tuple[Kind, Mapping[str, Any]]:
    return kind, {**said, "at": LATE}


def gun(
    protocol: str | None = FACE, *, serial: str = "SN1", needles: int = 1, begun: Mapping[str, str] | None = None
) -> Gun:
    session = Session(reference_mesogun.DRIVER, protocol=protocol, zones=("forehead", "left_cheek"), begun=begun)
    return Gun(session, serial=serial, needles=needles, depth="extension", volume="commanded")


def given(begun: Mapping[str, str] | None = None) -> Gun:
    """Two products in a syringe, twenty injections, one of them too great, which two people have seen."""
    made = gun(begun=begun)
    state(made.session, Kind.OPENED, by=BY, role="physician", registration="GMC 1", place="Room 2")
    state(made.session, Kind.CONSENT, given="yes", form="Meso", version="3", taken_by=BY, on="2025-12-20", by=BY)
    state(made.session, Kind.PRODUCT, **product(1, name="Hyal <&> 李雷").content())
    bare = {**product(2).content(), "lot": None, "expiry": None}
    state(made.session, Kind.PRODUCT, **{name: value for name, value in bare.items() if name != "expiry_printed"})
    state(made.session, Kind.SYRINGE, **syringe(1, (1, "1"), (2, "0.5"), label="face").content())
    state(made.session, Kind.SYRINGE_IN_USE, syringe=1, because="chosen")
    for count in range(20):
        made.session.seconds += 1
        made.inject(60_000 if count == 7 else 20_000)
    acknowledge(made.session, BY, "Nurse B. Seen")
    return made


def whole() -> ExportedSession:
    """Ended, with reactions, an adverse event, a follow-up, a photograph and a note behind it; not signed."""
    made = given()
    state(made.session, Kind.EVENT, code="pain", text="a little", by=BY)
    state(made.session, Kind.NOTE, text="warm\x07 <skin> & such", by=BY)
    made.finish()
    return exported(
        made.session.end(),
        late(Kind.REACTION, codes=["redness", "itching"], severity="mild", by=BY),
        late(Kind.ADVERSE_EVENT, code="bruise", severity="mild", text="told by telephone", began="2026-01-02", by=BY),
        late(Kind.FOLLOW_UP, on="2026-02-01", by=BY),
        late(
            Kind.PHOTOGRAPH, file="before.jpg", sha256="ab" * 32, when="before", taken="2026-01-01T09:00+01:00", by=BY
        ),
        late(Kind.AFTERCARE, leaflet="After", version="3", given="2026-01-01", by=BY),
    )


def signed() -> ExportedSession:
    made = given({"through": "page", "by": BY})
    ended = made.session.end()
    last = ended.recorder.lines[-1]
    of = {"entries": last.number, "head": last.hash.hex(), "missing": []}
    said = {"by": BY, "role": "physician", "registration": "GMC 1", "meaning": "authorship", **of}
    return exported(ended, late(Kind.REACTION, codes=["none"], by=BY), late(Kind.SIGNED, **said))


def at_least() -> ExportedSession:
    """Reports are missing, so every dose is a lower bound."""
    made = given()
    made.sequence += 3
    made.inject()
    return exported(made.session.end())


def current() -> ExportedSession:
    """A direct current with a sample that has no value, and a place where one is missing."""
    session = Session(reference_noneedle.DRIVER, protocol=IONTO, zones=("full_face",))
    unit = Unit(session, current="dc", wave="dc", area=1200)
    unit.flow(1_020, 5)
    session.seconds += 1
    unit.sample(None)
    unit.flow(1_500, 4)
    session.seconds += 1  # a sample is missing here
    unit.sequence += 1
    unit.flow(980, 3)
    return exported(session.end())


def typed() -> ExportedSession:
    lines = (*GUN, "zone forehead", "given 10 injections 0.2 mL", "note typed by hand")
    return exported(typing(*lines, zones=("forehead",)).end())


def screened() -> ExportedSession:
    """Two stops that were overridden and a caution."""
    rules = load()
    words = {"epilepsy": "yes", "alcohol": "yes", "heart_disease": "unknown"}
    overrides = (
        Override("epilepsy", "seizure-free for ten years.", BY),
        Override("heart_disease", "letter of the cardiologist", BY, specialist="Dr C. Heart"),
    )
    answers = [answered(rules, one.code, words.get(one.code, one.expected)) for one in rules.asked(Modality.INJECTION)]
    found = assess(rules, Modality.INJECTION, answers, today=date(2026, 11, 22), overrides=overrides)
    made = gun()
    state(made.session, Kind.OPENED, by=BY, role=None, registration=None, place=None)
    state(made.session, Kind.HISTORY, reviewed="not asked", by=BY)
    for said in screening_contents(found, by=BY):
        state(made.session, Kind.SCREENING, **said)
    for override in overrides:
        state(made.session, Kind.OVERRIDE, **override_content(rules, override))
    state(made.session, Kind.SKIPPED, step="patch test", reason="the same product", by=BY)
    made.inject()
    return exported(made.session.end())


def refused() -> ExportedSession:
    made = gun()
    state(made.session, Kind.OPENED, by=BY, role=None, registration=None, place=None)
    state(made.session, Kind.CONSENT, given="no", form=None, version=None, taken_by=None, by=BY)
    state(made.session, Kind.REFUSED, because=["screening:consent_missing"], by=BY)
    return exported(made.session.end())


def running() -> ExportedSession:
    return exported(given().session, state="running")


def went_on() -> ExportedSession:
    """The computer lost power twice, and the recording went on; the second time its clock on the wall went back."""
    made = given({"through": "api", "by": "token of the appointment book"})
    session = made.session
    for boot_id, wall_seconds in (("second", 90), ("third", -3600)):
        session.seconds += 30
        kept = session.recorder.clock
        at = Stamp(BEGINS.boot_ns + round(session.seconds * 1e9), kept.last.wall_ns + wall_seconds * 10**9)
        session.recorder.handle(Resumption.after(kept.last, kept.boot_id, at, boot_id, "devicelog 1.0").chunk())
        session.wall_steps = (at.wall_ns - BEGINS.wall_ns) / 1e9 - session.seconds
        session.reopen()
        made.identify("SN1")
        made.inject()
    return exported(session.end())


def interrupted() -> ExportedSession:
    said = {"noticed": "2026-01-02T09:00:00.000000Z", "because": "another session was begun after it."}
    return exported(given({"through": "terminal"}).session, (Kind.INTERRUPTED, said), state="interrupted")


def empty() -> ExportedSession:
    """Nothing came, not even who the device is."""
    session = Session(reference_mesogun.DRIVER, zones=("forehead",))
    session.wait(5)
    return exported(session.end(), reference=None)


def corrected() -> ExportedSession:
    """The lot of a product was corrected behind the end."""
    ended = given().session.end()
    entry = next(entry for entry in ended.entries if entry.kind == Kind.PRODUCT)
    amendment = {
        "amendment": 1,
        "what": "corrected",
        "by": "Dr B",
        "reason": "misread",
        "software": "test",
        "of": {"first": 1, "last": ended.entries[-1].number, "head": ended.recorder.lines[-1].hash.hex()},
        "entries": 0,
        "head": None,
        "changes": [{"entry": entry.number, "kind": "product", "field": "lot", "old": "LOT-1", "new": "LOT-9"}],
    }
    return exported(ended, late(Kind.AMENDMENT, **amendment))


def zone_corrected() -> ExportedSession:
    """What was given in the forehead was given in the chin: the whole session again, in the other zone."""
    ended = given().session.end()
    again = [json.loads(line.body) for line in ended.recorder.lines]
    for entry in again:
        if entry[2] == Kind.ZONE:
            entry[3] = {**entry[3], "zone": "chin"}
    amendment = {
        "amendment": 1,
        "what": "zone_corrected",
        "by": "Dr B",
        "reason": "mistaken",
        "software": "test",
        "drivers": [],
        "zones": [{"zone": "chin", "entries": [1, 40], "ranges": [], "logs": []}],
        "of": {"first": 1, "last": len(again), "head": ended.recorder.lines[-1].hash.hex()},
        "entries": len(again),
        "head": "00" * 32,
    }
    amended = [(Kind.AMENDED, {"amendment": 1, "entry": entry}) for entry in again]
    return exported(ended, late(Kind.AMENDMENT, **amendment), *amended)


def erased() -> ExportedSession:
    """The key of the subject is gone: its texts do not open, and its number is not known."""
    made = gun()
    sealed = {"sealed": "AAAA", "digest": "00" * 32}
    state(made.session, Kind.NOTE, text=sealed, by=BY)
    made.inject()
    return exported(made.session.end(), reference=None)


def gap() -> ExportedSession:
    """The cable was out in the middle."""
    made = gun()
    made.inject()
    made.session.lose()
    made.session.wait(20)
    made.session.reopen()
    made.identify("SN1")
    made.inject()
    return exported(made.session.end())


def several_needles() -> ExportedSession:
    made = gun(None, needles=5)
    made.inject(50_000, None)
    made.inject(None, 1_500)
    return exported(made.session.end())


KINDS: Mapping[str, Callable[[], ExportedSession]] = {
    make.__name__: make
    for make in (
        whole,
        signed,
        at_least,
        current,
        typed,
        screened,
        refused,
        running,
        went_on,
        interrupted,
        empty,
        corrected,
        zone_corrected,
        erased,
        gap,
        several_needles,
    )
}
