"""Records sessions of a simulated gun, with what people state of them: one that ended or one that broke off."""

from __future__ import annotations

from itertools import islice
from typing import Any

from devicelog import clock, registry
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.ledger import Kind
from devicelog.naming import find_protocol
from devicelog.recorder.act import act
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.store.writer import Writer
from devicelog.testing import simulated

GUN = "reference-mesogun"
#: Chunks of the device's that a session has.
_CHUNKS = 400
_END_NS = 600 * 1_000_000_000

#: What is stated while the session is recorded, in this order.
STATED: list[tuple[Kind, dict[str, Any]]] = [
    (Kind.OPENED, {"by": "Dr. Test", "role": "physician", "registration": "GMC 1", "place": "room 2"}),
    (Kind.HISTORY, {"reviewed": "yes", "by": "Dr. Test"}),
    (Kind.SCREENING, {"code": "epilepsy", "answer": "no", "severity": "stop", "by": "Dr. Test"}),
    (Kind.CONSENT, {"given": "yes", "form": "C", "version": "3", "taken_by": "Dr. Test", "by": "Dr. Test"}),
    (
        Kind.PRODUCT,
        {
            "product": 1,
            "name": "Hyal",
            "maker": "Acme",
            "lot": "L1",
            "expiry": "2027-01-31",
            "use": "product",
            "ingredients": [{"name": "hyaluronic acid", "concentration": "10", "unit": "mg/mL"}],
            "drawn": "3",
            "unit": "mL",
            "by": "Dr. Test",
        },
    ),
    (
        Kind.SYRINGE,
        {
            "syringe": 1,
            "label": "A",
            "parts": [{"product": 1, "volume": "3"}],
            "volume": "3",
            "unit": "mL",
            "by": "Dr. Test",
        },
    ),
    (Kind.CONSUMABLE, {"what": "needle", "gauge": 30, "by": "Dr. Test"}),
]


def record_session(
    writer: Writer,
    number: int,
    *,
    ends: bool,
    protocol: str = "meso-face-gun-intradermal",
    subject: str = "P-1",
    practitioner: str = "Dr. Test",
    device: tuple[str, str] = (GUN, "face-limits"),
) -> None:
    """Record a session of a simulated device, a gun, on a virtual clock, with what people state of it.

    `device` is its model with the scenario that it plays.
    """
    model, scenario = device
    driver, simulator, limits = registry.driver(model), registry.simulator(model), find_protocol(protocol)
    start = clock.Stamp(simulated.BEGINS.boot_ns, simulated.BEGINS.wall_ns + number * 10**13)
    plan = plan_session(
        writer,
        devices=[(driver, "devicelog", "simulated:gun")],
        protocol=limits,
        subject=subject,
        practitioner=practitioner,
        zones=("forehead", "left_cheek"),
        settings={},
        start=start,
    )
    recorder = Recorder(plan, limits, start)
    ledger = writer.begin(plan.session, plan.subject, clock.utc(start.wall_ns))
    note = writer.seal_text(plan.subject, "she was nervous")
    for kind, content in [*STATED, (Kind.NOTE, {"text": note, "by": "Dr. Test"})]:
        recorder.handle(act(start, kind, **content))
    ledger.commit(*recorder.take())
    moved = start.wall_ns - simulated.BEGINS.wall_ns
    played = simulated.play(driver, simulator.start(1, simulator.scenarios[scenario]), simulated.LONGEST)
    for chunk in islice((one for one in played if one.kind is not ChunkKind.ENDED), _CHUNKS):
        recorder.handle(Chunk(chunk.link, chunk.kind, chunk.boot_ns, chunk.wall_ns + moved, chunk.data))
    if ends:
        stamps = start.boot_ns + _END_NS, start.wall_ns + _END_NS
        recorder.handle(Chunk(NO_LINK, ChunkKind.ENDED, *stamps, b"it was over"))
    ledger.commit(*recorder.take(), state="ended" if ends else None)
