"""How long somebody waits after tries that failed: five are free, then each costs more. Nobody is locked out; pure.

Three counts stand side by side: of an address at one account, of an address at whatever account, and of an account
from everywhere. Only the first two make somebody wait at once, so that who guesses at one place keeps nobody from
logging in at another. When very many places guess at one account, addresses where its person was never seen wait, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from ipaddress import IPv6Address, ip_address

from devicelog.store.accounts.waiting import Tries

_SECOND = 1_000_000_000
#: Tries that cost nothing, and how long one that failed counts (ns).
FREE = 5
WINDOW = 15 * 60 * _SECOND
#: The first wait, which doubles with every failed try, and the longest (ns).
FIRST_WAIT = 60 * _SECOND
LONGEST_WAIT = 15 * 60 * _SECOND
#: So many failed tries at one account, from everywhere together, are no person who mistypes.
MANY = 50


@dataclass(frozen=True, slots=True)
class Counts:
    """The tries that failed; `is_known`: the person of the account has logged in at this address before."""

    here: Tries
    address: Tries
    account: Tries
    is_known: bool


def current(tries: Tries, now: int) -> Tries:
    """What of them still counts. A clock that was set back makes nobody wait longer than the longest wait."""
    if now - tries.last > max(WINDOW, wait_after(tries.count)):
        return Tries()
    return tries if tries.last <= now else Tries(tries.count, now)


def failed(tries: Tries, now: int) -> Tries:
    """With one more."""
    return Tries(current(tries, now).count + 1, now)


def forgiven(tries: Tries, count: int) -> Tries:
    """With so many less, because they turned out to be of the person."""
    return Tries(max(tries.count - count, 0), tries.last)


def wait_after(count: int) -> int:
    """How long after so many tries the next one is taken (ns)."""
    if count < FREE:
        return 0
    return min(FIRST_WAIT << min(count - FREE, 10), LONGEST_WAIT)


def wait(counts: Counts, now: int) -> int:
    """How long until a try is taken (ns); 0: now."""
    waits = [_left(counts.here, now), _left(counts.address, now)]
    if not counts.is_known and current(counts.account, now).count >= MANY:
        waits.append(min(_left(counts.account, now), FIRST_WAIT))
    return max(waits)


def _left(tries: Tries, now: int) -> int:
    counting = current(tries, now)
    return max(counting.last + wait_after(counting.count) - now, 0)


def network_of(address: str) -> str:
    """What of an address is somebody's: all of IPv4, the first 64 bits of IPv6; any other text as it is."""
    try:
        found = ip_address(address.partition("%")[0])
    except ValueError:
        return address[:200]
    if isinstance(found, IPv6Address):
        mapped = found.ipv4_mapped
        return str(mapped) if mapped is not None else str(IPv6Address(int(found) >> 64 << 64))
    return str(found)
