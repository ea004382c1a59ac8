"""Whether a folder of many exports holds all that its signed list names."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from pathlib import Path

from devicelog.errors import BadInputError
from devicelog.export.folder import manifest
from devicelog.export.json import session_json
from devicelog.export.json.ledger_file import ExportedLedger
from devicelog.export.many.index import FILE, SIGNATURE, WORK, Index, Item, Kept, read
from devicelog.export.proof.whose_key import NamedKey
from devicelog.ledger import LEDGER_ERRORS, fingerprint
from devicelog.numbers import some
from devicelog.verification.findings import Findings

_SHOWN = 5


def check_index(
    folder: Path,
    own: Collection[bytes] | None,
    named: NamedKey | None = None,
    exports: Sequence[Path] = (),
) -> Findings:
    """Check the list of a folder against what is there; `own` are this installation's keys, if a store is at hand.

    `named` is the key that the list has to be signed with, if one was given; `exports` are the folders of exports
    there. What is inside each is checked by itself (`devicelog.export.proof.check`).
    """
    findings = Findings()
    if (folder / WORK).exists():
        findings.fault("an export into this folder runs or broke off: the same command again finishes it", file=WORK)
    try:
        index, data = read(folder)
        key = bytes.fromhex(index.public_key)
        signature = manifest.read_small(folder / SIGNATURE)
    except FileNotFoundError as error:
        findings.fault("is missing: the list of the exports could not be checked", file=Path(error.filename).name)
        return findings
    except (BadInputError, OSError, ValueError) as error:
        findings.fault(f"cannot be read: {error}", file=FILE)
        return findings
    findings.files += 1
    if not manifest.is_signed(data, signature, key):
        findings.fault(f"does not fit {FILE}: one of the two was changed", file=SIGNATURE)
    for item in index.sessions:
        for what in _faults(folder, item):
            findings.fault(what, file=item.folder)
    for name, digest in index.files.items():
        findings.files += 1
        if "/" in name or "\\" in name or not _has(folder / name, digest):
            findings.fault(f"is missing, or not the one on the list of {FILE}", file=name)
    _judge(key, named, exports, findings)
    _added(folder, index, exports, findings)
    _note(index, key, own, findings)
    return findings


def _judge(key: bytes, named: NamedKey | None, exports: Sequence[Path], findings: Findings) -> None:
    """A fault if the list was signed with another key than the one that was named, or one that it handed over to."""
    if named is None or named.is_of(key) or any(map(named.is_of, _before(key, exports))):
        return
    findings.fault(f"is signed with the key {fingerprint(key)}, and {named.said} was named", file=FILE)


def _before(key: bytes, exports: Sequence[Path]) -> Iterator[bytes]:
    """The keys that the ledgers inside these exports prove to have handed over to this one."""
    for folder in exports:
        path = folder / session_json.FILE
        if path.is_symlink() or not path.is_file():
            continue
        try:
            keys = ExportedLedger(path).keys.keys
        except (OSError, BadInputError, *LEDGER_ERRORS):
            continue
        if key in keys:
            yield from keys[: keys.index(key)]


def _added(folder: Path, index: Index, exports: Sequence[Path], findings: Findings) -> None:
    """Say what lies there and is not on the list: another export may, anything else may not."""
    listed = {FILE, SIGNATURE, WORK, *index.files, *(item.folder for item in index.sessions)}
    found = {path.name for path in folder.iterdir()} - listed
    more = sorted(found & {path.name for path in exports})
    for name in sorted(found - set(more)):
        shown = name.encode("utf-8", "backslashreplace").decode()
        findings.fault(f"is not on the list of {FILE}: it was added", file=shown)
    if more:
        findings.note(f"{some(len(more), 'export')} not on the list: {', '.join(more[:_SHOWN])}")


def _faults(folder: Path, item: Item) -> Iterator[str]:
    if item.kept is Kept.FAILED:
        return
    if Path(item.folder).name != item.folder:
        yield f"is no name of a folder, and {FILE} has it as one"
    elif not (folder / item.folder).is_dir():
        yield f"is missing, and {FILE} lists it"
    elif not _has(folder / item.folder / manifest.SUMS, item.sha256sums):
        yield f"has another {manifest.SUMS} than {FILE} lists: it is of another export"


def _has(path: Path, digest: str | None) -> bool:
    try:
        return manifest.digest(path) == digest
    except OSError:
        return False


def _note(index: Index, key: bytes, own: Collection[bytes] | None, findings: Findings) -> None:
    whose = ""
    if own is not None:
        whose = ", which is this installation's" if key in own else ", which is not this installation's"
    findings.note(f"{some(len(index.sessions), 'session')} listed, signed with the key {fingerprint(key)}{whose}")
    for kept, what in (
        (Kept.FAILED, "could not be exported"),
        (Kept.OLDER, "changed since and kept as exported before"),
    ):
        names = [item.session for item in index.sessions if item.kept is kept]
        if names:
            more = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
            findings.note(f"{some(len(names), 'session')} {what}: {', '.join(names[:_SHOWN])}{more}")
