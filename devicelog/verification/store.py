"""What a store adds to its sessions: the list of them, one chain through all seals, approvals, subjects, pages."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from devicelog.ledger import GENESIS
from devicelog.numbers import some
from devicelog.store.approvals import holds_its_text, is_withdrawal
from devicelog.store.evidence import Evidence
from devicelog.store.reader import Reader, SessionRow
from devicelog.verification.findings import Findings
from devicelog.verification.history import Explained, SetBack, check_damaged, check_history
from devicelog.verification.lists import check_lists
from devicelog.verification.seal_chain import check_seal_chain, erased_subjects
from devicelog.verification.session import check_session
from devicelog.verification.witnesses import Testimony

#: An approval as a session names it: sha256 of the treatment protocol, by whom, when.
_Approval = tuple[str, str, str]
#: Session numbers are less than this.
_GREATEST = 1 << 31


def verify_store(
    reader: Reader,
    testimonies: Sequence[Testimony] = (),
    ends: SetBack | None = None,
    progress: Callable[[int, int], None] = lambda *_: None,
) -> Findings:
    """Check everything that a store keeps, and hold it against what witnesses say; `ends` is where a backup ends.

    `progress` is told how many sessions are checked, of how many; what it raises ends the check.
    """
    findings = Findings()
    evidence = Evidence(reader)
    with findings.unreadable("the database file"):
        for what in reader.check_pages():
            findings.fault(f"the database file is damaged: {' '.join(what.split())}")
    with evidence.snapshot():
        rows: list[SessionRow] = []
        with findings.unreadable("the list of sessions"):
            rows = reader.sessions()
        explained = check_history(evidence, findings)
        if ends is not None:
            explained.set_back.append(ends)
            explained.keys.update(evidence.later_keys())
        rows = _check_list(evidence, rows, explained, findings)
        check_seal_chain(evidence, rows, testimonies, explained, findings)
        approvals = _check_approvals(evidence, explained, findings)
        _check_subjects(evidence, rows, explained, findings)
        for done, row in enumerate(rows):
            progress(done, len(rows))
            if row.number in explained.damaged:
                check_damaged(evidence.session(row), explained.damaged[row.number], findings)
            else:
                _check_stored(evidence, row, approvals, explained, findings)
        check_lists(reader, [row for row in rows if row.number not in explained.damaged], findings)
    return findings


def verify_session(reader: Reader, name: str, testimonies: Sequence[Testimony] = ()) -> Findings:
    """Check one session, its place in the chain of seals included; raises UnknownNameError."""
    with Evidence(reader).snapshot():
        row = reader.session(name)
        return SessionCheck(reader, testimonies).check(row)


class SessionCheck:
    """Checks sessions of a store one by one; the chain through all seals and the approvals are looked at once."""

    def __init__(self, reader: Reader, testimonies: Sequence[Testimony] = ()) -> None:
        self._evidence = Evidence(reader)
        self._common = Findings()
        with self._evidence.snapshot():
            self._explained = check_history(self._evidence, self._common)
            check_seal_chain(self._evidence, reader.sessions(), testimonies, self._explained, self._common)
            self._approvals = _check_approvals(self._evidence, self._explained, self._common)

    def check(self, row: SessionRow) -> Findings:
        """What was found of one session, and of what concerns them all."""
        common = self._common
        findings = replace(common, faults=list(common.faults), notes=list(common.notes))
        with self._evidence.snapshot():
            _check_stored(self._evidence, row, self._approvals, self._explained, findings)
        findings.note("the other sessions and the pages of the database were not checked: `devicelog verify` does that")
        return findings


def _check_stored(
    evidence: Evidence, row: SessionRow, approvals: set[_Approval], explained: Explained, findings: Findings
) -> None:
    first = check_session(evidence.session(row), findings).first
    if first is None:
        return
    at = first.get("at")
    for what, listed, recorded in (
        ("subject", row.subject, first.get("subject")),
        ("start", row.started, at.get("wall") if isinstance(at, dict) else None),
    ):
        if listed != recorded:
            said = f"the list of sessions says {what} {listed!r}, and the first entry {recorded!r}"
            findings.fault(said, session=row.id, entry=1)
    host = first.get("host")
    named = host.get("history") if isinstance(host, dict) else None
    if named is not None and named not in explained.digests and not explained.history:
        findings.fault("it names a line of the store's history that is not there", session=row.id, entry=1)
    if _approval(first.get("protocol")) not in {None, *approvals} and not explained.approvals:
        findings.fault("the approval of its treatment protocol is not in the store", session=row.id, entry=1)


def _approval(protocol: Any) -> _Approval | None:
    """The approval that a session's first entry names."""
    approved = protocol.get("approved") if isinstance(protocol, dict) else None
    return _named(protocol.get("sha256"), approved) if isinstance(approved, dict) else None


def _named(sha256: object, approval: dict[str, Any]) -> _Approval:
    return str(sha256), str(approval.get("by")), str(approval.get("at"))


def _check_list(
    evidence: Evidence, rows: list[SessionRow], explained: Explained, findings: Findings
) -> list[SessionRow]:
    """Check the numbers of the sessions; those sessions whose number can be one."""
    with findings.unreadable("the numbers of the sessions"):
        expectable = (number for number in count(1) if number not in explained.sessions)
        for row, expected in zip(rows, expectable, strict=False):
            if row.number != expected:
                findings.fault(f"session number {expected} is missing from the list of sessions", session=row.id)
                break
        for number in sorted(evidence.stored_sessions() - {row.number for row in rows} - explained.sessions):
            findings.fault(f"there are entries, chunks or seals of session number {number}, which no list names")
    return [row for row in rows if 0 < row.number < _GREATEST]


def _check_approvals(evidence: Evidence, explained: Explained, findings: Findings) -> set[_Approval]:
    """Check the approvals and their chain; what they approve."""
    approved: set[_Approval] = set()
    previous, keys = GENESIS, evidence.keys.keys
    expected = 0
    with findings.unreadable("the approvals"):
        for number, seal in evidence.approvals():
            expected += 1
            while expected in explained.approvals and expected < number:
                previous, expected = b"", expected + 1
            try:
                content = seal.content
            except ValueError:
                content = {}
            signers = [at for at, key in enumerate(keys) if seal.is_signed_by(key)]
            keys = keys[signers[0] :] if signers else keys  # a key that was given up approves nothing more
            if not signers:
                findings.fault(f"approval {number} was changed or is not signed by this installation")
            elif not (number == expected == content.get("number")) or (
                previous and content.get("previous") != previous.hex()
            ):
                findings.fault(f"approval {number} is not in its place: one before it was changed or is gone")
            elif not holds_its_text(content):
                findings.fault(f"approval {number} keeps another text than the one that it names by SHA-256")
            elif not is_withdrawal(content):
                approved.add(_named(content.get("sha256"), content))
            previous = seal.digest
    return approved


def _check_subjects(evidence: Evidence, rows: list[SessionRow], explained: Explained, findings: Findings) -> None:
    """Check that what is sealed of each subject opens; no seal covers it, because it may be erased."""
    unknown = {row.subject for row in rows} - explained.subjects
    erased = 0
    with findings.unreadable("the subjects"):
        gone = erased_subjects(evidence)
        for subject in sorted(gone):
            if evidence.is_known(subject):
                findings.fault(f"{subject} was erased, and its number or its key is here again")
        erased += len(gone & unknown)
        unknown -= gone
        for subject, lookup, sealed in evidence.subjects():
            unknown.discard(subject)
            opens = evidence.subject_opens(subject, lookup, sealed)
            erased += opens is None
            if opens is False:
                findings.fault(f"what is sealed of {subject} was changed or is not under its own key")
        for subject in sorted(unknown):
            findings.fault(f"{subject} has sessions, and nothing is kept of who that is")
    if erased:
        findings.note(f"{some(erased, 'subject')} erased, or without a key at hand: who that was cannot be checked")
    findings.note("whose number belongs to which subject is covered by encryption only, not by a seal")
