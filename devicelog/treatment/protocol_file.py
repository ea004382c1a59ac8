"""Treatment protocol files: TOML in, a checked TreatmentProtocol out, or every problem with its line.

pydantic holds each table against its model, then every quantity goes through `devicelog.units.quantity` into the
record unit of its channel. Problems are collected, so that a file's author is told all of them at once.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError

from devicelog.errors import BadInputError, ProtocolFileError, UnitError, UnknownNameError
from devicelog.problems import Location, Problems, guess, line_numbers, sentence, shown
from devicelog.toml_file import tables_of, text_of
from devicelog.treatment import protocol as model
from devicelog.treatment.protocol import (
    CHANNEL_RULES,
    Citation,
    DerivedFrom,
    Limit,
    Overlay,
    Source,
    TopUp,
    TreatmentProtocol,
)
from devicelog.treatment.protocol_problems import complaint
from devicelog.treatment.protocol_schema import CitationTable, FileTable, LimitTable, OverlayTable, Table, TopUpTable
from devicelog.treatment.sanity import Findings, examine
from devicelog.units import plain, quantity

#: What such a file is called in messages.
_WHAT = "treatment protocol file"
SHIPPED = Path(__file__).parent / "protocols"
#: The tables of a file that are read by hand.
_APART = {"limit", "overlay", "sources", "excluded_zones", "top_up", "derived_from"}


_T = TypeVar("_T", bound=Table)
_V = TypeVar("_V")


def parse(text: str, *, where: str) -> TreatmentProtocol:
    """The treatment protocol that a file's text states; `where` names the file in messages.

    Raises ProtocolFileError with the first problem and how many more there are.
    """
    protocol, problems = _read(text, where)
    if protocol is None:
        rest = f" (and {len(problems) - 1} more, see `devicelog protocols check`)" if problems[1:] else ""
        raise ProtocolFileError(sentence(problems[0].removesuffix(".") + rest))
    return protocol


def load(path: Path) -> TreatmentProtocol:
    """The treatment protocol in a file; raises ProtocolFileError if it cannot be read or trusted."""
    return parse(text_of(path, _WHAT, ProtocolFileError), where=str(path))


def check(path: Path) -> list[str]:
    """Everything that is wrong with a file, one sentence a problem, in the order of its lines; empty if it is sound."""
    return examined(path).faults


def examined(path: Path) -> Findings:
    """What is wrong with a file, and what its author may want to look at."""
    try:
        protocol, problems = _read(text_of(path, _WHAT, ProtocolFileError), str(path))
    except ProtocolFileError as error:
        return Findings([str(error)], [])
    return examine(protocol, str(path)) if protocol is not None else Findings(problems, [])


def shipped() -> dict[str, Path]:
    """The files of the treatment protocols that come with devicelog, by id; every one is an unapproved example."""
    return {path.stem: path for path in sorted(SHIPPED.glob("*.toml"))}


def find(name: str, own: Mapping[str, str] | None = None) -> TreatmentProtocol:
    """A treatment protocol by its id, or the one in a file given by its path (it ends in .toml).

    `own` are texts by id that stand before the shipped ones. `NAME+OVERLAY` applies an overlay of it. Raises
    UnknownNameError with the names that exist, ProtocolFileError for a file that cannot be trusted.
    """
    base, plus, overlay = name.rpartition("+")
    if plus and not name.endswith(".toml"):
        return _found(base, own or {}).with_overlay(overlay)
    return _found(name, own or {})


def _found(name: str, own: Mapping[str, str]) -> TreatmentProtocol:
    known = shipped()
    if name in own:
        return parse(own[name], where=f"the treatment protocol {name} that was approved here")
    if name in known:
        return load(known[name])
    if name.endswith(".toml"):
        return load(Path(name))
    hint = "The path of a .toml file is taken, too."
    raise UnknownNameError("treatment protocol", name, {*known, *own}, hint=hint)


def limits_kept(protocol: Mapping[str, Any] | None) -> tuple[Limit, ...]:
    """The limits in a session's own copy of its treatment protocol; none if it has none or it cannot be read."""
    if protocol is None:
        return ()
    overlay = protocol.get("overlay")
    return _limits_in(str(protocol.get("text", "")), str(overlay) if overlay is not None else None)


@lru_cache(maxsize=8)  # every view of a session asks for them again
def _limits_in(text: str, overlay: str | None) -> tuple[Limit, ...]:
    try:
        found = parse(text, where="the session's treatment protocol")
        return (found.with_overlay(overlay) if overlay is not None else found).limits
    except BadInputError:
        return ()


_COUNT = re.compile(r"[0-9]+(?: ?count)?")


def _read(text: str, where: str) -> tuple[TreatmentProtocol | None, list[str]]:
    """The protocol, or None and what is wrong."""
    try:
        raw = tables_of(text, where, ProtocolFileError)
    except ProtocolFileError as error:
        return None, [str(error)]
    sources = raw.get("sources")
    reader = _Reader(Problems(where, line_numbers(text)), list(sources) if isinstance(sources, dict) else [])
    protocol = reader.protocol(raw, text)
    problems = reader.problems.sentences()
    return (None if problems else protocol), problems


@dataclass(frozen=True, slots=True)
class _Reader:
    """Turns the tables of one file into what they mean; what cannot be turned becomes a problem and None."""

    problems: Problems
    source_keys: list[str]

    def protocol(self, raw: dict[str, Any], text: str) -> TreatmentProtocol | None:
        table = self._table(FileTable, raw, ())
        names: dict[str, int] = {}
        limits = self._limits(raw.get("limit"), names, ())
        overlays = self._overlays(raw.get("overlay"), names)
        if table is None:
            return None
        if table.id == "none":
            self.problems.add(("id",), "found 'none', expected another name (it means: no treatment protocol)")
        return TreatmentProtocol(
            **table.model_dump(exclude=_APART),
            excluded_zones=tuple(table.excluded_zones),
            limits=limits,
            overlays=overlays,
            sources={key: Source(source.title, source.where) for key, source in table.sources.items()},
            text=text,
            sha256=hashlib.sha256(text.encode("utf-8")).hexdigest(),
            top_up=self._top_up(table.top_up),
            derived_from=DerivedFrom(**table.derived_from.model_dump()) if table.derived_from is not None else None,
        )

    def _top_up(self, table: TopUpTable | None) -> TopUp | None:
        if table is None:
            return None
        after, until = (self._amount(getattr(table, name), "day", ("top_up", name)) for name in ("after", "until"))
        source = self._citation(table.source, ("top_up", "source"))
        if after is None or until is None:
            return None
        if after <= 0 or until < after:
            what = f"found {plain(after)} to {plain(until)} days, expected more than zero, and until not before after"
            self.problems.add(("top_up",), what)
        return TopUp(after, until, source)

    def _table(self, kind: type[_T], raw: object, loc: Location) -> _T | None:
        try:
            return kind.model_validate(raw)
        except ValidationError as error:
            for each in error.errors(include_url=False):
                self.problems.add((*loc, *each["loc"]), complaint(each["type"], each["loc"], each["input"], kind))
            return None

    def _limits(self, raws: object, names: dict[str, int], loc: Location) -> tuple[Limit, ...]:
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
            loc: Location = ("overlay", index)
            table = self._table(OverlayTable, raw, loc)
            names: dict[str, int] = {}
            limits = self._limits(raw.get("limit"), names, loc)
            for name in names.keys() - base.keys():
                what = f"found {name!r}, expected one of those to replace: {', '.join(base)}"
                self.problems.add((*loc, "limit", names[name] - 1), what)
            called = self._overlay_name(table, found, loc) if table is not None else None
            if table is not None and called is not None:
                replaced = tuple(replace(limit, number=base[limit.name]) for limit in limits if limit.name in base)
                found[called] = Overlay(called, replaced, table.note)
        return tuple(found.values())

    def _overlay_name(self, table: OverlayTable, known: Mapping[str, Overlay], loc: Location) -> str | None:
        """The country or the clinic of an overlay; None if it has neither or both, or stands there already."""
        key = "country" if table.country is not None else "clinic"
        name = table.country or table.clinic
        if name is None or (table.country is not None and table.clinic is not None):
            self.problems.add(loc, f"found {'neither' if name is None else 'both'}, expected country or clinic")
        elif name in known:
            self.problems.add((*loc, key), f"found {name!r} again, expected it once")
        else:
            return name
        return None

    def _limit(self, number: int, raw: dict[str, Any], names: dict[str, int], loc: Location) -> Limit | None:
        table = self._table(LimitTable, raw, loc)
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

    def _citation(self, table: CitationTable | None, loc: Location) -> Citation | None:
        if table is None:
            return None
        if table.key not in self.source_keys:
            what = f"found {shown(table.key)}, expected a key of [sources]{guess(table.key, self.source_keys)}"
            self.problems.add((*loc, "key"), what)
        return Citation(table.key, table.grade)

    def _amount(self, raw: object, unit: str, loc: Location) -> Decimal | None:
        try:
            return None if raw is None else amount(raw, unit)
        except UnitError as error:
            self.problems.add(loc, str(error))
            return None


def _units(unit: str) -> dict[str, str]:
    return {"soft": unit, "hard": unit, "tolerance": unit, "hysteresis": "1", "delay": "s"}


def _default(value: _V | None, default: _V) -> _V:
    return default if value is None else value


def amount(raw: Any, unit: str) -> Decimal:
    """An amount in `unit`: text with a unit, a whole number for a count, a number or text for a fraction."""
    number = isinstance(raw, int | Decimal) and not isinstance(raw, bool)
    if unit == "count":
        if number and isinstance(raw, int):
            return Decimal(raw)
        if isinstance(raw, str) and _COUNT.fullmatch(raw):
            return Decimal(raw.removesuffix("count").strip())
        raise UnitError(f"found {shown(raw)}, expected a whole number such as 100")
    if number and unit == "1" and Decimal(raw).is_finite():
        return Decimal(raw)
    if not isinstance(raw, str):
        example = "2 %" if unit == "1" else f"{shown(raw) if number else 2} {unit}"
        raise UnitError(f"found {shown(raw)}, expected text with a unit such as {example!r}")
    return quantity(raw, unit)
