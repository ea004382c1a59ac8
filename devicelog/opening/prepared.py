"""With what a session is begun: devices, treatment protocol, people and zones, looked up before anything is written."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from devicelog import naming
from devicelog.attach.choice import find_devices, numbers_of
from devicelog.driver import Effect
from devicelog.recorder.plan import Plan
from devicelog.recording.opening import bound_devices, plan_session
from devicelog.treatment.kept import kept

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devicelog.attach.choice import Choice
    from devicelog.ledger.beginning import Beginning
    from devicelog.opening.stated import Stated
    from devicelog.steps.draft import Draft
    from devicelog.store.reader import Reader
    from devicelog.store.writer import Writer
    from devicelog.treatment.protocol import TreatmentProtocol


@dataclass(frozen=True, slots=True)
class Prepared:
    """Devices each with its port, limits (None: none), names as they are kept.

    `allowed` are effects on a device that its queries may have besides those that no one is asked about.
    """

    chosen: tuple[Choice, ...]
    protocol: TreatmentProtocol | None
    subject: str
    practitioner: str
    zones: tuple[str, ...]
    allowed: frozenset[Effect] = frozenset()

    @classmethod
    def of(cls, draft: Draft, store: Path, allow: Iterable[Effect] = ()) -> Prepared:
        """What a draft names, with what is bound and approved in the store of that folder, if there is one yet.

        Opens no port. Raises BadInputError or UnknownNameError for what cannot be meant, ProtocolFileError for a
        treatment protocol that cannot be trusted, PortError if a bound device is not there.
        """
        session = draft.session
        chosen, protocol = find_devices(session.devices, store), naming.find_protocol(protocol_name(draft), store)
        naming.settings(electrode_area=session.electrode_area)
        return cls(
            tuple(chosen),
            protocol,
            naming.named(str(session.subject), "subject"),
            naming.named(str(session.practitioner), "practitioner"),
            tuple(naming.named(zone, "zone") for zone in session.zones),
            frozenset(allow),
        )

    @property
    def is_simulated(self) -> bool:
        """Whether any device is one that comes with devicelog to try it."""
        return any(choice.url.startswith("sim://") for choice in self.chosen)

    def plan(self, writer: Writer, said: Stated, begun: Beginning) -> Plan:
        """The plan of the session, which begins when its statements do; a new subject gets its id.

        Raises BadInputError for an electrode area that is none, and for a subject whose key is not at hand.
        """
        made = plan_session(
            writer,
            devices=[choice.device for choice in self.chosen],
            protocol=self.protocol,
            settings=naming.settings(electrode_area=said.electrode_area),
            subject=self.subject,
            practitioner=self.practitioner,
            zones=self.zones,
            start=said.start,
            allowed=self.allowed,
        )
        return replace(made.found_by(numbers_of(self.chosen)), begun=begun.content())

    def foreseen(self, reader: Reader) -> Plan:
        """The plan as far as it is known before it is made, for its warnings; no session and no subject has an id."""
        protocol = self.protocol
        return Plan(
            session="",
            subject="",
            practitioner=self.practitioner,
            protocol=kept(protocol, reader.approval(protocol.sha256)) if protocol is not None else None,
            devices=tuple(bound_devices([choice.device for choice in self.chosen], self.allowed)),
            software="",
            host={},
            zones=self.zones,
        )


def protocol_name(draft: Draft) -> str:
    """The treatment protocol as `--protocol` takes it."""
    session = draft.session
    return f"{session.protocol}+{session.overlay}" if session.overlay is not None else str(session.protocol)
