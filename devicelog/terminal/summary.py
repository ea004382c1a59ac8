"""A session as people read it in a terminal, printed after a recording and by `show`."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Group
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from devicelog.ledger import Kind
from devicelog.numbers import some
from devicelog.record import facts as facts_of
from devicelog.record.afterwards import notes
from devicelog.record.caveats import dose, marks
from devicelog.record.completeness import lacking_by_aspect
from devicelog.record.happenings import happenings
from devicelog.record.in_lists import state_text
from devicelog.record.steps import has_steps, refused_because
from devicelog.terminal import amounts
from devicelog.terminal.afterwards import afterwards_lines, signature_lines
from devicelog.terminal.amendments import amendment_tables
from devicelog.terminal.course import course_section
from devicelog.terminal.deliveries import delivery_lines
from devicelog.terminal.device_logs import device_log_lines
from devicelog.terminal.places import place_lines
from devicelog.terminal.products import product_sections
from devicelog.terminal.screen import clean, console
from devicelog.terminal.screening import screening_section
from devicelog.terminal.steps import step_lines
from devicelog.terminal.tables import (
    MOST,
    account_lines,
    alarm_table,
    counter_lines,
    cut,
    figure_table,
    gap_table,
    zone_tables,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from rich.console import RenderableType

    from devicelog.record.caveats import Dose
    from devicelog.record.happenings import Happening
    from devicelog.record.record import Record

_INDENT = 14


def print_summary(
    record: Record, *, to_stderr: bool = False, reference: str | None = None, sealed: str | None = None
) -> None:
    """Print the record; `reference` is the clinic's own number of the subject, where it may be shown.

    `sealed` is the last seal as text.
    """
    screen = console(to_stderr=to_stderr)
    with screen.capture() as capture:
        screen.print(summary(record, reference=reference, sealed=sealed))
    lines = (line if screen.is_terminal else line.rstrip() for line in capture.get().splitlines())
    screen.file.write("".join(f"{line}\n" for line in lines))
    screen.file.flush()


def summary(record: Record, *, reference: str | None = None, sealed: str | None = None) -> Group:
    """The record from its marks to what is missing in it."""
    if not record.started:
        return Group(Text("The session holds no entry: its recording ended before anything was durable."))
    parts: list[RenderableType] = [*_marks(record), _facts(record, reference)]
    for title, body, rest in _sections(record):
        if body:
            more = [rest] if rest is not None else []
            parts += [Text(title, style="bold"), Padding(Group(*body, *more), (0, 0, 0, 2))]
        else:
            parts.append(Text.assemble((title.ljust(_INDENT), "bold"), "None"))
    if sealed is not None:
        parts.append(Text.assemble(("Seal".ljust(_INDENT), "bold"), clean(sealed), overflow="fold"))
    return Group(*parts)


def _sections(record: Record) -> Iterator[tuple[str, Sequence[RenderableType], Text | None]]:
    """Title, content and the line for what was cut of it."""
    yield "Verdicts", [_verdicts(record)], None
    yield "Alarms", list(alarm_table(record)), cut(record.alarms, Kind.ALARM, record)
    if has_steps(record):
        yield "Steps", list(step_lines(record)), None
    yield from screening_section(record)
    yield from course_section(record)
    yield "Totals", list(_totals(record)), None
    yield "Zones", [*zone_tables(record), *place_lines(record)], None
    yield from product_sections(record)
    yield "Gaps", list(gap_table(record)), cut(record.gaps, Kind.GAP, record)
    yield "Time", list(account_lines(record)), None
    if record.counters:
        yield "Counters", list(counter_lines(record)), cut(record.counters, Kind.COUNTER_ANOMALY, record)
    yield "Device totals", list(figure_table(record)), cut(record.reconciled, Kind.RECONCILED, record)
    if record.device_logs.logs or record.device_logs.clocks:
        yield "Device logs", list(device_log_lines(record)), cut(record.device_logs.logs, Kind.DEVICE_LOG, record)
    yield "Missing", [Text(f"- {clean(thing)}") for thing in lacking_by_aspect(record)], None
    if found := happenings(record):
        yield "Events", _events(found), cut(found, Kind.EVENT, record)
    yield "Notes", _notes(record), cut(notes(record), Kind.NOTE, record)
    if record.amendments:
        yield "Amendments", list(amendment_tables(record)), None
    yield "Afterwards", list(afterwards_lines(record)), None
    yield "Signatures", list(signature_lines(record)), None
    if delivered := list(delivery_lines(record)):
        yield "Delivered", delivered, None


# -- the top ---------------------------------------------------------------------------------------------------


def _marks(record: Record) -> Iterator[Text]:
    for mark, sentence in marks(record).items():
        colour = "magenta" if mark == "simulated" else "yellow"
        yield Text(f" {clean(sentence)} ", style=f"bold black on {colour}")


def _facts(record: Record, reference: str | None) -> Table:
    """Who, whom, when, with what and against what."""
    started = record.started
    refused = bool(refused_because(record))
    ended = f" ({clean(record.ended)})" if record.ended is not None else ""
    number = f" (the clinic's number {clean(reference)})" if reference is not None else ""
    facts = [
        ("Session", f"{record.session}, {state_text(record.state, refused=refused)}{ended}"),
        ("Subject", clean(started["subject"]) + number),
        ("Practitioner", clean(facts_of.practitioner(record))),
        ("Time", facts_of.times(record)),
        *([("Begun", clean(begun))] if (begun := facts_of.begun(record)) is not None else []),
        ("Protocol", clean(facts_of.protocol(record))),
    ]
    several = len(record.devices) > 1
    facts += [(f"Device {d.link}" if several else "Device", clean(facts_of.device(d))) for d in record.devices.values()]
    table = Table.grid(padding=(0, 1))
    table.add_column(style="bold", min_width=_INDENT - 1, no_wrap=True)
    table.add_column(overflow="fold")
    for fact in facts:
        table.add_row(*fact)
    return table


# -- totals ----------------------------------------------------------------------------------------------------


def _totals(record: Record) -> Iterator[Text]:
    totals = record.tally.session
    if totals.triggers:
        yield Text(_injections(record))
    elif totals.volume:
        yield Text(f"volume {_dose(dose(record, None, 'volume'), 'mL', 'volume')}")
    if record.purges:
        yield Text(f"purged, no patient dose: {_dose(dose(record, None, 'purged'), 'mL', 'volume')}")
    if totals.samples:
        charge = dose(record, None, "charge")
        yield Text(f"{'charge ' if charge.value is not None else ''}{_dose(charge, 'mA*min', 'charge')}")
    if totals.triggers or totals.samples or totals.volume:
        yield Text(f"treatment time, pauses included: {amounts.since_start(totals.elapsed_ms * 1000)}")


def _injections(record: Record) -> str:
    totals = record.tally.session
    given = f"{some(totals.injections, 'injection')}{_reason(dose(record, None, 'injections'))}"
    triggers = f" ({some(totals.triggers, 'trigger')})" if totals.triggers != totals.injections else ""
    return f"{given}{triggers}, {_dose(dose(record, None, 'volume'), 'mL', 'volume')}"


def _dose(given: Dose, unit: str, what: str) -> str:
    if given.value is None:
        return f"{what} not known: {given.why}"
    return f"{amounts.amount(given.value, unit)}{_reason(given)}"


def _reason(given: Dose) -> str:
    return f" at least ({given.why})" if given.at_least else ""


def _verdicts(record: Record) -> Text:
    if record.protocol is None:
        return Text("nothing was checked")
    return Text(", ".join(f"{count} {word}" for word, count in record.verdicts.items()))


def _events(found: Sequence[Happening]) -> list[Text]:
    return [Text(f"{amounts.since_start(one.t_us)}  {clean(one.sentence)}") for one in found[:MOST]]


def _notes(record: Record) -> list[Text]:
    return [Text(f"{amounts.since_start(t_us)}  {clean(text)}") for t_us, text in notes(record)[:MOST]]
