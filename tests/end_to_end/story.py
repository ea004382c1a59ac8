"""A clinic over several weeks: commands in processes of their own, on days that a test chooses from 2 March 2026 on."""

from __future__ import annotations

import json
import time
from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from tests.end_to_end.later import SHIFT

if TYPE_CHECKING:
    from pathlib import Path

    from tests.end_to_end.running import Devicelog, Done

#: When each story begins.
BEGINS = datetime(2026, 3, 2, 9, tzinfo=UTC)
_DAY_NS = 86_400_000_000_000


class Clinic:
    """Call it with the words of a command, as `Devicelog`; `day` counts from 0, and is the test's to set."""

    def __init__(self, box: Devicelog) -> None:
        self.box = box
        self.day = 0
        self._shift_ns = int(BEGINS.timestamp()) * 1_000_000_000 - time.time_ns()

    @property
    def today(self) -> date:
        return (BEGINS + timedelta(days=self.day)).date()

    def __call__(self, *words: str, code: int | None = 0, by: str = "Reception") -> Done:
        days_ns = self.day * _DAY_NS
        shift = f"{self._shift_ns + days_ns} {days_ns}"
        environment = {**self.box.environment, SHIFT: shift, "DEVICELOG_USER": by}
        self.box.warm.start(words, self.box.root, environment, first="tests.end_to_end.later:come")
        done = self.box.warm.wait(words)
        assert code is None or done.code == code, done
        assert "Traceback" not in done.err
        return done

    def file(self, name: str, text: str) -> Path:
        """A file that somebody prepared."""
        path = self.box.root / name
        path.write_text(text, encoding="utf-8")
        return path

    def record(self, plan: Path, *, code: int = 0) -> Done:
        """One session by a plan, until its device has been silent for a while."""
        return self("record", "--plan", str(plan), "--until-quiet", "500 ms", "--no-live", code=code)

    def shown(self, session: str = "last", *words: str) -> list[str]:
        """What `show` says to people, line by line, single blanks between words."""
        return plain(self("show", session, *words))

    def json(self, *words: str) -> Any:
        """The document of a command."""
        return self(*words, "--json").document

    def must_hold(self) -> None:
        """The store verifies, and the kept bytes of each session give its entries again, bit for bit."""
        assert self.json("verify")["holds"]
        for session in self.json("sessions"):
            assert "same entries, bit for bit" in self("replay", session["session"]).err

    def readable(self) -> str:
        """All that can be read with the keys that are there: entries, kept bytes, records, patients, files."""
        with self.box.reader() as reader:
            rows = list(reader.sessions())
            bodies = [line.body for row in rows for line in reader.lines(row.number)]
            data = [chunk.data for row in rows for chunk in reader.chunks(row.number)]
        files = [file.read_bytes() for file in self.box.store.rglob("*") if file.is_file()]
        told = [self.json("show", row.id) for row in rows] + self.json("subjects", "find")
        return b"\n".join((*bodies, *data, *files)).decode("utf-8", "replace") + json.dumps(told)


def plain(done: Done) -> list[str]:
    """What a command printed, line by line, single blanks between words."""
    return [" ".join(line.split()) for line in done.out.splitlines()]


def section(lines: list[str], title: str, until: str) -> list[str]:
    """The lines of a summary from one title to another."""
    begin = lines.index(title)
    end = next(place for place, line in enumerate(lines) if place > begin and line.split(" ")[0] == until)
    return lines[begin + 1 : end]
