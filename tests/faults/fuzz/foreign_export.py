"""An export as somebody else may have made it: one file holds anything, and the list of files agrees."""

from __future__ import annotations

import hashlib
import os
import shutil
from contextlib import suppress
from pathlib import Path
from unittest import mock

from devicelog.errors import DevicelogError
from devicelog.export import chosen
from devicelog.export.folder.package import export
from devicelog.export.proof.check import check_export
from devicelog.store.reader import Reader
from tests.faults.sessions import Course
from tests.faults.stored_sessions import record_course

_SUMS = "SHA256SUMS"


class ForeignExport:
    """The folder of a real export, one file of which is put in the place of the real one at each try."""

    def __init__(self, folder: Path) -> None:
        record_course(folder, Course("reference-mesogun", "face", None))
        with (
            mock.patch.dict(os.environ, {"DEVICELOG_KEYS": str(folder / "keys")}),
            Reader.open(folder / "store") as reader,
        ):
            self._folder = export(reader, "last", folder / "export", chosen(("json", "csv"))).folder
        shutil.rmtree(folder / "store")
        self._honest = {path.name: path.read_bytes() for path in sorted(self._folder.iterdir())}
        self._names = sorted(self._honest)
        self.corpus = tuple(bytes([place]) + self._honest[name][:4096] for place, name in enumerate(self._names))

    def check(self, data: bytes) -> None:
        """One try; whatever is found wrong is said, never raised."""
        name = self._names[data[0] % len(self._names)] if data else _SUMS
        files = {**self._honest, name: data[1:]}
        if name != _SUMS:
            files[_SUMS] = self._listed(name, data[1:])
        (self._folder / name).write_bytes(data[1:])
        (self._folder / _SUMS).write_bytes(files[_SUMS])
        try:
            with suppress(DevicelogError):
                check_export(self._folder, None)
        finally:
            for changed in {name, _SUMS}:
                (self._folder / changed).write_bytes(self._honest[changed])

    def _listed(self, name: str, data: bytes) -> bytes:
        """The list of files with the digest that this file has now."""
        old, new = (hashlib.sha256(content).hexdigest().encode() for content in (self._honest[name], data))
        return self._honest[_SUMS].replace(old, new)
