"""Treatment protocol files: TOML in, a checked TreatmentProtocol out, or every problem with its line.

pydantic holds each table against its model, then every quantity goes through `devicelog.units.quantity` into the
record unit of its channel. Problems are collected, so that a file's author is told all of them at once.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from dataclasses import dataclass, field, replace
from decimal import Decimal
from difflib import get_close_matches
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, StrictBool, ValidationError

from devicelog.errors import ProtocolFileError, UnitError, UnknownNameError
from devicelog.treatment import protocol as model
from devicelog.treatment.protocol import CHANNEL_RULES, Citation, Limit, Overlay, Source, TreatmentProtocol
from devicelog.units import quantity

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

MAX_BYTES = 256 * 1024
SHIPPED = Path(__file__).parent / "protocols"

_Loc = tuple[str | int, ...]


class _Table(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class _SourceTable(_Table):
    title: str = Field(min_length=1)
    where: str = Field(min_length=1)


class _CitationTable(_Table):
    key: str = Field(min_length=1)
    grade: model.Grade


class _LimitTable(_Table):
    scope: model.Scope
    channel: model.Channel
    statistic: model.Statistic | None = None
    direction: model.Direction | None = None
    soft: Any = None  # amounts: read later, in the unit of the channel
    hard: Any = None
    soft_source: _CitationTable | None = None
    hard_source: _CitationTable | None = None
    tolerance: Any = None
    hysteresis: Any = None
    delay: Any = None
    latching: StrictBool | None = None
    documented: StrictBool = False
    note: str = ""


class _OverlayTable(_Table):
    country: str = Field(pattern="^[A-Z]{2}$")
    note: str = ""
    limit: list[dict[str, Any]] = Field(min_length=1)


class _FileTable(_Table):
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
    sources: dict[str, _SourceTable] = {}


_BELOW: Mapping[str, type[_Table]] = {
    "sources": _SourceTable,
    "soft_source": _CitationTable,
    "hard_source": _CitationTable,
}
_T = TypeVar("_T", bound=_Table)
_V = TypeVar("_V")

#: What a field may hold, for the sentence about one that does not; a field that is not here holds text.
_EXPECTED: dict[str, Any] = {
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
    "latching": "true or false",
    "documented": "true or false",
}


def parse(text: str, *, where: str) -> TreatmentProtocol:
    """The treatment protocol that a file's text states; `where` names the file in messages.

    Raises ProtocolFileError with the first problem and how many more there are.
    """
    protocol, problems = _read(text, where)
    if protocol is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog protocols check`)" if problems[1:] else ""
        raise ProtocolFileError(_sentence(problems[0].removesuffix(".") + rest))
    return protocol


def load(path: Path) -> TreatmentProtocol:
    """The treatment protocol in a file; raises ProtocolFileError if it cannot be read or trusted."""
    return parse(_text_of(path), where=str(path))


def check(path: Path) -> list[str]:
    """Everything that is wrong with a file, one sentence a problem, in the order of its lines; empty if it is sound."""
    try:
        return _read(_text_of(path), str(path))[1]
    except ProtocolFileError as error:
        return [str(error)]


def shipped() -> dict[str, Path]:
    """The files of the treatment protocols that come with devicelog, by id; every one is an unapproved example."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str) -> TreatmentProtocol:
    """A shipped treatment protocol by its id, or the one in a file given by its path (it ends in .toml).

    Raises UnknownNameError with the ids that exist, ProtocolFileError for a file that cannot be trusted.
    """
    known = shipped()
    if name in known:
        return load(known[name])
    if name.endswith(".toml"):
        return load(Path(name))
    raise UnknownNameError("treatment protocol", name, known, hint="The path of a .toml file is taken, too.")


def _text_of(path: Path) -> str:
    if not path.is_file():
        found = "a folder" if path.is_dir() else "no such file" if not path.exists() else "something else"
        raise ProtocolFileError(f"{path}: found {found}, expected a treatment protocol file (.toml).")
    try:
        with path.open("rb") as file:
            data = file.read(MAX_BYTES + 1)
    except OSError as error:
        raise ProtocolFileError(f"{path}: cannot be read ({error.strerror}), expected a readable file.") from None
    if len(data) > MAX_BYTES:
        raise ProtocolFileError(f"{path}: found more than {MAX_BYTES} bytes, expected a treatment protocol file.")
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        found = f"0x{data[error.start]:02x}"
        raise ProtocolFileError(f"{path}, line {line}: found the byte {found}, expected UTF-8 text.") from None


_COUNT = re.compile(r"[0-9]+(?: ?count)?")
_HEADER = re.compile(r"\s*(\[\[?)\s*([\w.-]+)\s*\]")
_KEY = re.compile(r"\s*([\w.-]+)\s*=")
_UNQUOTED = re.compile(r"=\s*[+-]?\d[\d.]*\s*[A-Za-zµ%]")


def _toml(text: str, where: str) -> dict[str, Any]:
    try:
        return tomllib.loads(text.removeprefix("\ufeff"), parse_float=Decimal)
    except tomllib.TOMLDecodeError as error:
        message, _, rest = str(error).partition(" (at ")
        position = re.match(r"line (\d+)", rest)
        place = f"{where}, line {position[1]}" if position else f"{where}, at its end"
        line = text.split("\n")[int(position[1]) - 1] if position else ""
        hint = '; a quantity stands in quotes, such as "0.05 mL"' if _UNQUOTED.search(line) else ""
        raise ProtocolFileError(f"{place}: found no TOML ({message}), expected lines of KEY = VALUE{hint}.") from None
    except (ValueError, ArithmeticError, RecursionError):
        raise ProtocolFileError(f"{where}: found a number too long or lists too deep, expected neither.") from None


def _read(text: str, where: str) -> tuple[TreatmentProtocol | None, list[str]]:
    """The protocol, or None and what is wrong."""
    try:
        raw = _toml(text, where)
    except ProtocolFileError as error:
        return None, [str(error)]
    sources = raw.get("sources")
    reader = _Reader(_Problems(where, _line_numbers(text)), list(sources) if isinstance(sources, dict) else [])
    protocol = reader.protocol(raw, text)
    problems = reader.problems.sentences()
    return (None if problems else protocol), problems


@dataclass(slots=True)
class _Problems:
    """What is wrong with a file, one sentence a problem, in the order of its lines."""

    where: str
    lines: Mapping[_Loc, int]
    found: list[tuple[int, str]] = field(default_factory=list)

    def add(self, loc: _Loc, what: str) -> None:
        line = next((self.lines[loc[:n]] for n in range(len(loc), 0, -1) if loc[:n] in self.lines), 0)
        words = [str(part + 1) if isinstance(part, int) else part for part in loc]
        named = " ".join(word if re.fullmatch(r"[\w.-]+", word) else repr(word) for word in words)
        place = f"{self.where}, line {line}" if line else self.where
        self.found.append((line, _sentence(f"{place}, {named}: {_shortened(what, 600)}")))

    def sentences(self) -> list[str]:
        return [sentence for _line, sentence in sorted(self.found, key=lambda problem: problem[0])]


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tables of one file into what they mean; what cannot be turned becomes a problem and None."""

    problems: _Problems
    source_keys: list[str]

    def protocol(self, raw: dict[str, Any], text: str) -> TreatmentProtocol | None:
        table = self._table(_FileTable, raw, ())
        names: dict[str, int] = {}
        limits = self._limits(raw.get("limit"), names, ())
        overlays = self._overlays(raw.get("overlay"), names)
        if table is None:
            return None
        if table.id == "none":
            self.problems.add(("id",), "found 'none', expected another name (it means: no treatment protocol)")
        return TreatmentProtocol(
            **table.model_dump(exclude={"limit", "overlay", "sources", "excluded_zones"}),
            excluded_zones=tuple(table.excluded_zones),
            limits=limits,
            overlays=overlays,
            sources={key: Source(source.title, source.where) for key, source in table.sources.items()},
            text=text,
            sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
        )

    def _table(self, kind: type[_T], raw: object, loc: _Loc) -> _T | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self.problems.add((*loc, *each["loc"]), _complaint(each["type"], each["loc"], each["input"], kind))
            return None

    def _limits(self, raws: object, names: dict[str, int], loc: _Loc) -> tuple[Limit, ...]:
        """The sound limits of a list of tables; `names` gathers the number of each name, of unsound ones too."""
        tables = raws if isinstance(raws, list) else []
        found = [
            self._limit(number, raw, names, (*loc, "limit", number - 1))
            for number, raw in enumerate(tables, 1)
            if isinstance(raw, dict)
        ]
        return tuple(limit for limit in found if limit is not None)

    def _overlays(self, raws: object, base: Mapping[str, int]) -> tuple[Overlay, ...]:
        found: dict[str, Overlay] = {}
        for index, raw in enumerate(raws if isinstance(raws, list) else []):
            if not isinstance(raw, dict):
                continue
            loc: _Loc = ("overlay", index)
            table = self._table(_OverlayTable, raw, loc)
            names: dict[str, int] = {}
            limits = self._limits(raw.get("limit"), names, loc)
            for name in names.keys() - base.keys():
                what = f"found {name!r}, expected one of those to replace: {', '.join(base)}"
                self.problems.add((*loc, "limit", names[name] - 1), what)
            if table is not None and table.country in found:
                self.problems.add((*loc, "country"), f"found {table.country!r} again, expected it once")
            elif table is not None:
                replaced = tuple(replace(limit, number=base[limit.name]) for limit in limits if limit.name in base)
                found[table.country] = Overlay(table.country, replaced, table.note)
        return tuple(found.values())

    def _limit(self, number: int, raw: dict[str, Any], names: dict[str, int], loc: _Loc) -> Limit | None:
        table = self._table(_LimitTable, raw, loc)
        if table is None:
            return None
        rule = CHANNEL_RULES[table.channel]
        before = len(self.problems.found)
        amounts = {key: self._amount(raw.get(key), unit, (*loc, key)) for key, unit in _units(rule.unit).items()}
        all_read = len(self.problems.found) == before
        statistic, direction = table.statistic or rule.statistic_default, table.direction or rule.direction
        limit = Limit(
            number=number,
            name=model.limit_name(table.scope, table.channel, statistic, direction),
            scope=table.scope,
            channel=table.channel,
            statistic=statistic,
            unit=rule.unit,
            direction=direction,
            soft=amounts["soft"],
            hard=amounts["hard"],
            soft_source=self._citation(table.soft_source, (*loc, "soft_source")),
            hard_source=self._citation(table.hard_source, (*loc, "hard_source")),
            tolerance=amounts["tolerance"] or Decimal(0),
            hysteresis=_default(amounts["hysteresis"], model.HYSTERESIS.get(table.scope, Decimal(0))),
            delay=amounts["delay"] or Decimal(0),
            latching=_default(table.latching, table.hard is not None),
            documented=table.documented,
            note=table.note,
        )
        for key, what in model.contradictions(limit):
            if all_read or key in {"scope", "statistic"}:  # what could not be read is not called missing as well
                self.problems.add((*loc, key), what)
        if names.setdefault(limit.name, number) != number:
            self.problems.add(loc, f"found {limit.name!r} again, expected it once (limit {names[limit.name]} has it)")
        return limit if len(self.problems.found) == before else None

    def _citation(self, table: _CitationTable | None, loc: _Loc) -> Citation | None:
        if table is None:
            return None
        if table.key not in self.source_keys:
            what = f"found {_shown(table.key)}, expected a key of [sources]{_guess(table.key, self.source_keys)}"
            self.problems.add((*loc, "key"), what)
        return Citation(table.key, table.grade)

    def _amount(self, raw: object, unit: str, loc: _Loc) -> Decimal | None:
        try:
            return None if raw is None else _amount(raw, unit)
        except UnitError as error:
            self.problems.add(loc, str(error))
            return None


def _units(unit: str) -> dict[str, str]:
    return {"soft": unit, "hard": unit, "tolerance": unit, "hysteresis": "1", "delay": "s"}


def _default(value: _V | None, default: _V) -> _V:
    return default if value is None else value


def _amount(raw: Any, unit: str) -> Decimal:
    """An amount in `unit`: text with a unit, a whole number for a count, a number or text for a fraction."""
    number = isinstance(raw, int | Decimal) and not isinstance(raw, bool)
    if unit == "count":
        if number and isinstance(raw, int):
            return Decimal(raw)
        if isinstance(raw, str) and _COUNT.fullmatch(raw):
            return Decimal(raw.removesuffix("count").strip())
        raise UnitError(f"found {_shown(raw)}, expected a whole number such as 100")
    if number and unit == "1" and Decimal(raw).is_finite():
        return Decimal(raw)
    if not isinstance(raw, str):
        example = "2 %" if unit == "1" else f"{_shown(raw) if number else 2} {unit}"
        raise UnitError(f"found {_shown(raw)}, expected text with a unit such as {example!r}")
    return quantity(raw, unit)


def _shown(value: object) -> str:
    if isinstance(value, dict | list):
        return "a table" if isinstance(value, dict) else "a list" if value else "an empty list"
    if isinstance(value, int) and not isinstance(value, bool):
        value = Decimal(value)  # which prints any number of digits
    text = repr(value) if isinstance(value, str) else str(value).lower()
    return _shortened(text, 60)


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?")) else f"{text}."


def _shortened(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[: length - 3]}..."


def _guess(word: object, known: Iterable[str]) -> str:
    close = get_close_matches(word[:60], list(known), n=1) if isinstance(word, str) else []
    return f"; did you mean {close[0]!r}?" if close else ""


def _complaint(kind: str, loc: _Loc, value: object, table: type[_Table]) -> str:
    """What one of pydantic's errors says, in the words of the file."""
    names = [part for part in loc if isinstance(part, str)]
    if kind == "extra_forbidden":
        known = list((_BELOW.get(names[0], table) if names[1:] else table).model_fields)
        return f"found a field that is not known, expected one of {', '.join(known)}{_guess(names[-1], known)}"
    expected = _EXPECTED.get(names[-1], "text")
    found = "nothing" if kind == "missing" else _shown(value)
    if isinstance(expected, str):
        return f"found {found}, expected {expected}"
    words = [member.value for member in expected]
    return f"found {found}, expected one of {', '.join(words)}{_guess(value, words)}"


def _line_numbers(text: str) -> dict[_Loc, int]:
    """The line of each table and key, by a scan that is good enough for a message."""
    lines: dict[_Loc, int] = {}
    counts: dict[_Loc, int] = {}
    table: _Loc = ()
    in_long_text = False
    for number, line in enumerate(text.split("\n"), 1):
        if not in_long_text:
            if header := _HEADER.match(line):
                table = _table_of(header[2].split("."), header[1] == "[[", counts)
                lines.setdefault(table, number)
            elif key := _KEY.match(line):
                lines.setdefault((*table, *key[1].split(".")), number)
        in_long_text ^= (line.count('"""') + line.count("'''")) % 2 == 1
    return lines


def _table_of(parts: list[str], is_array: bool, counts: dict[_Loc, int]) -> _Loc:
    """Where a header stands: the third [[overlay.limit]] of the first [[overlay]] is ("overlay", 0, "limit", 2)."""
    table: _Loc = ()
    for part in parts[:-1]:
        table = (*table, part)
        table = (*table, counts[table] - 1) if table in counts else table
    table = (*table, parts[-1])
    if is_array:
        counts[table] = counts.get(table, 0) + 1
        table = (*table, counts[table] - 1)
    return table
