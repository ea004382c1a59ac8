"""The resources of one session as they are gathered: each once, under its id, with references between them."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from functools import cached_property
from typing import Any

from devicelog.export.fhir import ids
from devicelog.export.fhir.codes import CODES, SYSTEM
from devicelog.export.fhir.elements import Json, coding, narrative, paragraph
from devicelog.export.session import ExportedSession
from devicelog.ledger.sealed import ERASED
from devicelog.numbers import rfc3339
from devicelog.record.as_json import content
from devicelog.record.caveats import marks

#: Types that several sessions share: what is true of one session alone (that it is simulated) is not said of them.
_SHARED = frozenset({"Patient", "Practitioner", "Organization"})
#: Marks that concern every figure of a session.
_TAGGED = ("simulated", "typed", "deidentified")
#: What says that nobody was treated.
TEST_DATA = coding("http://terminology.hl7.org/CodeSystem/v3-ActReason", "HTEST", "test health data")


class Resources:
    """What a session has given so far. `said` is the record in plain JSON, as every other format has it."""

    def __init__(self, session: ExportedSession) -> None:
        self.session = session
        self.record = session.record
        self.said: Json = content(session.record)
        self.marks = marks(session.record)
        self._made: dict[str, Json] = {}
        self._words: dict[str, str] = {}

    # -- what everything refers to -----------------------------------------------------------------------------

    @property
    def installation(self) -> str:
        """Of the computer that recorded; of the one that keeps the session, if the record does not say it."""
        return str(self.record.started.get("host", {}).get("installation") or self.session.source.installation)

    @property
    def zone(self) -> str:
        """The offset of the place where it was recorded, such as "+01:00"."""
        return str(self.record.started.get("host", {}).get("zone") or "+00:00")

    @property
    def started(self) -> str:
        return rfc3339(self.record.wall(0))

    @property
    def until(self) -> str:
        """The last moment of the recording."""
        return rfc3339(self.record.wall(self.record.last_us))

    @cached_property
    def made_at(self) -> str:
        """The wall time of the last entry: nothing that came later is in it, and no clock is read to write it."""
        late = [made.content.get("at") for made in self.record.statements if made.late]
        stated = [at for at in (*late, *(one.content.get("at") for one in self.record.amendments)) if at]
        moments = [datetime.fromisoformat(at["wall"]) for at in stated]
        return rfc3339(max([self.record.wall(self.record.last_us), *moments]))

    @property
    def erased(self) -> bool:
        """Whether the key of the subject was erased, as far as that can be seen: a text of the session is gone."""
        return ERASED in _texts(self.said)

    def id(self, *role: str | int | None) -> str:
        """The id of a resource of this session alone."""
        return ids.uid("session", self.installation, self.record.session, *role)

    # -- gathering ---------------------------------------------------------------------------------------------

    def add(self, kind: str, id_: str, words: str, body: Json) -> Json:
        """Take a resource, and give the reference to it; `words` are its text for people. One that is there stays."""
        if id_ not in self._made:
            made = {"resourceType": kind, "id": id_, "meta": self._meta(kind)}
            text = {"text": narrative(paragraph(words))} if words else {}
            self._made[id_] = {**made, **text, **body}
            self._words[ids.urn(id_)] = words
        return reference(kind, id_)

    def has(self, id_: str) -> bool:
        return id_ in self._made

    def words(self, reference: Json) -> str:
        """The text with which a resource was taken; KeyError for one that was not."""
        return self._words[reference["reference"]]

    def __iter__(self) -> Iterator[Json]:
        return iter(self._made.values())

    def tags(self, *words: str) -> list[Json]:
        """Marks of the record as tags."""
        found = []
        for word in words:
            if word in self.marks:
                code = f"mark.{word}"
                found.append(coding(SYSTEM, code, CODES[code].display) if code in CODES else coding(SYSTEM, code))
        return found

    def _meta(self, kind: str) -> Json:
        if kind in _SHARED:
            return {"tag": self.tags("deidentified")}
        return {"security": [TEST_DATA] if self.record.simulated else [], "tag": self.tags(*_TAGGED)}


def reference(kind: str, id_: str) -> Json:
    """A reference within a bundle; its type is said, because a urn does not tell it."""
    return {"reference": ids.urn(id_), "type": kind}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict | list):
        for each in value.values() if isinstance(value, dict) else value:
            yield from _texts(each)
