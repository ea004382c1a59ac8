"""A computer on which a driver's package is installed and upgraded, for commands in processes of their own."""

from __future__ import annotations

import os
import shutil
import sys
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from devicelog import registry
from devicelog.ledger import Kind
from tests.end_to_end.running import Devicelog, Done

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from devicelog.ledger import Entry

#: The environment variable that names the folder of the packages.
PACKAGES = "PACKAGES_INSTALLED_IN"
DRIVER = '''
from dataclasses import replace
from msgspec.structs import replace as changed
from devicelog_drivers.reference_mesogun import DRIVER as GUN

class Decoder:
    """Reads depths {more} um deeper than the reference driver does, in injections only."""

    def __init__(self):
        self._decoder = GUN.decoder()

    def feed(self, data):
        return [self._read(event) for event in self._decoder.feed(data)]

    def end(self):
        return [self._read(event) for event in self._decoder.end()]

    def _read(self, event):
        if getattr(event, "report", None) != "injection":
            return event
        depth = [metric.name for metric in GUN.report("injection").metrics].index("depth")
        values = list(event.values)
        values[depth] += {more}
        return changed(event, values=tuple(values))

DRIVER = replace(GUN, name="clinic-gun", version="{version}", decoder=Decoder)
'''


@dataclass(frozen=True, slots=True)
class Upgraded:
    """A computer on which a driver package "clinic-gun" is installed and upgraded; call it with a command's words."""

    box: Devicelog
    packages: Path

    def install(self, version: str, *, more: int = 0) -> None:
        """Install the driver in a version that reads depths so many micrometres deeper than they are."""
        info = self.packages / "clinic_gun.dist-info"
        info.mkdir(parents=True, exist_ok=True)
        (info / "METADATA").write_text(f"Metadata-Version: 2.1\nName: clinic-gun\nVersion: {version}\n", "ascii")
        (info / "entry_points.txt").write_text("[devicelog.drivers]\nclinic-gun = clinic_gun:DRIVER\n", "ascii")
        (self.packages / "clinic_gun.py").write_text(DRIVER.format(more=more, version=version), "ascii")

    def __call__(self, *words: str, code: int = 0) -> Done:
        """A command in a process of its own, which sees what is installed now."""
        environment = {**self.box.environment, PACKAGES: str(self.packages)}
        self.box.warm.start(words, self.box.root, environment, first="tests.end_to_end.upgrades:see")
        done = self.box.warm.wait(words)
        assert done.code == code, done
        return done

    def accept(self, *words: str, code: int = 0) -> Done:
        return self("replay", "last", *words, "--accept", "--by", "Dr. New", "--reason", "depth was misread", code=code)

    def copy(self, folder: Path) -> Upgraded:
        """The same computer once more, in another folder."""
        shutil.copytree(self.box.root, folder / "box")
        shutil.copytree(self.packages, folder / "packages")
        return Upgraded(Devicelog(folder / "box", self.box.warm), folder / "packages")

    @contextmanager
    def seen(self) -> Iterator[None]:
        """What is installed there, also in this process."""
        sys.path.insert(0, str(self.packages))
        registry.drivers.cache_clear()
        try:
            yield
        finally:
            sys.path.remove(str(self.packages))
            sys.modules.pop("clinic_gun", None)
            registry.drivers.cache_clear()


def see() -> None:
    """Let this process, which is devicelog from now on, see what is installed there."""
    sys.dont_write_bytecode = True  # two versions of one second would be taken for one
    sys.path.insert(0, os.environ[PACKAGES])
    registry.drivers.cache_clear()


def amended(entries: list[Entry]) -> list[Any]:
    """The entries that the last amendment holds, each as a list."""
    last = max(entry.content["amendment"] for entry in entries if entry.kind == Kind.AMENDMENT)
    amended = (entry.content for entry in entries if entry.kind == Kind.AMENDED)
    return [content["entry"] for content in amended if content["amendment"] == last]
