"""Sessions to look at: every kind of page, recorded on a virtual clock into a store of their own.

`python -m tests.export.pdf.sessions DIR [NAME ...]` writes DIR/<name>.pdf of each, and its pages as pictures where
pdftoppm is there.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from binascii import crc_hqx
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from random import Random
from typing import Any

from devicelog import clock, registry
from devicelog.amending.adding import add
from devicelog.amending.correcting import correct
from devicelog.amending.signing import sign
from devicelog.chunk import NO_LINK, Chunk, ChunkKind
from devicelog.export.session import ExportedSession
from devicelog.ledger import Kind
from devicelog.ledger.sealed import seal_fields
from devicelog.naming import find_protocol
from devicelog.record.response import Meaning
from devicelog.recorder.act import act
from devicelog.recorder.recorder import Recorder
from devicelog.recording.opening import plan_session
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader
from devicelog.store.writer import Writer
from devicelog.subject import Subject

GUN, NO_NEEDLE, TYPED = "reference-mesogun", "reference-noneedle", "manual"
BEGINS = clock.Stamp(3_600_000_000_000, 1_795_000_000_000_000_000)
ANN: dict[str, Any] = {"by": "Dr. Ann Example"}


class Take:
    """One session being recorded; time passes only where it is told to."""

    def __init__(
        self,
        writer: Writer,
        device: str,
        *,
        protocol: str | None,
        subject: str = "P-1",
        practitioner: str = "Dr. Ann Example",
        zones: Sequence[str] = (),
    ) -> None:
        limits = find_protocol(protocol) if protocol is not None else None
        self._writer = writer
        self._plan = plan_session(
            writer,
            devices=[(registry.driver(device), "devicelog", "tape")],
            protocol=limits,
            subject=subject,
            practitioner=practitioner,
            zones=zones,
            settings={},
            start=BEGINS,
        )
        self.id = self._plan.session
        self._recorder = Recorder(self._plan, limits, BEGINS)
        self._ledger = writer.begin(self.id, self._plan.subject, clock.utc(BEGINS.wall_ns))
        self.seconds = 0.0
        self._sequence = 0

    def open(self) -> None:
        self.put(ChunkKind.OPENED, b"/dev/tape")

    def put(self, kind: ChunkKind, data: bytes = b"", *, link: int = 1) -> None:
        later = round(self.seconds * 1e9)
        self._recorder.handle(Chunk(link, kind, BEGINS.boot_ns + later, BEGINS.wall_ns + later, data))

    def say(self, kind: Kind, **content: Any) -> None:
        """A person states something; free texts are sealed."""
        later = round(self.seconds * 1e9)
        stamp = clock.Stamp(BEGINS.boot_ns + later, BEGINS.wall_ns + later)
        kept = seal_fields(kind, content, lambda text: self._writer.seal_text(self._plan.subject, text))
        self._recorder.handle(act(stamp, kind, **kept))

    def line(self, body: str) -> None:
        """A frame without a number."""
        data = body.encode("ascii")
        self.put(ChunkKind.RECEIVED, b"$%b*%04X\r\n" % (data, crc_hqx(data, 0xFFFF)))

    def frame(self, name: str, body: str) -> None:
        """A numbered frame."""
        self.line(f"DLR1,{name},{self._sequence},{round(self.seconds * 1000)},3,{body}")
        self._sequence += 1

    def skip(self, frames: int) -> None:
        """So many frames never arrive."""
        self._sequence += frames

    def end(self, because: bytes = b"it was over") -> None:
        self.put(ChunkKind.ENDED, because, link=NO_LINK)
        self._ledger.commit(*self._recorder.take(), state="ended")


# -- what people state -----------------------------------------------------------------------------------------


def steps(take: Take) -> None:
    """History, screening, consent and patch test, all of them answered."""
    take.say(Kind.OPENED, role="physician", registration="GMC 1234567", place="Example Clinic, room 2", **ANN)
    take.say(Kind.HISTORY, reviewed="yes", text="atopic as a child", **ANN)
    screening(take, {"anticoagulants": "yes"})
    why = "stopped five days ago, agreed with the prescriber"
    take.say(Kind.OVERRIDE, of="screening:anticoagulants", reason=why, specialist="Dr. B. Haem", **ANN)
    consent = {"form": "MESO-C", "version": "3", "risks_discussed": "yes", "photographs": "yes"}
    take.say(Kind.CONSENT, given="yes", taken_by="Nurse B.", **consent, **ANN)
    take.say(Kind.PATCH_TEST, done="yes", product="Hyal", on="2026-11-04", result="no reaction in 48 h", **ANN)
    take.say(Kind.CONSULTATION, on="2026-11-04", text="wants less dry skin", **ANN)


def screening(take: Take, answers: Mapping[str, str]) -> None:
    rules = {"id": "contraindications", "version": "1", "sha256": "ab" * 32}
    severities = {"pregnancy": "stop", "epilepsy": "stop", "anticoagulants": "stop", "diabetes": "caution"}
    for code, severity in severities.items():
        answer = answers.get(code, "no")
        raises = severity if answer != "no" else "none"
        take.say(
            Kind.SCREENING,
            code=code,
            question=f"{code.capitalize()}?",
            answer=answer,
            severity=severity,
            raises=raises,
            rules=rules,
            **({"why": f"{code.capitalize()}: the answer is {answer}."} if raises != "none" else {}),
            **ANN,
        )


def product(
    number: int, name: str, lot: str | None, expiry: str, drawn: str, *inside: tuple[str, str]
) -> dict[str, Any]:
    """The content of a product's entry; `inside` are ingredients with their mg/mL."""
    ingredients = [
        {"name": of, "concentration": amount, "unit": "mg/mL", "stated": f"{amount} mg/mL"} for of, amount in inside
    ]
    return {
        "product": number,
        "name": name,
        "maker": "Maker Ltd",
        "lot": lot,
        "expiry": expiry,
        "use": "product",
        "ingredients": ingredients,
        "drawn": drawn,
        "unit": "mL",
        **ANN,
    }


def syringe(number: int, label: str, volume: str, *parts: tuple[int, str]) -> dict[str, Any]:
    kept = [{"product": of, "volume": amount} for of, amount in parts]
    return {"syringe": number, "label": label, "parts": kept, "volume": volume, "unit": "mL", **ANN}


# -- the sessions ----------------------------------------------------------------------------------------------


def gun(writer: Writer) -> str:
    """300 injections in three zones from two lots; complete, with one limit reached."""
    person(writer, "P-0017", "Maria Sörensen", "1984-05-17")
    zones = ("forehead", "cheek.left", "cheek.right")
    take = Take(writer, GUN, protocol="meso-face-gun-intradermal", subject="P-0017", zones=zones)
    course = {"family": "meso-face", "earlier": 1, "last": "20261108-100000-beef", "days": 14}
    steps(take)
    take.say(Kind.COURSE, **course, phase="course", before=0, unassigned=0, **ANN)
    take.say(Kind.PRODUCT, **product(1, "Hyal 10", "LOT-4711", "2027-05-31", "4", ("hyaluronic acid", "10")))
    take.say(Kind.PRODUCT, **product(2, "Vitamin mix", "VM-22", "2026-10-31", "4", ("ascorbic acid", "50")))
    take.say(Kind.SYRINGE, **syringe(1, "A", "3", (1, "3")))
    take.say(Kind.SYRINGE, **syringe(2, "B", "4", (1, "1"), (2, "3")))
    take.say(Kind.CONSUMABLE, what="needle", gauge=32, length="4", needles=1, lot="N-1", **ANN)
    take.say(Kind.SYRINGE_IN_USE, syringe=1, because="chosen", **ANN)
    inject(take, 300, zones, change=150)
    take.say(Kind.LEFTOVER, syringe=1, left="0.02", wasted="0", unit="mL", **ANN)
    take.say(Kind.LEFTOVER, syringe=2, left="0.9", wasted="0.05", unit="mL", **ANN)
    take.say(Kind.REACTION, codes=["redness"], severity="mild", **ANN)
    take.end()
    return take.id


def inject(take: Take, count: int, zones: Sequence[str], *, change: int | None = None, seconds: float = 2) -> None:
    """So many triggers of about 0.02 mL, an equal part in each zone, with the device's totals at the end."""
    random = Random(7)
    gun_opens(take)
    given = 0
    for number in range(1, count + 1):
        take.seconds += seconds
        place = (number - 1) * len(zones) // count
        if number > 1 and place != (number - 2) * len(zones) // count:
            take.say(Kind.ZONE, zone=zones[place], because="chosen")
        if number == change:
            take.say(Kind.SYRINGE_IN_USE, syringe=2, because="chosen", **ANN)
        dose, depth = random.randrange(18_000, 22_001, 10), random.randrange(1_200, 1_801, 10)
        depth = 4_300 if number == count // 2 else depth
        given += dose
        take.frame("INJ", f"{number},{number},{dose},{depth},{random.randrange(-30_000, -20_000)},N,0")
    take.seconds += 1
    take.frame("EOS", f"{count},{given},0,INJ")


def gun_opens(take: Take) -> None:
    take.open()
    take.line("DLR1,ID,MG-1,SN000017,FW2.1.0,cap=INJ,sim=1")
    take.frame("CFG", "needles=1,depth=extension,volume=commanded")


def current(writer: Writer) -> str:
    """Half an hour of direct current, a sample a second, with a lost contact and the current once too high."""
    person(writer, "P-0018", "Łukasz Żółć", "1979-02-28")
    take = Take(writer, NO_NEEDLE, protocol="noneedle-ionto-dc-face", subject="P-0018", zones=("face",))
    steps(take)
    take.say(Kind.CONSUMABLE, what="electrode", type="silver, 12 cm²", area="12", lot="E-9", **ANN)
    take.open()
    take.line("DLR1,ID,NN-1,SN000402,FW1.4.2,cap=EP,sim=1")
    take.frame("CFG", "current=dc,wave=dc,area=1200,set_current=1500")
    random = Random(3)
    for second in range(1, 1801):
        take.seconds += 1
        lost = 900 <= second < 915
        flowed = 0 if lost else 4_200 if 1200 <= second < 1204 else random.randrange(1_480, 1_521)
        ohms = "" if lost else str(random.randrange(7_800, 8_200))
        volts = 0 if lost else flowed * 8
        take.frame("EP", f"1500,{flowed},{volts},0,0,{ohms},{'C' if lost else 'R'},0")
    take.seconds += 1
    take.frame("EOS", "1785000,2677500,0,EP")
    take.say(Kind.REACTION, codes=["none"], **ANN)
    take.end()
    return take.id


def troubled(writer: Writer) -> str:
    """Gaps, counters that jump, bad frames, alarms of many kinds, skipped steps, and amendments after a signature."""
    take = Take(writer, GUN, protocol="meso-face-gun-intradermal", subject="P-0019", zones=("forehead",))
    take.say(Kind.OPENED, role="physician", registration=None, place="Example Clinic", **ANN)
    take.say(Kind.SKIPPED, step="history", reason="in a hurry", **ANN)
    screening(take, {"epilepsy": "yes", "diabetes": "unknown", "pregnancy": "not asked"})
    take.say(Kind.SKIPPED, step="consent", reason="the form was not at hand", **ANN)
    take.say(Kind.PRODUCT, **product(1, "Hyal 10", None, "2026-01-31", "2", ("hyaluronic acid", "10")))
    take.say(Kind.SYRINGE, **syringe(1, "A", "2", (1, "2")))
    take.say(Kind.SYRINGE_IN_USE, syringe=1, because="chosen", **ANN)
    gun_opens(take)
    for number in range(1, 121):
        take.seconds += 3
        if number % 12 == 0:
            take.skip(3)
        if number in (30, 60):
            take.put(ChunkKind.LOST, b"unplugged")
            take.seconds += 20
            take.open()
            take.line("DLR1,ID,MG-1,SN000017,FW2.1.0,cap=INJ,sim=1")
        if number % 25 == 0:
            take.put(ChunkKind.RECEIVED, b"$DLR1,INJ,broken*0000\r\n")
        fault = {40: 2, 80: 3}.get(number, 0)
        deep = 4_500 if number % 2 else 1_500
        dose = "" if number % 40 == 0 else "60000" if number % 3 == 0 else "20000"
        take.frame("INJ", f"{number + (50 if number > 100 else 0)},{number},{dose},{deep},-25000,N,{fault}")
    take.say(Kind.NOTE, text="#strong[not markup] $x^2$ *a* _b_ [c] \\ @ref <label> // comment\nsecond line", **ANN)
    take.say(Kind.EVENT, code="vasovagal", text="lay down for five minutes", **ANN)
    take.say(Kind.ADVERSE_EVENT, code="bruise", severity="mild", began="2026-11-22 12:00", text="left", **ANN)
    take.end()
    row = writer.session(take.id)
    sign(
        writer,
        row,
        by="Dr. Ann Example",
        role="physician",
        registration=None,
        meaning=Meaning("authorship"),
        despite_missing=True,
    )
    for number in range(12):
        correct(writer, row, "product.1.lot", f"LOT {number}", by="Nurse B.", role="nurse", reason=f"misread {number}")
    for number in range(10):
        add(writer, row, Kind.NOTE, {"text": f"telephone call {number}: " + "all is well, " * number, "by": "Nurse B."})
    return take.id


def empty(writer: Writer) -> str:
    """A session in which nothing was said and nothing came."""
    take = Take(writer, GUN, protocol=None, subject="P-0020")
    take.open()
    take.seconds = 5
    take.end()
    return take.id


def typed(writer: Writer) -> str:
    """What a person typed of a device without a cable."""
    person(writer, "P-0021", "Юрий Гагарин", "1961-04-12")
    take = Take(writer, TYPED, protocol="meso-face-gun-intradermal", subject="P-0021", zones=("forehead",))
    steps(take)
    take.open()
    for text in ("device Acme Injector 3 serial 0417", "needles 1", "depth 1.5 mm", "volume 0.02 mL", "injections 40"):
        take.seconds += 10
        take.put(ChunkKind.RECEIVED, text.encode() + b"\n")
    take.end()
    return take.id


def named(writer: Writer, name: str, *notes: str, practitioner: str = "Dr. Ann Example", count: int = 6) -> str:
    """A short session of a person of this name."""
    reference = f"N-{sum(name.encode())}-{len(name)}"
    person(writer, reference, name, "1990-01-02")
    take = Take(
        writer, GUN, protocol="meso-face-gun-intradermal", subject=reference, practitioner=practitioner, zones=("chin",)
    )
    take.say(Kind.OPENED, role="physician", registration="7", place="Example Clinic", by=practitioner)
    inject(take, count, ("chin",))
    for note in notes:
        take.say(Kind.NOTE, text=note, **ANN)
    take.end()
    return take.id


def calm(writer: Writer) -> str:
    """Three injections within every limit."""
    take = Take(writer, GUN, protocol="meso-face-gun-intradermal", subject="P-0022", zones=("chin",))
    gun_opens(take)
    for number in range(1, 4):
        take.seconds += 2
        take.frame("INJ", f"{number},{number},20000,1500,-25000,N,0")
    take.seconds += 1
    take.frame("EOS", "3,60000,0,INJ")
    take.end()
    return take.id


def erased(writer: Writer) -> str:
    """A session whose subject was erased: the key is gone, and with it name and free texts."""
    session = named(writer, "Nobody Anymore", "she said so")
    writer.folder.keys.erase_subject_key(writer.session(session).subject)
    return session


def person(writer: Writer, reference: str, name: str, born: str) -> None:
    if writer.subject(reference) is None:
        writer.add_subject(Subject(reference, name=name, birth_date=born))


SESSIONS: Mapping[str, Callable[[Writer], str]] = {
    "gun": gun,
    "current": current,
    "troubled": troubled,
    "empty": empty,
    "typed": typed,
    "chinese": lambda writer: named(writer, "李雷", practitioner="Д-р Юрий Живаго"),
    "arabic": lambda writer: named(writer, "محمد علي", "قالت المريضة إنها بخير 12 mL, then she left"),
    "erased": erased,
}


@contextmanager
def exported(writer: Writer, session: str) -> Iterator[ExportedSession]:
    """A session of a store that is open, as an export sees it."""
    with Reader.open(writer.folder.path) as reader:
        yield ExportedSession.of(Evidence(reader).session(reader.session(session)))


def main() -> None:
    from time import perf_counter

    from devicelog.export.pdf import session_pdf

    out = Path(sys.argv[1])
    wanted = sys.argv[2:] or list(SESSIONS)
    shutil.rmtree(out / "store", ignore_errors=True)
    out.mkdir(parents=True, exist_ok=True)
    os.environ["DEVICELOG_KEYS"] = str(out / "keys")
    with Writer.open(out / "store") as writer:
        for name in wanted:
            with exported(writer, SESSIONS[name](writer)) as session:
                began = perf_counter()
                data = session_pdf.pdf(session)
                took = perf_counter() - began
                (out / f"{name}.pdf").write_bytes(data)
                sys.stdout.write(f"{name}: {len(data)} bytes, {took:.3f} s, {session_pdf.made_with(session)}\n")
            if shutil.which("pdftoppm"):
                subprocess.run(
                    ["pdftoppm", "-r", "100", "-png", str(out / f"{name}.pdf"), str(out / name)], check=False
                )


if __name__ == "__main__":
    main()
