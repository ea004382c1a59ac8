"""A session that its stops keep from being recorded: what was stated of it is kept, and no port is opened."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from devicelog.recording.refusal import record_refusal

if TYPE_CHECKING:
    from devicelog.opening.stated import Stated
    from devicelog.recorder.plan import Plan
    from devicelog.store.writer import Writer
    from devicelog.treatment.protocol import TreatmentProtocol


def keep_refused(writer: Writer, plan: Plan, protocol: TreatmentProtocol | None, said: Stated) -> list[str]:
    """Keep what was stated, without its devices; why it was refused, a sentence each and one about the session.

    Raises NotNowError if the store cannot be written.
    """
    because = [stop.of for stop in said.stops]
    kept = replace(plan, devices=())
    record_refusal(writer, kept, protocol, said.start, said.chunks(writer, plan.subject), because)
    ended = f"session {plan.session} was refused: no device was read, and what was stated is kept"
    return [*(stop.sentence for stop in said.stops), ended]
