"""The one chain through all seals of an installation: numbers, links, keys, and the acts between the sessions."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from devicelog.acts.keychain import SUBJECT_ERASED, Act, act_of
from devicelog.ledger import GENESIS, Seal, fingerprint
from devicelog.store.evidence import Evidence
from devicelog.store.reader import SessionRow
from devicelog.store.sealing import NO_SESSION
from devicelog.verification.accesses import Accesses
from devicelog.verification.findings import Findings
from devicelog.verification.history import Explained
from devicelog.verification.session import SealBody, seal_body
from devicelog.verification.witnesses import Held, Testimony, check_testimonies


def check_seal_chain(
    evidence: Evidence,
    rows: Sequence[SessionRow],
    testimonies: Sequence[Testimony],
    explained: Explained,
    findings: Findings,
) -> None:
    """Check that all seals are one chain, signed by keys that were handed over, and as witnessed.

    It has no hole but for what is explained. Signatures of the seals of sessions are checked session by session.
    """
    _check_key(evidence, explained, findings)
    for number, what in evidence.keys.faults:
        findings.fault(f"seal {number} {what}: no seal after it counts that the new key signed")
    held: list[Held] = []
    with findings.unreadable("the chain of seals"):
        held.extend(_links(evidence, rows, explained, findings))
    check_testimonies(testimonies, evidence.installation, held, explained, findings)


def _links(evidence: Evidence, rows: Sequence[SessionRow], explained: Explained, findings: Findings) -> Iterator[Held]:
    """The seals in order, each checked against the one before it and the approvals that it covers."""
    ids = {row.number: row.id for row in rows}
    approvals, accesses = _approvals(evidence, findings), Accesses(evidence, explained, findings)
    previous, count = GENESIS, 0
    for number, session, seal in evidence.seals():
        of = ids.get(session)
        while count + 1 in explained.seals and count + 1 < number:
            count, previous = count + 1, b""
        if number != count + 1:
            findings.fault(f"seal {count + 1} is missing: a session or a part of one is gone", session=of)
            count, previous = number - 1, b""
        body = act_of(seal) if session == NO_SESSION else seal_body(seal)
        if previous and (body is None or body.previous != previous.hex()):
            findings.fault(f"seal {number} does not refer to seal {count} as it is", session=of)
        if session == NO_SESSION:
            _check_act(evidence, number, seal, findings)
        if body is not None and not _fits(body, approvals, explained):
            findings.fault(f"approval {body.approvals}, which seal {number} covers, was changed or is gone")
        if body is not None:
            accesses.check(number, body)
        yield Held(number, of, body.entries if isinstance(body, SealBody) else 0, seal.digest)
        previous, count = seal.digest, number


def _approvals(evidence: Evidence, findings: Findings) -> dict[int, str]:
    """The digest of each approval by its number; before the first."""
    digests = {0: GENESIS.hex()}
    with findings.unreadable("the approvals"):
        digests |= {number: seal.digest.hex() for number, seal in evidence.approvals()}
    return digests


def _check_key(evidence: Evidence, explained: Explained, findings: Findings) -> None:
    own, named = evidence.sealing_keys(), evidence.keys.current
    if not own:
        findings.note("the signing key is not at hand: whether store.json names its public part was not checked")
    elif named not in own and not explained.keys.isdisjoint(own):
        findings.note("it is from before the signing key was changed: it can be read, but not be recorded into")
    elif named not in own:
        findings.fault(
            f"store.json and the chain of seals name the public key {fingerprint(named)}, "
            f"and this installation signs with {fingerprint(own[0])}"
        )


def _check_act(evidence: Evidence, number: int, seal: Seal, findings: Findings) -> None:
    findings.seals += 1
    for what in _act_faults(evidence, number, seal):
        findings.fault(f"seal {number} {what}")


def _act_faults(evidence: Evidence, number: int, seal: Seal) -> Iterator[str]:
    key, act = evidence.keys.at(number), act_of(seal)
    if not seal.is_signed_by(key):
        yield "was changed or is not signed by the key that this installation had then"
    if act is None:
        yield "belongs to no session and holds no act that can be read"
        return
    if act.seal != number:
        yield f"says of itself that it is seal {act.seal}"
    if act.installation != evidence.installation:
        yield f"belongs to installation {act.installation!r}"
    if act.public_key != key.hex():
        yield "names another public key"


def _fits(body: SealBody | Act, approvals: Mapping[int, str], explained: Explained) -> bool:
    """Whether the approvals that a seal covers are there as they were, or explained to be gone."""
    if body.approvals is None:
        return True
    if body.approvals not in approvals:
        return body.approvals in explained.approvals
    return approvals[body.approvals] == body.approvals_head


def erased_subjects(evidence: Evidence) -> set[str]:
    """The subjects that were erased by an act."""
    acts = (act_of(seal) for _, seal in evidence.acts())
    return {act.subject for act in acts if act is not None and act.act == SUBJECT_ERASED and act.subject is not None}
