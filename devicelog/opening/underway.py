"""A session that somebody is about to open, page by page: the draft so far, and when each place of it was answered.

It outlasts the page, the tablet and the process: `encode` makes bytes of it, `decode` the same again. What stands in a
form that was not gone on from yet is kept beside the draft as it was typed. A field of a form is called after its place
in the draft: ("product", 0, "lot") is product-0-lot.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Any

import msgspec
from pydantic import ValidationError

from devicelog import clock
from devicelog.opening.setting import today
from devicelog.problems import Location
from devicelog.steps.draft import Draft
from devicelog.steps.draft_json import of_json, to_json
from devicelog.subject import Subject
from devicelog.treatment.protocol import Modality

_VERSION = 1

#: Who treats, where, and with what.
_SESSION: Location = ("session",)

#: The fields of a form, each with all its values.
Fields = Mapping[str, list[str]]


class Moment(msgspec.Struct, frozen=True, array_like=True):
    """A moment on both clocks, and in which run of the host: boot times of two runs are never compared."""

    boot_ns: int
    wall_ns: int
    boot: str

    @property
    def stamp(self) -> clock.Stamp:
        return clock.Stamp(self.boot_ns, self.wall_ns)


def moment() -> Moment:
    """Now."""
    stamp = clock.now()
    return Moment(stamp.boot_ns, stamp.wall_ns, clock.boot_id())


@dataclass(frozen=True, slots=True)
class Form:
    """What stands in a form that was not gone on from yet, and since when each field does."""

    fields: Fields
    times: Mapping[str, Moment]


@dataclass(frozen=True, slots=True)
class Underway:
    """`turn` counts what was taken, so that an older form can be told from a newer one.

    `person` is what was stated of a subject whom the station does not know yet; `confirmed`: somebody said that it is
    this one. `intended` is how the treatment is to reach the skin. `steps` are the pages that were gone on from.
    """

    begun: Moment
    draft: Draft = field(default_factory=Draft)
    times: Mapping[Location, Moment] = field(default_factory=dict)
    forms: Mapping[str, Form] = field(default_factory=dict)
    person: Subject | None = None
    confirmed: bool = False
    intended: Modality | None = None
    steps: frozenset[str] = frozenset()
    turn: int = 0

    @property
    def name(self) -> str:
        """What tells this draft from the one before it, which was of somebody else; no two begin at one moment."""
        return f"{self.begun.wall_ns:x}-{self.begun.boot_ns:x}"

    @property
    def born(self) -> date | None:
        """The birth date of somebody whom the station does not know yet, if it was stated."""
        return self.person.born if self.person is not None else None

    # -- what is typed -----------------------------------------------------------------------------------------

    def noted(self, step: str, fields: Fields, now: Moment) -> Underway:
        """With what stands in a step's form; a field that says what it said keeps its time."""
        before = self.forms.get(step)
        old = before.fields if before is not None else {}
        times = {
            name: before.times[name] if before is not None and old.get(name) == said else now
            for name, said in fields.items()
        }
        return replace(self, forms={**self.forms, step: Form(dict(fields), times)})

    def taken(self, step: str, draft: Draft, now: Moment, **more: Any) -> Underway:
        """With a draft in which a step's form was taken; each place that says something else has a time of its own."""
        form = self.forms.get(step)
        before, after = _places(self.draft), _places(draft)
        times = {
            place: self.times[place]
            if place in self.times and _stands(place, before, said)
            else _last(form, place, now)
            for place, said in after.items()
        }
        forms = {name: one for name, one in self.forms.items() if name != step}
        return replace(self, draft=draft, times=times, forms=forms, turn=self.turn + 1, **more)

    # -- when it is begun --------------------------------------------------------------------------------------

    def stamps(self, now: clock.Stamp) -> dict[Location, clock.Stamp]:
        """When each place was answered, as far as that can stand in the session: on its day, in this run of the host.

        What was answered before has the time at which the session was opened.
        """
        return {place: one.stamp for place, one in self.times.items() if _counts(one, now)}

    def start(self, now: clock.Stamp) -> clock.Stamp:
        """When the session was opened: when the draft was begun, or what of it counts was first answered; else now."""
        found = [one.stamp for one in (self.begun, *self.times.values()) if _counts(one, now)]
        return min((*found, now), key=lambda stamp: stamp.boot_ns)


def _counts(one: Moment, now: clock.Stamp) -> bool:
    return one.boot == clock.boot_id() and one.boot_ns <= now.boot_ns and today(one.stamp) == today(now)


def _stands(place: Location, before: Mapping[Location, Any], said: Any) -> bool:
    """Whether a place keeps its time; the session's own, in which it was opened, is filled by later pages, too."""
    return place == _SESSION or before.get(place) == said


def _last(form: Form | None, place: Location, now: Moment) -> Moment:
    """When a field of that place was last changed; now, if nothing of it was typed."""
    if form is None:
        return now
    begin = field_name(*place)
    found = [at for name, at in form.times.items() if name == begin or name.startswith(f"{begin}-")]
    return max(found, key=lambda at: at.wall_ns, default=now)


def field_name(*place: str | int) -> str:
    """The field of a form for a place in the draft."""
    return "-".join(map(str, place))


def _places(draft: Draft) -> dict[Location, Any]:
    """What the draft says at each place that has a time of its own."""
    content = to_json(draft)
    found: dict[Location, Any] = {}
    for name, said in content.items():
        if name == "answers":
            found |= {("screening", code): one for code, one in said.items()}
        elif isinstance(said, list):
            found |= {(name.removesuffix("s"), index): one for index, one in enumerate(said)}
        else:
            found[(name,)] = said
    return found


# -- as bytes --------------------------------------------------------------------------------------------------


def encode(underway: Underway) -> bytes:
    """As it is kept; it holds what a patient said, so that it must lie encrypted."""
    return msgspec.json.encode(
        {
            "version": _VERSION,
            "begun": underway.begun,
            "draft": to_json(underway.draft),
            "times": [(place, at) for place, at in underway.times.items()],
            "forms": {name: (one.fields, one.times) for name, one in underway.forms.items()},
            "person": underway.person,
            "confirmed": underway.confirmed,
            "intended": underway.intended,
            "steps": sorted(underway.steps),
            "turn": underway.turn,
        }
    )


class _Kept(msgspec.Struct):
    version: int
    begun: Moment
    draft: dict[str, Any]
    times: list[tuple[list[str | int], Moment]]
    forms: dict[str, tuple[dict[str, list[str]], dict[str, Moment]]]
    person: Subject | None
    confirmed: bool
    intended: Modality | None
    steps: list[str]
    turn: int


def concerns(body: bytes, numbers: Collection[str]) -> bool:
    """Whether what is kept is about somebody with one of these numbers of the clinic's, or cannot be read at all."""
    underway = decode(body)
    return underway is None or underway.draft.session.subject in numbers


def decode(body: bytes) -> Underway | None:
    """What `encode` wrote; None for what another version wrote otherwise, which nobody can go on with."""
    try:
        kept = msgspec.json.decode(body, type=_Kept)
        draft = of_json(kept.draft)
    except (msgspec.DecodeError, ValidationError, KeyError, TypeError):
        return None
    if kept.version != _VERSION:
        return None
    return Underway(
        begun=kept.begun,
        draft=draft,
        times={tuple(place): at for place, at in kept.times},
        forms={name: Form(fields, times) for name, (fields, times) in kept.forms.items()},
        person=kept.person,
        confirmed=kept.confirmed,
        intended=kept.intended,
        steps=frozenset(kept.steps),
        turn=kept.turn,
    )
