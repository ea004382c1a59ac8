"""`devicelog lots trace`: from a lot to the sessions, the subjects and the doses."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import click

from devicelog.cli.options import json_option, log_access, print_json, reader_options, say, store_option
from devicelog.numbers import some

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from devicelog.search.digest import Digest, Lot
    from devicelog.search.trace import Taken, Trace
    from devicelog.store.reader import Reader

_HEADS = ("session", "started", "subject", "product", "practitioner", "drawn mL", "given mL", "where")
#: Of a dose that does not follow from what was recorded.
_UNKNOWN = "not known"


@click.command("trace")
@click.argument("lot")
@click.option("--product", metavar="NAME", help="Of this product only, where several have a lot of that number.")
@click.option("--show-references", is_flag=True, help="Also the clinic's own numbers for the patients.")
@reader_options
@store_option
@json_option
def command(lot: str, product: str | None, show_references: bool, store: Path, as_json: bool) -> None:
    """Where LOT went: sessions, subjects, and doses in each zone. Upper and lower case are the same."""
    from devicelog.search.trace import similar, trace
    from devicelog.store.reader import Reader

    if not lot.strip():
        raise click.BadParameter("found nothing to look for; give the lot as it was recorded.", param_hint="LOT")
    with Reader.open(store) as reader:
        traced = trace(reader, lot, product)
        references = _references(reader, traced.subjects) if show_references else None
        if references:
            log_access(reader, "lots trace", subjects=list(references))
        like = similar(reader, lot) if not traced.taken else []
    if as_json:
        print_json(_content(lot, product, traced, references))
    elif traced.taken:
        _print(traced, references)
    _say(lot, traced, like)


def _references(reader: Reader, subjects: Iterable[str]) -> dict[str, str | None]:
    """The clinic's own number of each subject; None if it was erased."""
    return {subject: reader.reference(subject) for subject in subjects}


def _say(lot: str, traced: Trace, like: list[str]) -> None:
    """What people must know beside the list: how many, what was not found, what cannot be read."""
    if traced.taken:
        sessions = len({taken.session.session for taken in traced.taken})
        say(f"lot {lot}: {sessions} of the store's sessions, {some(len(traced.subjects), 'subject')}")
    else:
        hint = f"; taken were lots spelt much alike: {', '.join(like)}" if like else ""
        say(f"lot {lot} was taken for no session of this store{hint}")
    for one in traced.corrected:
        now = f"lot {one.lot.lot}" if one.lot.lot is not None else "no lot"
        say(f"session {one.session.session} had {one.lot.product}, lot {lot}, until that was corrected to {now}")
    if traced.unread:
        names = ", ".join(row.id for row in traced.unread)
        say(f"not known of sessions that cannot be read: {names}; run `devicelog verify`")


def _print(traced: Trace, references: dict[str, str | None] | None) -> None:
    from devicelog.record.in_lists import local_minute
    from devicelog.terminal.plain import print_columns

    rows = []
    for taken in traced.taken:
        digest, lot = taken.session, taken.lot
        subject = digest.subject
        if references is not None:
            subject += f" ({references[subject] or 'erased'})"
        begun = local_minute(digest.started, digest.zone)
        who = digest.practitioner or ""
        amounts = (_amount(lot.drawn), _amount(lot.given))
        where = "REFUSED, not used" if digest.refused else _where(digest, lot)
        rows.append((digest.session, begun, subject, lot.product, who, *amounts, where))
    print_columns(_HEADS, rows, right=(5, 6), fold=(2, 3, 4, 7))


def _where(digest: Digest, lot: Lot) -> str:
    """The zones, each with its dose."""
    from devicelog.bodymap.names import name_of

    codes = {given.zone: given.code for given in digest.zones}
    names = [(name_of(one.zone, codes.get(one.zone)) if one.zone else "no zone", one.volume) for one in lot.zones]
    return "; ".join(f"{name} {_amount(volume)}" for name, volume in names) or "not used"


def _amount(volume: str | None) -> str:
    """Millilitres to the nanolitre, as other tables have them: a part of a mix has endless decimals."""
    from devicelog.units import plain

    return plain(round(Decimal(volume), 6) + 0) if volume is not None else _UNKNOWN


def _content(lot: str, product: str | None, traced: Trace, references: dict[str, str | None] | None) -> dict[str, Any]:
    return {
        "lot": lot,
        "product": product,
        "sessions": [_taken(taken) for taken in traced.taken],
        "subjects": [
            {
                "subject": subject,
                **({"reference": references[subject]} if references is not None else {}),
                "sessions": list(dict.fromkeys(taken.session.session for taken in every)),
            }
            for subject, every in traced.subjects.items()
        ],
        "corrected": [_taken(taken) for taken in traced.corrected],
        "unread": [row.id for row in traced.unread],
    }


def _taken(taken: Taken) -> dict[str, Any]:
    digest, lot = taken.session, taken.lot
    return {
        "session": digest.session,
        "started": digest.started,
        "state": digest.state,
        "refused": digest.refused,
        "subject": digest.subject,
        "practitioner": digest.practitioner,
        "product": lot.product,
        "maker": lot.maker,
        "lot": lot.lot,
        "expiry": lot.expiry,
        "use": lot.use,
        "drawn": _millilitres(lot.drawn),
        "given": _millilitres(lot.given),
        "zones": [{"zone": one.zone, "given": _millilitres(one.volume)} for one in lot.zones],
    }


def _millilitres(volume: str | None) -> dict[str, str] | None:
    return {"value": volume, "unit": "mL"} if volume is not None else None
