"""What may become of a field: kept, moved, given a pseudonym, or left out. What a rule does not expect is dropped."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any, Protocol

from devicelog.bodymap.zones import load
from devicelog.export.deidentified.cover import LEFT_OUT, Cover
from devicelog.ledger.sealed import is_sealed

#: A field that is not there any more.
DROPPED = object()

_NUMBER = re.compile(r"-?[0-9]+(\.[0-9]+)?")
_OFFSET = re.compile(r"[+-]\d{2}:\d{2}")
_NAME = re.compile(r"[a-z][a-z0-9_ -]{0,40}")
_VERSION = re.compile(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}")


class Rule(Protocol):
    """What becomes of a value that is not null; DROPPED: the field goes."""

    def __call__(self, value: Any, cover: Cover, /) -> Any: ...


@dataclass(frozen=True, slots=True)
class Fields:
    """An object with these fields; any other is dropped. `filled` are those that stand there whatever they said."""

    rules: Mapping[str, Rule]
    filled: Mapping[str, Any] = field(default_factory=dict)

    def __call__(self, value: Any, cover: Cover) -> Any:
        if not isinstance(value, dict) or is_sealed(value):
            return DROPPED
        found = dict(self.filled)
        for name, rule in self.rules.items():
            if name in value:
                made = None if value[name] is None else rule(value[name], cover)
                found |= {name: made} if made is not DROPPED else {}
        return found

    def at(self, path: str) -> Rule | None:
        """The rule of a field as an amendment names it (`ingredients.1.name`); None if there is none."""
        step, _, rest = path.partition(".")
        rule = self.rules.get(step)
        if not rest or rule is None:
            return rule
        if isinstance(rule, Each):
            _, _, rest = rest.partition(".")
            rule = rule.rule
        return rule if not rest else rule.at(rest) if isinstance(rule, Fields) else None


@dataclass(frozen=True, slots=True)
class Each:
    """A list, each part of which becomes what the rule says."""

    rule: Rule

    def __call__(self, value: Any, cover: Cover) -> Any:
        if not isinstance(value, list):
            return DROPPED
        made = [None if one is None else self.rule(one, cover) for one in value]
        return [one for one in made if one is not DROPPED]


@dataclass(frozen=True, slots=True)
class Words:
    """A text of a closed list; of any other, that it was left out."""

    known: Collection[str]

    def __call__(self, value: Any, _: Cover) -> Any:
        return value if isinstance(value, str) and value in self.known else LEFT_OUT


@dataclass(frozen=True, slots=True)
class Named:
    """A pseudonym of its own kind: `device-3f9a01c2`; an empty text stays empty."""

    what: str

    def __call__(self, value: Any, cover: Cover) -> Any:
        if not isinstance(value, str):
            return DROPPED
        return cover.named(self.what, value) if value.strip() else value


def kept(value: Any, _: Cover) -> Any:
    """A number, a yes or no, or a text that names no person, place or device, and was typed of none."""
    if isinstance(value, list):
        return value if all(isinstance(one, int | str) for one in value) else DROPPED
    return value if isinstance(value, int | str) else DROPPED


def figures(value: Any, cover: Cover) -> Any:
    """Numbers and decimals, by the names of metrics or in lists; nothing else."""
    if isinstance(value, int) or (isinstance(value, str) and _NUMBER.fullmatch(value)):
        return value
    if isinstance(value, list):
        return Each(figures)(value, cover)
    if isinstance(value, dict) and not is_sealed(value):
        return Fields({name: figures for name in value if _NAME.fullmatch(name) or name.isdecimal()})(value, cover)
    return DROPPED


def left_out(_: Any, __: Cover) -> Any:
    """A text that a person wrote, or that names a person, a place or a file: the place says that one was there."""
    return LEFT_OUT


def moment(value: Any, cover: Cover) -> Any:
    """A date or a time, moved; dropped if it is neither."""
    moved = cover.moment(value) if isinstance(value, str) else None
    return moved if moved is not None else DROPPED


def said_moment(value: Any, cover: Cover) -> Any:
    """A time in a device's own words: moved if it is written as ISO 8601 has it, else left out."""
    moved = cover.moment(value) if isinstance(value, str) else None
    return moved if moved is not None else LEFT_OUT


def digest(value: Any, cover: Cover) -> Any:
    """A digest under the secret in the place of one that anybody can compute."""
    return cover.digest(value) if isinstance(value, str) else DROPPED


def session(value: Any, cover: Cover) -> Any:
    """The id of a session of the same subject."""
    return cover.session(value) if isinstance(value, str) else DROPPED


def subject(_: Any, cover: Cover) -> Any:
    """The id of the subject, whatever it was: merged ids are one person."""
    return cover.subject


def zone(value: Any, cover: Cover) -> Any:
    """A zone of the body map, however small; one that is not on it was typed freely and gets a pseudonym."""
    if not isinstance(value, str):
        return DROPPED
    return value if load().find(value) is not None else cover.named("zone", value)


def no_offset(_: Any, __: Cover) -> Any:
    """In the place of a time zone: its offset tells summer from winter, and with that by how much dates were moved."""
    return "+00:00"


def offset(value: Any, _: Cover) -> Any:
    """The offset of a device's clock; a name of a zone tells a place."""
    return value if isinstance(value, str) and (_OFFSET.fullmatch(value) or value == "UTC") else "+00:00"


def machine(value: Any, _: Cover) -> Any:
    """What a device, a driver or its package is called; a path is left out."""
    if not isinstance(value, str):
        return DROPPED
    return LEFT_OUT if "/" in value or "\\" in value else value


def version(value: Any, cover: Cover) -> Any:
    """A version in numbers; any other gets a pseudonym."""
    if not isinstance(value, str):
        return DROPPED
    return value if _VERSION.fullmatch(value) else cover.named("version", value)


def overridden(value: Any, cover: Cover) -> Any:
    """What an override or a refusal is of, such as `screening:epilepsy`; a zone in it is a zone."""
    if not isinstance(value, str):
        return DROPPED
    room, colon, rest = value.partition(":")
    return f"{room}{colon}{zone(rest, cover)}" if room == "zone" else value
