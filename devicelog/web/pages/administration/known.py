"""The treatment protocols that are known at a station, by the names under which pages call for them.

<id>              the version that counts: the approved one, else the example that comes with devicelog
example-<id>      that example, where the clinic approved a version of its own
approval-<n>      the text of an approval, also of one that counts no more
<id>-<v>.toml     one that was derived here
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from devicelog import clock
from devicelog.approving import derived_file, derived_in
from devicelog.errors import BadInputError, UnknownNameError
from devicelog.naming import approvals_in
from devicelog.store.approvals import Approval, in_force, standing
from devicelog.treatment.protocol import TreatmentProtocol
from devicelog.treatment.protocol_file import parse, shipped

_EXAMPLE, _APPROVAL = "example-", "approval-"


@dataclass(frozen=True, slots=True)
class Listed:
    """A treatment protocol under its name here; `approval` is that of this version, if it stands.

    `fault` is why its file cannot be trusted; there is no `protocol` then.
    """

    name: str
    protocol: TreatmentProtocol | None
    approval: Approval | None
    is_own: bool
    fault: str = ""


@lru_cache(maxsize=64)  # a list reads them all, and a text does not change
def _parsed(text: str, where: str) -> TreatmentProtocol:
    return parse(text, where=where)


class KnownProtocols:
    """All of a store, as its approvals stand now."""

    def __init__(self, store: Path) -> None:
        self.approvals: Sequence[Approval] = approvals_in(store)
        self._store = store
        self._own = in_force(self.approvals)
        self._shipped = shipped()

    def listed(self) -> Iterator[Listed]:
        """Each once: the ones that count, and then those that were derived here and nobody approved."""
        for name in sorted({*self._shipped, *self._own}):
            yield self.get(name)
        for path in derived_in(self._store):
            try:
                one = self.get(path.name)
            except BadInputError as error:
                yield Listed(path.name, None, None, is_own=True, fault=str(error))
                continue
            if one.approval is None:
                yield one

    def names(self) -> dict[str, str]:
        """Every name, with words for it, to choose two from."""
        found = {}
        for one in self.listed():
            if one.protocol is not None:
                found[one.name] = f"{one.protocol.id} {one.protocol.version}"
        found |= {f"{_EXAMPLE}{id_}": f"{id_} (devicelog)" for id_ in self._own if id_ in self._shipped}
        for approval in self.approvals:
            if approval.text is not None and self._own.get(approval.id) != approval:
                found[f"{_APPROVAL}{approval.number}"] = (
                    f"{approval.id} {approval.version} ({clock.told(approval.at)[:10]})"
                )
        return found

    def get(self, name: str) -> Listed:
        """The one of that name; raises UnknownNameError, or ProtocolFileError for a file that cannot be trusted."""
        protocol = self._protocol(name)
        return Listed(name, protocol, standing(self.approvals, protocol.sha256), self._is_own(name, protocol))

    def _is_own(self, name: str, protocol: TreatmentProtocol) -> bool:
        """Whether it is the clinic's, and not an example as it came."""
        example = self._shipped.get(protocol.id)
        return example is None or name.endswith(".toml") or example.read_text(encoding="utf-8") != protocol.text

    def _protocol(self, name: str) -> TreatmentProtocol:
        own = self._own.get(name)
        if own is not None and own.text is not None:
            return _parsed(own.text, f"the treatment protocol {name} that was approved here")
        id_ = name if name in self._shipped else name.removeprefix(_EXAMPLE)
        if id_ in self._shipped:
            return _parsed(self._shipped[id_].read_text(encoding="utf-8"), f"the example {id_}")
        if name.endswith(".toml"):
            return _parsed(derived_file(self._store, name).read_text(encoding="utf-8"), name)
        for one in self.approvals:
            if name == f"{_APPROVAL}{one.number}" and one.text is not None:
                return _parsed(one.text, name)
        raise UnknownNameError("treatment protocol", name, {*self._shipped, *self._own})
