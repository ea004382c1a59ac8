"""The log of who read what, checked: each line in its place, and none that a seal covers gone."""

from __future__ import annotations

from devicelog.acts.keychain import Act
from devicelog.errors import StoreFormatError
from devicelog.ledger import GENESIS
from devicelog.numbers import some
from devicelog.store.access import accesses
from devicelog.store.evidence import Evidence
from devicelog.verification.findings import Findings
from devicelog.verification.history import Explained
from devicelog.verification.session import SealBody


class Accesses:
    """The lines that are there, against which seals are held; the first that is not as it was is the only one said."""

    def __init__(self, evidence: Evidence, explained: Explained, findings: Findings) -> None:
        self._findings = findings
        self._digests = {0: GENESIS.hex()}
        self._silent = explained.accesses
        try:
            for logged in accesses(evidence.reader.folder):
                self._digests[logged.number] = logged.digest.hex()
                if logged.fault:
                    self._fault(f"line {logged.number} of the log of accesses {logged.fault}")
        except StoreFormatError as error:
            self._fault(f"the log of accesses cannot be checked: {error}")
        if explained.accesses:
            findings.note("the log of accesses was lost or damaged before the store was salvaged: it proves nothing")

    def check(self, number: int, body: SealBody | Act) -> None:
        """Hold a seal against the lines that it covers."""
        if body.accesses is None or self._digests.get(body.accesses) == body.accesses_head:
            return
        if body.accesses in self._digests:
            self._fault(f"line {body.accesses} of the log of accesses, which seal {number} covers, was changed")
        else:
            there = max(self._digests)
            self._fault(
                f"the log of accesses has {some(there, 'line')}, and seal {number} covers {body.accesses}: it was cut"
            )

    def _fault(self, what: str) -> None:
        if not self._silent:
            self._findings.fault(what)
        self._silent = True
