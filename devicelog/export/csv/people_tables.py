"""The tables of what people stated: the steps, the consent, the screening, its overrides, and points on a drawing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from devicelog.export.csv.cell import Cell
from devicelog.export.csv.table import ENTRY, OF_ZONE, Field, Filled, Table, num, required, text, time, whole, yes_no
from devicelog.ledger import Kind
from devicelog.ledger.sealed import words
from devicelog.numbers import rfc3339
from devicelog.record.points import points
from devicelog.record.record import Record
from devicelog.record.screening import SEVERITIES, Screening, raised, screening_of, why
from devicelog.record.statements import Statement
from devicelog.record.steps import Progress, has_steps, steps_of

#: Who said so, and when: the last columns of each table of statements.
_SAID: tuple[Field, ...] = (
    text("by", "who said so"),
    time("said", "when"),
    yes_no("late", "whether it was said behind the end of the recording"),
)


def people_tables(record: Record) -> list[Filled]:
    """All of them; nothing stands in those of which nobody stated anything."""
    return [_steps(record), _consent(record), _screening(record), _overrides(record), _points(record)]


def _said(record: Record, made: Statement) -> tuple[Cell, ...]:
    at = made.now.get("at", {}).get("wall") if made.late else rfc3339(record.wall(made.t_us))
    return (made.now.get("by"), at, made.late)


def _words(value: Any) -> Cell:
    return words(value) or None


def _steps(record: Record) -> Filled:
    fields = (
        required(text("step", "the step, in the order in which they are taken")),
        required(text("progress", "how far it is; unanswered: nobody answered", [one.value for one in Progress])),
        text("by", "who said so"),
        time("said", "when"),
        text("answer", "what was answered, in a few words"),
        text("text", "what was written beside it"),
        text("skipped because", "the reason of what was skipped"),
        text("unanswered", "codes of the questions that nobody answered"),
    )

    def rows() -> Iterator[Sequence[Cell]]:
        for one in steps_of(record) if has_steps(record) else ():
            when = one.at or (rfc3339(record.wall(one.t_us)) if one.t_us is not None else None)
            said = (one.said or None, one.text or None, one.why or None, "; ".join(one.unanswered) or None)
            yield [one.step.value, one.progress.value, one.by, when, *said]

    title = "The steps of the session; none where nobody stated any"
    return Table("steps.csv", title, fields, ("step",)), rows()


def _consent(record: Record) -> Filled:
    fields = (
        ENTRY,
        text("given", "whether consent was given"),
        text("form", "name of the form"),
        text("version", "version of the form"),
        text("taken by", "who took it"),
        text("on", "the day of it, as stated"),
        text("risks discussed", "whether the risks were discussed"),
        text("cooling off", "whether there was time to decide"),
        text("photographs", "whether photographs may be taken"),
        *_SAID,
    )
    names = ("given", "form", "version", "taken_by", "on", "risks_discussed", "cooling_off", "photographs")
    rows = [
        (made.number, *(_words(made.now.get(name)) for name in names), *_said(record, made))
        for made in record.statements.of(Kind.CONSENT)
    ]
    return Table("consent.csv", "Consent as it was stated", fields, ("entry",)), rows


def _screening(record: Record) -> Filled:
    fields = (
        ENTRY,
        required(text("code", "code of the question")),
        text("question", "as it was asked"),
        required(text("answer", "the answer")),
        text("from", "asked, age or another source of the answer"),
        text("severity", "what the rule says that such an answer raises"),
        required(text("raises", "what it raises in this session", SEVERITIES)),
        text("why", "why it raises that; empty: it raises nothing"),
        text("ended", "when what was asked about ended, as stated"),
        text("detail", "what was written beside it"),
        required(yes_no("holds", "whether it is the last answer to that question, which holds")),
        text("rules", "id of the rules that it was held against"),
        text("rules version", "their version"),
        text("rules sha256", "SHA-256 of their file"),
        text("overridden by", "who overrode what it raises; empty: nobody"),
        text("override reason", "and why"),
        *_SAID,
    )
    screening = screening_of(record)
    rows = [_answer(record, screening, made) for made in screening.answers] if screening is not None else []
    return Table("screening.csv", "Screening: every answer and what it raised", fields, ("entry",)), rows


def _answer(record: Record, screening: Screening, made: Statement) -> Sequence[Cell]:
    now, severity = made.now, raised(made)
    holds = screening.holding[now["code"]] is made
    override = screening.override_of(now["code"]) if holds and severity != "none" else None
    rules = now.get("rules") or {}
    return [
        made.number,
        now["code"],
        _words(now.get("question")),
        now["answer"],
        now.get("from", "asked"),
        now.get("severity"),
        severity,
        why(made) if severity != "none" else None,
        _words(now.get("ended")),
        _words(now.get("detail")),
        holds,
        *(_words(rules.get(name)) for name in ("id", "version", "sha256")),
        override.now["by"] if override is not None else None,
        _words(override.now["reason"]) if override is not None else None,
        *_said(record, made),
    ]


def _overrides(record: Record) -> Filled:
    fields = (
        ENTRY,
        required(text("of", "what was overridden: screening:CODE, product:LOT, course:..., consent ...")),
        required(text("reason", "why")),
        text("specialist", "the specialist who was asked; empty: none"),
        *_SAID,
    )
    rows = [
        (
            made.number,
            made.now["of"],
            words(made.now["reason"]),
            _words(made.now.get("specialist")),
            *_said(record, made),
        )
        for made in record.statements.of(Kind.OVERRIDE)
    ]
    return Table("overrides.csv", "What was overridden, by whom and why", fields, ("entry",)), rows


def _points(record: Record) -> Filled:
    fields = (
        ENTRY,
        required(text("zone", "the zone")),
        text("code", "its code on the body map"),
        required(text("drawing", "the drawing on which it was marked")),
        required(whole("point", "1", "number of the point on that drawing", least=1)),
        required(num("x", "1", "part of the drawing's width, from the left", least=0)),
        required(num("y", "1", "part of the drawing's height, from the top", least=0)),
        text("by", "who marked it"),
        yes_no("late", "whether it was marked behind the end of the recording"),
    )
    rows = [
        (one.entry, one.zone, one.code, one.drawing, number, x, y, one.by, one.late)
        for one in points(record)
        for number, (x, y) in enumerate(one.points, start=1)
    ]
    title = "Points that a person marked on a drawing of a zone"
    return Table("points.csv", title, fields, ("entry", "point"), OF_ZONE), rows
