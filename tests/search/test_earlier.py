"""The earlier sessions of a subject: how many, when, and with what."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import TYPE_CHECKING

from devicelog.search.earlier import earlier
from devicelog.search.finding import Search, digests
from devicelog.treatment.past import Amount

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


def test_those_of_a_family_are_told_oldest_first_with_what_was_set_and_given(writer: Writer) -> None:
    [(_, digest), *_] = [found for found in digests(writer, Search()).sessions if found[1].family == "meso-face"]

    past = next(past for past in earlier(writer, [digest.subject], "meso-face") if past.session == digest.session)

    assert past.started == datetime.fromisoformat(digest.started)
    assert past.treated
    assert past.settings["depth_set"] == "1.5 mm"
    assert past.parameters[None]["injections"] == Amount(Decimal(30), "count")
    assert past.parameters[None]["volume"] == Amount(Decimal(digest.total.volume or ""), "mL")


def test_a_session_of_another_family_is_not_of_the_course(writer: Writer) -> None:
    for row, digest in digests(writer, Search()).sessions:
        other = "noneedle-face" if digest.family == "meso-face" else "meso-face"
        assert row.id not in [past.session for past in earlier(writer, [row.subject], other)]


def test_one_person_may_have_had_several_ids(writer: Writer) -> None:
    first, second = (row.subject for row in writer.sessions()[:2])

    found = [past.started for past in earlier(writer, [second, first, first])]

    assert found == sorted(
        datetime.fromisoformat(row.started) for row in writer.sessions() if row.subject in (first, second)
    )
