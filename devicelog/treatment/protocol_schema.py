"""The tables of a treatment protocol file and what each field may hold; amounts are read later, in their units."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from devicelog.treatment import protocol as model
from devicelog.treatment.protocol_checks import (
    Table,
    a_table,
    anything,
    below,
    by_key,
    like,
    many,
    some_text,
    text,
    word,
    yes_no,
)

_NAME = like("[a-z0-9-]+")


@dataclass(frozen=True, kw_only=True)
class SourceTable(Table):
    """Where a number was read."""

    title: str = field(metadata=some_text)
    where: str = field(metadata=some_text)


@dataclass(frozen=True, kw_only=True)
class CitationTable(Table):
    """A key of [sources], and how good that source is for this number."""

    key: str = field(metadata=some_text)
    grade: model.Grade = field(metadata=word(model.Grade))


@dataclass(frozen=True, kw_only=True)
class LimitTable(Table):
    """One [[limit]]."""

    scope: model.Scope = field(metadata=word(model.Scope))
    channel: model.Channel = field(metadata=word(model.Channel))
    statistic: model.Statistic | None = field(default=None, metadata=word(model.Statistic))
    direction: model.Direction | None = field(default=None, metadata=word(model.Direction))
    soft: Any = field(default=None, metadata=anything)  # amounts: read later, in the unit of the channel
    hard: Any = field(default=None, metadata=anything)
    soft_source: CitationTable | None = field(default=None, metadata=below(CitationTable))
    hard_source: CitationTable | None = field(default=None, metadata=below(CitationTable))
    tolerance: Any = field(default=None, metadata=anything)
    hysteresis: Any = field(default=None, metadata=anything)
    delay: Any = field(default=None, metadata=anything)
    latching: bool | None = field(default=None, metadata=yes_no)
    documented: bool = field(default=False, metadata=yes_no)
    note: str = field(default="", metadata=text)


@dataclass(frozen=True, kw_only=True)
class OverlayTable(Table):
    """One [[overlay]]: what a country's law or a clinic makes stricter; it has the name of one of them."""

    country: str | None = field(default=None, metadata=like("[A-Z]{2}"))
    clinic: str | None = field(default=None, metadata=_NAME)
    note: str = field(default="", metadata=text)
    limit: Sequence[Mapping[str, Any]] = field(metadata=many(a_table, least=1))


@dataclass(frozen=True, kw_only=True)
class TopUpTable(Table):
    """[top_up]: when the result of a finished course is taken up again."""

    after: Any = field(metadata=anything)  # amounts in days
    until: Any = field(metadata=anything)
    source: CitationTable | None = field(default=None, metadata=below(CitationTable))


@dataclass(frozen=True, kw_only=True)
class DerivedFromTable(Table):
    """[derived_from]: the protocol that this one was made of."""

    id: str = field(metadata=_NAME)
    version: str = field(metadata=some_text)
    sha256: str = field(metadata=like("[0-9a-f]{64}"))


@dataclass(frozen=True, kw_only=True)
class FileTable(Table):
    """The whole file."""

    id: str = field(metadata=_NAME)
    family: str = field(metadata=_NAME)
    version: str = field(metadata=some_text)
    title: str = field(metadata=some_text)
    status: model.Status = field(metadata=word(model.Status))
    modality: model.Modality = field(metadata=word(model.Modality))
    area: str = field(metadata=some_text)
    notes: str = field(default="", metadata=text)
    evidence_note: str = field(default="", metadata=text)
    excluded_zones: Sequence[str] = field(default=(), metadata=many(text))
    limit: Sequence[Mapping[str, Any]] = field(
        metadata=many(a_table, least=1)
    )  # read one by one, so that a bad one hides none
    overlay: Sequence[Mapping[str, Any]] = field(default=(), metadata=many(a_table))
    sources: Mapping[str, SourceTable] = field(default_factory=dict, metadata=by_key(below(SourceTable)))
    top_up: TopUpTable | None = field(default=None, metadata=below(TopUpTable))
    derived_from: DerivedFromTable | None = field(default=None, metadata=below(DerivedFromTable))


#: The tables inside tables, by the key that holds them.
BELOW: Mapping[str, type[Table]] = {
    "sources": SourceTable,
    "soft_source": CitationTable,
    "hard_source": CitationTable,
    "source": CitationTable,
    "top_up": TopUpTable,
    "derived_from": DerivedFromTable,
}

#: What a field may hold, for the sentence about one that does not; a field that is not here holds text.
EXPECTED: dict[str, Any] = {
    "id": "a name of a-z, 0-9 and '-'",
    "family": "a name of a-z, 0-9 and '-'",
    "version": 'text such as "1"',
    "status": model.Status,
    "modality": model.Modality,
    "scope": model.Scope,
    "channel": model.Channel,
    "statistic": model.Statistic,
    "direction": model.Direction,
    "grade": model.Grade,
    "excluded_zones": 'a list of zone codes such as ["orbital"]',
    "limit": "one table or more, [[limit]] or [[overlay.limit]]",
    "overlay": "tables written [[overlay]]",
    "sources": 'a table of KEY = { title = "...", where = "..." }',
    "soft_source": '{ key = "...", grade = "..." }',
    "hard_source": '{ key = "...", grade = "..." }',
    "country": "two capital letters such as IT",
    "clinic": "a name of a-z, 0-9 and '-'",
    "top_up": "a table [top_up] with after, until and source",
    "derived_from": "a table [derived_from] with id, version and sha256",
    "after": 'a number of days such as "90 days"',
    "until": 'a number of days such as "150 days"',
    "source": '{ key = "...", grade = "..." }',
    "sha256": "64 hexadecimal digits",
    "latching": "true or false",
    "documented": "true or false",
}
