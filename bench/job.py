"""What a peer is asked to record, and what came of it; both go between processes as JSON."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any


@dataclass(frozen=True, slots=True)
class Job:
    """`count` readings from each of `urls`, `sizes` bytes on each, into `folder`.

    `rate` is readings a second on each line, 0 for as many as are taken. `group` is how many rows the limit commits at
    once. `protocol` is a treatment protocol's id or file. `cores` are those that the process may use.
    """

    peer: str
    urls: tuple[str, ...]
    sizes: tuple[int, ...]
    count: int
    rate: float
    folder: str
    group: int
    protocol: str
    cores: tuple[int, ...]

    @property
    def path(self) -> Path:
        return Path(self.folder)

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Job:
        content: dict[str, Any] = json.loads(text)
        for key in ("urls", "sizes", "cores"):
            content[key] = tuple(content[key])
        return cls(**content)


@dataclass(slots=True)
class Outcome:
    """What the peer's process measured of itself between being ready and its last reading being kept.

    `kept` are the readings found when the store was read again, `disk` the bytes it takes, `commits` how often it was
    written. `why` says why there is no outcome.
    """

    ready_ns: int = 0
    done_ns: int = 0
    user_ns: int = 0
    system_ns: int = 0
    peak_rss: int = 0
    kept: int = 0
    disk: int = 0
    commits: int = 0
    why: str = ""
    versions: dict[str, str] = field(default_factory=dict)

    @property
    def cpu_ns(self) -> int:
        return self.user_ns + self.system_ns

    def text(self) -> str:
        return json.dumps(asdict(self))

    @classmethod
    def parse(cls, text: str) -> Outcome:
        return cls(**json.loads(text))
