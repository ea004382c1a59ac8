"""The tables of a treatment protocol file as pydantic checks them; amounts are read later, in the channel's unit."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field, StrictBool

from devicelog.treatment import protocol as model


class Table(BaseModel):
    """A table of the file; a key that is not known is refused."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SourceTable(Table):
    """Where a number was read."""

    title: str = Field(min_length=1)
    where: str = Field(min_length=1)


class CitationTable(Table):
    """A key of [sources], and how good that source is for this number."""

    key: str = Field(min_length=1)
    grade: model.Grade


class LimitTable(Table):
    """One [[limit]]."""

    scope: model.Scope
    channel: model.Channel
    statistic: model.Statistic | None = None
    direction: model.Direction | None = None
    soft: Any = None  # amounts: read later, in the unit of the channel
    hard: Any = None
    soft_source: CitationTable | None = None
    hard_source: CitationTable | None = None
    tolerance: Any = None
    hysteresis: Any = None
    delay: Any = None
    latching: StrictBool | None = None
    documented: StrictBool = False
    note: str = ""


class OverlayTable(Table):
    """One [[overlay]]: what a country's law or a clinic makes stricter; it has the name of one of them."""

    country: str | None = Field(default=None, pattern="^[A-Z]{2}$")
    clinic: str | None = Field(default=None, pattern="^[a-z0-9-]+$")
    note: str = ""
    limit: list[dict[str, Any]] = Field(min_length=1)


class TopUpTable(Table):
    """[top_up]: when the result of a finished course is taken up again."""

    after: Any  # amounts in days
    until: Any
    source: CitationTable | None = None


class DerivedFromTable(Table):
    """[derived_from]: the protocol that this one was made of."""

    id: str = Field(pattern="^[a-z0-9-]+$")
    version: str = Field(min_length=1)
    sha256: str = Field(pattern="^[0-9a-f]{64}$")


class FileTable(Table):
    """The whole file."""

    id: str = Field(pattern="^[a-z0-9-]+$")
    family: str = Field(pattern="^[a-z0-9-]+$")
    version: str = Field(min_length=1)
    title: str = Field(min_length=1)
    status: model.Status
    modality: model.Modality
    area: str = Field(min_length=1)
    notes: str = ""
    evidence_note: str = ""
    excluded_zones: list[str] = []
    limit: list[dict[str, Any]] = Field(min_length=1)  # read one by one, so that a bad one hides no other
    overlay: list[dict[str, Any]] = []
    sources: dict[str, SourceTable] = {}
    top_up: TopUpTable | None = None
    derived_from: DerivedFromTable | None = None


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
