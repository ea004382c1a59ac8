"""A Modbus profile as a driver: its queries checked and made into bytes, its reports laid over their replies."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from devicelog.guess.framings import Cut
from devicelog.guess.guess import Claim
from devicelog.problems import Location, Problems
from devicelog.profile.clock import clock_of
from devicelog.profile.draft import Draft, Tables, validated
from devicelog.profile.engine import Engine, Wire
from devicelog.profile.queries import look_at_query, polling_of, query_of
from devicelog_drivers.modbus.decoder import REFUSED, Map
from devicelog_drivers.modbus.layout import layouts
from devicelog_drivers.modbus.queries import BITS, MOST, READING, REGISTERS, Asked, asked
from devicelog_drivers.modbus.start import START
from devicelog_drivers.modbus.tables import ModbusMetric, ModbusProfile, ModbusQuery, ModbusReport


def _wire(draft: Draft) -> Wire | None:
    profile = draft.table
    assert isinstance(profile, ModbusProfile)
    before = len(draft.problems.found)
    queries = _queries(profile, draft.problems)
    is_asked = len(queries) == len(profile.query)
    made = layouts(draft.reports, queries, profile.modbus.order, draft.problems) if is_asked else {}
    shared = Map(profile.model, profile.modbus.slave, profile.modbus.echo, queries, made)
    if is_asked and draft.is_complete and len(draft.problems.found) == before:
        _look_at_replies(shared, draft.problems)
    for report in draft.reports:
        if report.table.name == REFUSED.name:
            draft.problems.add((*report.loc, "name"), f"found {REFUSED.name!r}, expected another: it is the engine's")
    declared = {
        name: query_of(draft, query.table, query.request, ("query", place))
        for place, (name, query) in enumerate(queries.items())
    }
    return Wire(
        decoder=shared.decoder,
        queries=tuple(declared.values()),
        polling=polling_of(draft, profile.polling, shared.is_whole),
        reports=(REFUSED,),
        clock=clock_of(draft, declared) if is_asked else None,
    )


def _queries(profile: ModbusProfile, problems: Problems) -> dict[str, Asked]:
    """The sound queries by name."""
    found: dict[str, Asked] = {}
    for place, raw in enumerate(profile.query):
        loc: Location = ("query", place)
        table = validated(ModbusQuery, raw, problems, loc)
        if table is None or not _is_sound(table, found, loc, problems):
            continue
        query = asked(table, profile.modbus.slave)
        twin = next((name for name, other in found.items() if other.request == query.request), None)
        if twin is not None:
            problems.add(loc, f"found the query {table.name!r}, expected other registers than {twin!r} reads")
        found[table.name] = query
    return found


def _is_sound(table: ModbusQuery, others: Mapping[str, Asked], loc: Location, problems: Problems) -> bool:
    before = len(problems.found)
    if table.function not in READING:
        expected = "one that only reads: 1, 2, 3, 4, 17 (0x11) or 43 (0x2B)"
        problems.add((*loc, "function"), f"found the function code {table.function}, expected {expected}")
    ranged = table.function in (*BITS, *REGISTERS)
    given = [key for key in ("start", "count") if getattr(table, key) is not None]
    if ranged and len(given) < 2:
        key = "count" if given == ["start"] else "start"
        problems.add((*loc, key), "found nothing, expected a whole number: what is read")
    if table.function in READING and not ranged and given:
        found = f"found {getattr(table, given[0])}"
        problems.add((*loc, given[0]), f"{found}, expected none: function {table.function} reads no registers")
    if ranged and (table.count or 0) > MOST[table.function]:
        problems.add((*loc, "count"), f"found {table.count}, expected at most {MOST[table.function]} in one reply")
    if ranged and (table.start or 0) + (table.count or 0) > 65_536:
        problems.add((*loc, "count"), f"found {table.count}, expected no address beyond 65535")
    look_at_query(table, others, loc, problems)
    return len(problems.found) == before


def _look_at_replies(shared: Map, problems: Problems) -> None:
    """Each query is read by a report; replies that cannot be told apart need one that can, to be in step again."""
    names = list(shared.queries)
    for name, made in shared.layouts.items():
        if not made:
            problems.add(("query", names.index(name)), f"found the query {name!r}, expected a report that reads it")
    signs = Counter(query.signature for query in shared.queries.values())
    twins = [name for name, query in shared.queries.items() if signs[query.signature] > 1]
    in_step = [n for n, q in shared.queries.items() if q.table.on_open and n in shared.naming]
    if twins and not in_step:
        found = f"found {' and '.join(twins[:2])}, whose replies have the same function and length"
        expected = "expected another count in one of them, or a query with on_open = true whose reply is like no other"
        problems.add(("query", names.index(twins[1])), f"{found}, {expected}: a late reply is taken for another's")


def _suggestion(claim: Claim) -> dict[str, dict[str, Any]] | None:
    """`[modbus]` as far as a guess tells it; None if it is no Modbus RTU."""
    slaves = {piece.data[0] for piece in claim.pieces}
    if claim.framing != Cut.MODBUS:
        return None
    return {"modbus": {"slave": slaves.pop()} if len(slaves) == 1 else {}}


ENGINE = Engine(
    name="modbus",
    summary="register maps over Modbus RTU, function codes 1 to 4, 17 and 43",
    tables=Tables(ModbusProfile, ModbusReport, ModbusMetric),
    wire=_wire,
    start=START,
    suggests=_suggestion,
)
