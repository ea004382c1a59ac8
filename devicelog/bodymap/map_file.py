"""The files of the body map: TOML in, a checked BodyMap out. Each released version stays, because sessions name it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from hashlib import sha256
from pathlib import Path

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from devicelog.bodymap.zones import CODE, BodyMap, Citation, Exclusion, Side, Source, Zone, key
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.toml_file import tables_of, text_of

SHIPPED = Path(__file__).parent / "maps"

_WHAT = "body map"
_SIDE = "{side}"


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


class _Source(_Table):
    title: str = Field(min_length=1)
    where: str = Field(min_length=1)


class _Citation(_Table):
    key: str
    grade: str = Field(pattern="^[HM]$")  # a weaker source excludes nothing


class _Exclusion(_Table):
    modalities: list[str] = Field(min_length=1)
    because: str = Field(min_length=1)
    sources: list[_Citation] = Field(min_length=1)


class _Zone(_Table):
    code: str = Field(pattern=f"^{CODE.pattern}$")
    name: str = Field(min_length=1)
    sides: bool = False
    drawings: list[str] = []
    aliases: list[str] = []
    side_aliases: list[str] = []
    snomed: str | None = Field(default=None, pattern="^[0-9]{6,18}$")
    excluded: list[_Exclusion] = []


class _File(_Table):
    version: str = Field(pattern="^[0-9]+$")
    sources: dict[str, _Source]
    drawings: dict[str, str]
    zone: list[_Zone]


def versions() -> dict[str, Path]:
    """The versions of the map that are installed."""
    return {path.stem: path for path in SHIPPED.glob("*.toml")}


def read(version: str | None = None) -> BodyMap:
    """That version, or the newest; raises UnknownNameError for one that is not installed."""
    return _read(version if version is not None else max(versions(), key=int))


@cache
def _read(wanted: str) -> BodyMap:
    known = versions()
    if wanted not in known:
        raise UnknownNameError(f"version of the {_WHAT}", wanted, known, hint="A newer devicelog may have it.")
    return parse(text_of(known[wanted], _WHAT, BadInputError), where=f"{_WHAT} {wanted}")


def parse(text: str, *, where: str) -> BodyMap:
    """The map that a file's text states; raises BadInputError with the first thing that is wrong with it."""
    try:
        file = _File.model_validate(tables_of(text, where, BadInputError))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        place = ".".join(map(str, first["loc"]))
        raise BadInputError(f"{where}, {place}: found {first['input']!r:.80}; {first['msg']}.") from None
    zones = [zone for table in file.zone for zone in _zones(table)]
    for what in _contradictions(zones, file):
        raise BadInputError(f"{where}: {what}.")
    return BodyMap(
        version=file.version,
        sha256=sha256(text.encode()).hexdigest(),
        zones={zone.code: zone for zone in zones},
        drawings=file.drawings,
        sources={name: Source(source.title, source.where) for name, source in file.sources.items()},
    )


def _zones(table: _Zone) -> Iterator[Zone]:
    """The zone of a table and, with sides, its left and its right one."""
    yield Zone(
        code=table.code,
        name=table.name,
        parent=_parent(table.code),
        side=None,
        drawings=() if table.sides else tuple(table.drawings),
        aliases=tuple(table.aliases),
        snomed=table.snomed,
        excluded=tuple(map(_exclusion, table.excluded)),
    )
    for side in Side if table.sides else ():
        yield Zone(
            code=f"{table.code}.{side}",
            name=f"{table.name}, {side}",
            parent=table.code,
            side=side,
            drawings=tuple(name.replace(_SIDE, side) for name in table.drawings),
            aliases=tuple(_sided(table, side)),
            snomed=None,
            excluded=(),
        )


def _sided(table: _Zone, side: Side) -> Iterator[str]:
    """What people call the zone of one side."""
    names = table.aliases if "." in table.code else [table.code, *table.aliases]
    taken = {key(f"{table.code}.{side}")}
    for name in (*(f"{_SIDE} {name}" for name in names), *table.side_aliases):
        for alias in (name.replace(_SIDE, side), name.replace(f"{_SIDE} ", "") + f" {side}"):
            if key(alias) not in taken:
                taken.add(key(alias))
                yield alias


def _exclusion(table: _Exclusion) -> Exclusion:
    sources = tuple(Citation(source.key, source.grade) for source in table.sources)
    return Exclusion(frozenset(table.modalities), table.because, sources)


def _parent(code: str) -> str | None:
    return code.rpartition(".")[0] or None


def _contradictions(zones: list[Zone], file: _File) -> Iterator[str]:
    """What a map must not have: names that mean two zones, zones in nothing, drawings or sources that are not there."""
    meant: dict[str, str] = {}
    codes: set[str] = set()
    for zone in zones:
        if zone.parent is not None and zone.parent not in codes:
            yield f"{zone.code} is in {zone.parent}, which does not stand before it"
        codes.add(zone.code)
        for name in (zone.code, *zone.aliases):
            if (other := meant.setdefault(key(name), zone.code)) != zone.code:
                yield f"{name!r} means {other} and {zone.code}"
        for drawing in set(zone.drawings) - set(file.drawings):
            yield f"{zone.code} is drawn on {drawing!r}, which is not in [drawings]"
        for source in {cited.key for found in zone.excluded for cited in found.sources} - set(file.sources):
            yield f"{zone.code} cites {source!r}, which is not in [sources]"
