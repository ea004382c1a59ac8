"""Where the station is reached, and under which names."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from ipaddress import ip_address
from pathlib import Path

#: The names of this computer for itself.
LOOPBACK_NAMES = frozenset({"localhost", "127.0.0.1", "[::1]"})


@dataclass(frozen=True, slots=True)
class Settings:
    """How the station is served; `names` are the host names by which it may be asked for, besides those of loopback.

    `certificate` and `key` are PEM files (None: plain HTTP, which is for loopback alone), `fingerprint` the
    certificate's SHA-256 as people compare it; `ends` is when it does; `is_own` if the
    station made it. `lan_name` is under which name or address other computers reach it (empty: they do not).
    `screening` is the clinic's own list of questions (None: the one that comes with devicelog).
    """

    host: str = "127.0.0.1"
    port: int = 8470
    names: frozenset[str] = field(default_factory=frozenset)
    certificate: Path | None = None
    key: Path | None = None
    fingerprint: str = ""
    ends: datetime | None = None
    is_own: bool = False
    lan_name: str = ""
    screening: Path | None = None
    open_metrics: bool = False
    """Whether this computer itself reads the metrics without a token."""

    @property
    def is_secure(self) -> bool:
        """Whether pages come over TLS."""
        return self.certificate is not None

    @property
    def scheme(self) -> str:
        return "https" if self.is_secure else "http"

    @property
    def url(self) -> str:
        """The address that a person on this computer opens."""
        everywhere = ("0.0.0.0", "::")  # noqa: S104
        host = "localhost" if is_loopback(self.host) or self.host in everywhere else self.host
        return f"{self.scheme}://{host}:{self.port}/"

    @property
    def reached_at(self) -> str | None:
        """The address that a person at a tablet opens; None if there is none."""
        return f"{self.scheme}://{self.lan_name}:{self.port}/" if self.lan_name else None

    @property
    def allowed_hosts(self) -> frozenset[str]:
        """What a request's Host may be: names with the port, and without it where the scheme's own is meant."""
        names = LOOPBACK_NAMES | self.names
        usual = {443} if self.is_secure else {80}
        bare = names if self.port in usual else frozenset()
        return frozenset(f"{name}:{self.port}" for name in names) | bare


def is_loopback(address: str | None) -> bool:
    """Whether an address is of this computer alone."""
    if address is None:
        return False
    try:
        return ip_address(address).is_loopback
    except ValueError:
        return address == "localhost"
