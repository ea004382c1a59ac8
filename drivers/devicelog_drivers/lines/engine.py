"""A profile of lines as a driver: its forms and queries checked, its queries made into bytes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from devicelog.driver import Polling, Query
from devicelog.problems import Location, Problems, guess
from devicelog.profile.clock import clock_of
from devicelog.profile.draft import Draft, Tables, validated
from devicelog.profile.engine import Engine, Wire
from devicelog.profile.queries import look_at_query, polling_of, query_of
from devicelog_drivers.lines.decoder import Talk
from devicelog_drivers.lines.forms import LineForm, compiled, forms_of
from devicelog_drivers.lines.framing import Form
from devicelog_drivers.lines.memory import memory_of
from devicelog_drivers.lines.start import START
from devicelog_drivers.lines.suggestion import suggestion
from devicelog_drivers.lines.tables import LineMetric, LineProfile, LineQuery, LineReport


def _wire(draft: Draft) -> Wire | None:
    profile = draft.table
    assert isinstance(profile, LineProfile)
    problems = draft.problems
    form = _form(profile, problems)
    if form is None:
        return None
    queries = _queries(draft, profile, form)
    read = [forms_of(report, problems) for report in draft.reports]
    forms = tuple(form for each in read for form in each)
    tables = {table.name: table for table, _ in queries}
    if len(queries) == len(profile.query) and draft.is_complete and all(read):
        _look_at_replies(tables, forms, problems)
    memory, end = memory_of(draft, profile, forms) or (None, None)
    talk = Talk(
        profile.model,
        form,
        forms,
        {table.name: query.request for table, query in queries},
        frozenset(name for name, table in tables.items() if table.names_itself),
        profile.line.echo,
        tuple(_ignored(profile, problems)),
        end,
        cuts=profile.polling.inter_byte is not None,
    )
    declared = {table.name: query for table, query in queries}
    return Wire(
        talk.decoder,
        (*declared.values(), *([memory.query] if memory is not None else [])),
        _polling(draft, profile, talk),
        clock=clock_of(draft, declared) if len(queries) == len(profile.query) else None,
        memory=memory,
    )


def _form(profile: LineProfile, problems: Problems) -> Form | None:
    ends = profile.line.ends
    for end in ends:
        if any(other != end and other.startswith(end) for other in ends):
            problems.add(("line", "ends"), f"found {end!r} and another that begins with it, expected either of them")
    line = profile.line
    texts = {"begins": [line.begins], "ends": line.ends, "prompts": line.prompts, "separator": [line.separator]}
    wrong = [(key, text) for key, each in texts.items() for text in each if not text.isascii()]
    for key, text in wrong:
        problems.add(("line", key), f"found {text!r}, expected ASCII text")
    return Form.of(line) if not wrong else None


def _polling(draft: Draft, profile: LineProfile, talk: Talk) -> Polling | None:
    """How it is asked: a reply ends with a prompt if there are prompts, else with its first line."""
    if not profile.query:
        return None
    ends = tuple(end + prompt for end in talk.form.ends for prompt in talk.form.prompts)
    return polling_of(draft, profile.polling, None if ends else talk.is_whole, ends)


def _queries(draft: Draft, profile: LineProfile, form: Form) -> list[tuple[LineQuery, Query]]:
    """The sound queries with their bytes."""
    found: list[tuple[LineQuery, Query]] = []
    for place, raw in enumerate(profile.query):
        loc: Location = ("query", place)
        table = validated(LineQuery, raw, draft.problems, loc)
        if table is None:
            continue
        look_at_query(table, [other.name for other, _ in found], loc, draft.problems)
        request = _request(table, form, loc, draft.problems)
        if any(query.request == request for _, query in found):
            draft.problems.add(loc, f"found the query {table.name!r}, expected other bytes than those of another")
        if request is not None:
            found.append((table, query_of(draft, table, request, loc)))
    return found


def _request(table: LineQuery, form: Form, loc: Location, problems: Problems) -> bytes | None:
    if (table.request is None) == (table.body is None):
        problems.add((*loc, "request"), "found both or neither of request and body, expected one of them")
        return None
    try:
        return form.framed(table.body.encode("ascii")) if table.body else (table.request or "").encode("ascii")
    except UnicodeEncodeError as error:
        key = "body" if table.body else "request"
        problems.add((*loc, key), f"found {error.object[error.start : error.end]!r}, expected ASCII text")
        return None


def _look_at_replies(queries: Mapping[str, LineQuery], forms: tuple[LineForm, ...], problems: Problems) -> None:
    """Each query has a report; where replies do not say what they are, one must, so that all are in step again."""
    read = {form.query for form in forms if form.query is not None}
    names = list(queries)
    for form in forms:
        if form.query is not None and form.query not in queries:
            what = f"found {form.query!r}, expected the name of a query{guess(form.query, queries)}"
            problems.add((*form.report.loc, "query"), what)
    for name in names:
        if name not in read and not any(form.query is None for form in forms):
            problems.add(("query", names.index(name)), f"found the query {name!r}, expected a report of its reply")
    nameless = [name for name, table in queries.items() if name in read and not table.names_itself]
    in_step = any(table.names_itself and table.on_open for table in queries.values())
    if len(nameless) > 1 and not in_step:
        found = f"found {' and '.join(nameless[:2])}, whose replies do not say what they are"
        expected = "expected a query with on_open and names_itself, or names_itself where each reply looks different"
        problems.add(("query", names.index(nameless[1])), f"{found}, {expected}: a late reply is taken for another's")


def _ignored(profile: LineProfile, problems: Problems) -> list[Any]:
    """The patterns of lines that are passed over."""
    found = []
    for pattern in profile.line.ignore:
        try:
            found.append(compiled(pattern))
        except ValueError as error:
            problems.add(("line", "ignore"), f"found in {pattern!r} {error}, expected a pattern of RE2")
    return found


ENGINE = Engine(
    name="lines",
    summary="lines of ASCII text with delimiters and checksums, polled or by themselves",
    tables=Tables(LineProfile, LineReport, LineMetric),
    wire=_wire,
    start=START,
    suggests=suggestion,
)
