"""A session's entries without what identifies, as a source that is folded and exported like any other.

It gives no ledger: bytes as they were received hold serial numbers and times, and hashes and seals are of what was
left out. Its entries are chained anew, so that the numbers by which they name each other stay.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any, ClassVar

from msgspec.structs import replace

from devicelog.acts.keychain import KeyChain
from devicelog.chunk import Chunk
from devicelog.export.deidentified.cover import Cover, signing_key
from devicelog.export.deidentified.rules import DROPPED, Rule, figures
from devicelog.export.deidentified.sentences import alarm_sentence, ending
from devicelog.export.deidentified.table import TABLE
from devicelog.export.deidentified.values import KNOWN, Columns
from devicelog.export.session import ExportedSession
from devicelog.ledger import Chain, Entry, Kind, Line, Seal, encode, public_bytes
from devicelog.ledger.amendment import held
from devicelog.ledger.sealed import Opening

#: The kind of what stands in the place of an entry of a kind that is not known here; a fold passes over it.
UNKNOWN = "left_out"
#: What may be said of a metric that is not plain in an interval.
_ODD = frozenset({"reset", "anomaly", "lost"})


def deidentified(session: ExportedSession, secret: bytes, person: str | None = None) -> ExportedSession:
    """The session without what identifies.

    `secret` is the installation's (`devicelog.store.pseudonyms`); who has it can say which session this was. `person`
    is the id under which the subject is known now, if several were merged; else that of the session is taken.
    """
    cover = Cover(secret, person if person is not None else str(session.record.started["subject"]))
    source = _Source(session, cover, public_bytes(signing_key(secret)))
    return ExportedSession.of(source, session.software)


class _Source:
    """What a session is exported from, its entries covered once."""

    def __init__(self, session: ExportedSession, cover: Cover, key: bytes) -> None:
        covering = _Covering(cover)
        chain = Chain()
        self._lines = [chain.append(encode(_parts(covering.entry(line.entry())))) for line in session.source.lines()]
        self.id = cover.session(session.record.session)
        self.state = session.source.state
        self.installation = ""
        self.keys = KeyChain("", key)
        self.reference: str | None = None
        self.name: str | None = None
        self.birth_date: str | None = None

    def lines(self) -> Iterator[Line]:
        return iter(self._lines)

    def chunks(self) -> Iterator[tuple[int, Chunk]]:
        return iter(())

    def seals(self) -> Iterator[tuple[int, Seal]]:
        return iter(())

    def opening(self, _: Mapping[str, str]) -> Opening | None:
        return None


def _parts(entry: Entry) -> list[Any]:
    said = entry.content if entry.kind == Kind.OBSERVATION else [entry.content]
    return [entry.number, entry.t_us, entry.kind, *said]


class _Covering:
    """Entry after entry of one session; the layouts say what the values of later ones are."""

    def __init__(self, cover: Cover) -> None:
        self._cover = cover
        self._columns = Columns()

    def entry(self, entry: Entry) -> Entry:
        """The entry without what identifies, under its number and at its moment."""
        if entry.kind == Kind.OBSERVATION:
            layout, at, values, verdict, breached = entry.content
            made = self._columns.covered(layout, values, self._cover)
            if made is DROPPED:
                return replace(entry, kind=UNKNOWN, content={})
            return replace(entry, content=[layout, at, made, verdict, breached])
        if entry.kind == Kind.AMENDED:
            inner = self.entry(held(entry.content))
            content = {"amendment": entry.content["amendment"], "entry": _parts(inner)}
            return replace(entry, content=content)
        if entry.kind not in TABLE:
            return replace(entry, kind=UNKNOWN, content={})
        return replace(entry, content=self._content(Kind(entry.kind), entry.content))

    def _content(self, kind: Kind, content: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = TABLE[kind](content, self._cover)
        more = self._MORE.get(kind)
        return found | more(self, content, found) if more is not None else found

    # -- fields that need more than themselves to be understood -------------------------------------------------

    def _started(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        for device in content["devices"]:
            self._columns.know(device.get("idle_states"))
        return {"settings": self._settings(content.get("settings"))}

    def _layout(self, _: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        self._columns.learn(found)
        return {}

    def _values(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        values = self._columns.covered(content.get("layout"), content.get("values"), self._cover)
        return {"values": values} if values is not DROPPED else {}

    def _restarted(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        return {name: self._epoch(content[name]) for name in ("epoch", "restarted") if name in content}

    def _interval(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        odd = content.get("odd")
        return {"odd": {name: one for name, one in odd.items() if one in _ODD}} if isinstance(odd, dict) else {}

    def _clock(self, _: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        return {"said": found["read"]} if found.get("read") else {}

    def _alarm(self, content: dict[str, Any], found: dict[str, Any]) -> dict[str, Any]:
        return {"text": alarm_sentence(found, content.get("text"), content.get("state"))}

    def _ended(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        return {"because": ending(content["because"])}

    def _amendment(self, content: dict[str, Any], _: dict[str, Any]) -> dict[str, Any]:
        if not isinstance(content.get("changes"), list):
            return {}
        return {"changes": [made for one in content["changes"] if (made := self._change(one)) is not None]}

    _MORE: ClassVar[Mapping[Kind, Callable[[_Covering, dict[str, Any], dict[str, Any]], dict[str, Any]]]] = {
        Kind.STARTED: _started,
        Kind.LAYOUT: _layout,
        Kind.FROM_MEMORY: _values,
        Kind.CONFLICT: _values,
        Kind.UNCONFIRMED: _values,
        Kind.DEVICE_RESTARTED: _restarted,
        Kind.GAP_CLOSED: _restarted,
        Kind.INTERVAL: _interval,
        Kind.DEVICE_CLOCK: _clock,
        Kind.ALARM: _alarm,
        Kind.ENDED: _ended,
        Kind.AMENDMENT: _amendment,
    }

    def _epoch(self, value: Any) -> Any:
        return self._cover.number(value) if isinstance(value, int) else None

    def _settings(self, settings: Any) -> dict[str, Any]:
        """What a person stated that the device does not: figures, and words that everyone knows."""
        found = settings if isinstance(settings, dict) else {}
        made = {name: value if value in KNOWN else figures(value, self._cover) for name, value in found.items()}
        return {name: value for name, value in made.items() if value is not DROPPED}

    def _change(self, change: dict[str, Any]) -> dict[str, Any] | None:
        """A correction: both values become what the field's own would; None for a field that is not known."""
        try:
            rule = TABLE[Kind(change["kind"])].at(change["field"])
        except ValueError:
            return None
        if rule is None:
            return None
        sides = {name: self._side(rule, change[name]) for name in ("old", "new")}
        return {"entry": change["entry"], "kind": change["kind"], "field": change["field"], **sides}

    def _side(self, rule: Rule, value: Any) -> Any:
        made = rule(value, self._cover) if value is not None else None
        return made if made is not DROPPED else None
