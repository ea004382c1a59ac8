"""Sessions in which lines are typed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from devicelog.ledger import Verdict
from devicelog_drivers import manual
from tests.conftest import Session

if TYPE_CHECKING:
    from collections.abc import Sequence

LIMITS = """\
id = "test"
family = "test"
version = "1"
title = "Limits for what is typed"
status = "unapproved"
modality = "injection"
area = "face"

[[limit]]
scope = "injection"
channel = "depth"
hard = "4 mm"

[[limit]]
scope = "injection"
channel = "volume"
hard = "0.05 mL"

[[limit]]
scope = "session"
channel = "volume_total"
hard = "2 mL"

[[limit]]
scope = "session"
channel = "injection_count"
hard = 100
"""
GUN = ("device Acme Injector 3 serial 0417", "needles 1")


def typing(*lines: str, protocol: str | None = None, zones: Sequence[str] = ()) -> Session:
    """A session in which these lines were typed, ten seconds apart."""
    session = Session(manual.DRIVER, protocol=protocol, zones=zones)
    type_in(session, *lines)
    return session


def type_in(session: Session, *lines: str) -> None:
    for line in lines:
        session.wait(10)
        session.receive(f"{line}\n".encode())


def verdicts(session: Session) -> list[str | None]:
    """The verdicts on what was stated to be given."""
    given = {layout["layout"] for layout in session.of("layout") if layout["report"] in ("given", "correction")}
    judged = [content for content in session.of("observation") if content[0] in given]
    return [None if verdict is None else Verdict.WORDS[verdict] for _, _, _, verdict, _ in judged]


def opened(session: Session) -> list[str]:
    return [alarm.text for alarm in session.record.open_alarms]
