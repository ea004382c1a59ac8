"""What concerns `devicelog serve`: its port, its certificate, and who else may read the accounts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

from devicelog import clock
from devicelog.doctor.finding import Finding, Grade
from devicelog.doctor.system import System, is_open_to_others
from devicelog.errors import DevicelogError
from devicelog.store.beside.client import is_served
from devicelog.store.folder import open_folder

#: The port that `devicelog serve` takes unless another one is named.
PORT = 8470
#: The certificate that the station makes for itself, in the folder of the keys.
CERTIFICATE = "station.crt"
#: So long before its end the station makes another one when it starts; from then on it should be started anew.
EARLY = timedelta(days=30)
_ACCOUNTS = "accounts.db"
#: The state of a socket that listens (Linux, include/net/tcp_states.h).
_LISTENS = "0A"


def accounts(_: System, path: Path) -> Iterator[Finding]:
    """Hashes of passwords are for the owner alone, whatever the folder above says."""
    file = path / _ACCOUNTS
    if file.exists() and is_open_to_others(file):
        yield Finding("accounts", Grade.BAD, f"other users of this computer may open {file}", f"chmod 600 {file}")


def certificate(_: System, path: Path) -> Iterator[Finding]:
    """Whether tablets will still trust the station's own certificate next month."""
    from cryptography.x509 import load_pem_x509_certificate

    try:
        file = open_folder(path).keys.folder / CERTIFICATE
        kept = load_pem_x509_certificate(file.read_bytes())
    except (DevicelogError, OSError):
        return  # no store, or none was ever made
    except ValueError:
        yield Finding("certificate", Grade.CARE, f"{file} cannot be read", "remove it: the station makes another one")
        return
    ends = kept.not_valid_after_utc
    left = ends - datetime.fromtimestamp(clock.now().wall_ns / 1e9, UTC)
    mend = (
        "start the station anew between two sessions: it makes another one, whose fingerprint tablets have to compare"
    )
    if left <= timedelta():
        yield Finding("certificate", Grade.BAD, f"the station's own ended on {ends:%Y-%m-%d}", mend)
    elif left < EARLY:
        yield Finding("certificate", Grade.CARE, f"the station's own ends on {ends:%Y-%m-%d}", mend)
    else:
        yield Finding("certificate", Grade.GOOD, f"the station's own holds until {ends:%Y-%m-%d}")


def port(system: System, path: Path) -> Iterator[Finding]:
    """Whether something else listens at the station's port, as far as Linux tells."""
    if not is_served(path) and PORT in _listened_at(system):
        found = f"a program listens at port {PORT}, and no station has this store"
        yield Finding("port of the station", Grade.CARE, found, "end that program, or name another --port")


def _listened_at(system: System) -> set[int]:
    """The TCP ports at which something listens (proc(5), /proc/net/tcp)."""
    lines = [line for name in ("tcp", "tcp6") for line in (system.read(f"/proc/net/{name}") or "").splitlines()[1:]]
    fields = [line.split() for line in lines]
    return {int(each[1].rpartition(":")[2], 16) for each in fields if len(each) > 3 and each[3] == _LISTENS}
