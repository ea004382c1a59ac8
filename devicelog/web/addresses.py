"""Under which names and addresses this computer is reached; nothing is sent to find that out."""

from __future__ import annotations

import re
import socket
from contextlib import suppress
from ipaddress import ip_address

from devicelog.errors import BadInputError

#: Addresses for documentation (RFC 5737, RFC 3849): the system says from where it would send there; nothing is sent.
_FAR = ((socket.AF_INET, "192.0.2.1"), (socket.AF_INET6, "2001:db8::1"))
_LABEL = re.compile(r"[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?")


def own_names() -> list[str]:
    """The host's name, and the one under which its network finds it (mDNS, RFC 6762)."""
    name = socket.gethostname().lower().removesuffix(".local")
    return [f"{name}.local", name] if _is_name(name) else []


def own_addresses() -> list[str]:
    """The addresses that other computers may reach, the one of the usual way first; IPv6 in brackets."""
    found: dict[str, None] = {}
    for family, far in _FAR:
        with suppress(OSError), socket.socket(family, socket.SOCK_DGRAM) as asking:
            asking.connect((far, 9))
            found[asking.getsockname()[0]] = None
    with suppress(OSError, UnicodeError):
        for entry in socket.getaddrinfo(socket.gethostname(), None, type=socket.SOCK_DGRAM):
            found[str(entry[4][0])] = None
    return [bracketed(one) for one in found if _is_reachable(one)]


def bracketed(address: str) -> str:
    """An address as it stands in a URL."""
    return f"[{address}]" if ":" in address else address


def checked_name(text: str) -> str:
    """A name or address by which a station is asked for; BadInputError for what no browser would send."""
    name = text.strip().lower().rstrip(".")
    try:
        return bracketed(str(ip_address(name.strip("[]"))))
    except ValueError:
        pass
    if not _is_name(name):
        raise BadInputError(f"found --name {text!r}, expected a host name such as station.clinic.lan, or an address.")
    return name


def _is_name(name: str) -> bool:
    return 0 < len(name) <= 253 and all(_LABEL.fullmatch(part) for part in name.split("."))


def _is_reachable(address: str) -> bool:
    try:
        found = ip_address(address)
    except ValueError:  # with a zone: of one wire alone
        return False
    return not (found.is_loopback or found.is_link_local or found.is_unspecified or found.is_multicast)
