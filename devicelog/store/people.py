"""What is done with subjects: add, change, merge; and finding them again, which opens all of them in memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from msgspec.structs import replace

from devicelog import clock
from devicelog.acts.merges import SUBJECTS_MERGED, SUBJECTS_PARTED, Merge
from devicelog.errors import BadInputError
from devicelog.store.again import again_if_changed
from devicelog.store.database import transaction, translated
from devicelog.store.folder import disk_error
from devicelog.store.reader import Reader, SessionRow
from devicelog.store.sealing import append_act
from devicelog.store.subjects import Sealer
from devicelog.subject import FIELDS, SUBJECT_ID, Subject, given

if TYPE_CHECKING:
    from devicelog.store.writer import Writer


@dataclass(frozen=True, slots=True)
class Known:
    """A subject of a store; `merged` are all ids of the person, the one that the others were merged into first."""

    id: str
    person: Subject | None
    """Who it is; None if the key is not at hand."""
    merged: tuple[str, ...]

    @property
    def name(self) -> str:
        """How a message names it: the clinic's number, else the id."""
        return self.person.reference if self.person is not None else self.id


def today() -> date:
    """The day in UTC."""
    return date.fromisoformat(clock.utc(clock.now().wall_ns)[:10])


def known(reader: Reader, name: str) -> Known:
    """The subject of that number of the clinic's, or of that id; BadInputError if there is none."""
    subject = name if SUBJECT_ID.fullmatch(name) else reader.subject(name)
    person = reader.person(subject) if subject is not None else None
    if subject is None or (person is None and not _has_row(reader, subject)):
        raise BadInputError(
            "no subject in this store has that number or id; give it as `record --subject` was given it, or find it "
            "with `devicelog subjects find`."
        )
    return Known(subject, person, tuple(reader.merges().group(subject)))


def find(reader: Reader, text: str) -> list[Known]:
    """The subjects whose number, name (a part of it) or birth date this is; empty text: all of them."""
    merges = reader.merges()
    wanted = text.strip()
    found = (pair for pair in reader.people() if not wanted or (pair[1] is not None and pair[1].matches(wanted)))
    return [Known(subject, person, tuple(merges.group(subject))) for subject, person in found]


def sessions_of(reader: Reader, subject: Known) -> list[SessionRow]:
    """The sessions of a person under all of its ids, oldest first."""
    rows = [row for id_ in subject.merged for row in reader.sessions(subject=id_)]
    return sorted(rows, key=lambda row: row.number)


@again_if_changed
def add(writer: Writer, values: Mapping[str, str], *, by: str | None = None) -> str:
    """Keep a new subject, and who added it; its id. BadInputError for a number that is taken, or a bad value."""
    reference = given("reference", values.get("reference", ""), today())
    if reference is None:
        raise BadInputError("the subject has no number; give the clinic's own with --reference, such as P-0017.")
    _refuse_taken(writer, reference)
    return writer.add_subject(replace(Subject(reference, added_by=by), **_checked(values)))


@again_if_changed
def change(writer: Writer, subject: Known, values: Mapping[str, str], *, by: str) -> bool:
    """Change what is known of a subject; whether anything differs. What stood before is kept, sealed with the rest.

    Raises BadInputError for a number that is taken, a value that cannot be, or a subject whose key is not at hand.
    """
    if subject.person is None:
        raise BadInputError(f"{subject.id} cannot be changed: its key is not at hand; restore the keys first.")
    checked = _checked(values)
    if "reference" in checked and not checked["reference"]:
        raise BadInputError("a subject cannot be without a number; give another one with --reference.")
    changed = subject.person.changed(checked, wall=clock.utc(clock.now().wall_ns), by=by)
    if changed is subject.person:
        return False
    if changed.reference != subject.person.reference:
        _refuse_taken(writer, changed.reference)
    _write(writer, subject.id, changed)
    return True


@again_if_changed
def merge(writer: Writer, subject: Known, into: Known, *, by: str) -> None:
    """Say that two subjects are one person; BadInputError if they are already."""
    if subject.id in into.merged:
        raise BadInputError(f"{subject.name} and {into.name} are one person already; nothing was changed.")
    root = writer.merges().root(subject.id)  # of a merged one, all that are one person with it go along
    with transaction(writer.folder, writer.connection):
        append_act(writer, SUBJECTS_MERGED, subject=root, into=into.merged[0], by=by)


@again_if_changed
def part(writer: Writer, subject: Known, *, by: str) -> Merge:
    """Take the merge of a subject into another one back; BadInputError if there is none."""
    found = writer.merges().of(subject.id)
    if found is None:
        raise BadInputError(f"{subject.name} was not merged into another subject; nothing was changed.")
    with transaction(writer.folder, writer.connection):
        append_act(writer, SUBJECTS_PARTED, subject=found.subject, merge=found.number, by=by)
    return found


def _write(writer: Writer, subject: str, person: Subject) -> None:
    """Put a new sealed value in the place of the old one, of which no bytes are left in the database."""
    try:
        row = Sealer(writer.folder.keys).row(subject, person)
    except OSError as error:
        raise disk_error(error, writer.folder.path) from None
    with translated(writer.folder):
        writer.connection.pragma("secure_delete", True)
    with transaction(writer.folder, writer.connection):
        writer.connection.execute("UPDATE subject SET lookup = ?2, sealed = ?3 WHERE id = ?1", row)


def _checked(values: Mapping[str, str]) -> dict[str, str | None]:
    on = today()
    return {field: given(field, text, on) for field, text in values.items() if field in ("reference", *FIELDS)}


def _refuse_taken(reader: Reader, reference: str) -> None:
    if reader.subject(reference) is not None:
        raise BadInputError("a subject with that number is in this store already; change it, or give another number.")


def _has_row(reader: Reader, subject: str) -> bool:
    with translated(reader.folder):
        return any(True for _ in reader.connection.execute("SELECT 1 FROM subject WHERE id = ?", (subject,)))
