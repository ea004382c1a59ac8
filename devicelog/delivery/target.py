"""Where a record is delivered to, as people write it.

DIR, file:DIR                        a folder
fhir+https://host/base, https://...  a FHIR server, by the address of its base
mllps://host:port                    an HL7 listener, with TLS
fhir+http://, http://, mllp://       the same in the clear: on this computer, or with `--unencrypted`
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from ipaddress import ip_address
from pathlib import Path
from urllib.parse import SplitResult, unquote, urlsplit

from devicelog.errors import BadInputError


class Receiver(StrEnum):
    """What receives it; also the format of what it gets."""

    FOLDER = "folder"
    FHIR = "fhir"
    HL7 = "hl7"


_SCHEMES = {
    "fhir+https": (Receiver.FHIR, True),
    "https": (Receiver.FHIR, True),
    "fhir+http": (Receiver.FHIR, False),
    "http": (Receiver.FHIR, False),
    "mllps": (Receiver.HL7, True),
    "mllp": (Receiver.HL7, False),
}
#: A scheme of one letter is a drive of Windows.
_SCHEME = re.compile(r"([A-Za-z][A-Za-z0-9+.-]+):")
_EXPECTED = "a folder, fhir+https://HOST/BASE or mllps://HOST:PORT"
_HTTP_PORTS = {True: 443, False: 80}


@dataclass(frozen=True, slots=True)
class Target:
    """One place; `name` is how it is written in receipts, the same however it was typed.

    `folder` of a folder; `host`, `port`, `path` (of the base) and `encrypted` of a server.
    """

    receiver: Receiver
    name: str
    folder: Path | None = None
    host: str = ""
    port: int = 0
    path: str = ""
    encrypted: bool = True

    @property
    def is_here(self) -> bool:
        """Whether it is on this computer."""
        try:
            return ip_address(self.host).is_loopback
        except ValueError:
            return self.host == "localhost"

    @property
    def url(self) -> str:
        """The base of a FHIR server."""
        return self.name.removeprefix("fhir+")


def target(text: str, *, unencrypted: bool = False) -> Target:
    """The place that a text names; BadInputError for one that cannot be used.

    `unencrypted`: whether a record may go beyond this computer in the clear.
    """
    scheme = _SCHEME.match(text)
    if scheme is None or scheme[1].lower() == "file":
        return _folder(text)
    known = _SCHEMES.get(scheme[1].lower())
    if known is None:
        raise BadInputError(f"found the target {_shown(text)}; expected {_EXPECTED}.")
    receiver, encrypted = known
    parts = _parts(text)
    found = _listener(parts, encrypted) if receiver is Receiver.HL7 else _server(parts, encrypted)
    if not found.encrypted and not found.is_here and not unencrypted:
        secure = "mllps" if receiver is Receiver.HL7 else "fhir+https"
        raise BadInputError(
            f"{found.name} would send the record in the clear to another computer; use {secure}://, or say that the "
            "network protects it with --unencrypted."
        )
    return found


def _folder(text: str) -> Target:
    """A folder; in receipts by its absolute path."""
    path = text
    if _SCHEME.match(text) is not None:
        parts = urlsplit(text)
        if parts.netloc not in ("", "localhost"):
            raise BadInputError(f"found the target {text!r}; expected file:///PATH or the path of a folder.")
        path = unquote(parts.path)
    if not path:
        raise BadInputError(f"found an empty target; expected {_EXPECTED}.")
    try:
        folder = Path(path).expanduser().absolute()
    except RuntimeError:
        raise BadInputError(f"found {path!r}, and that home cannot be found; give the path in full.") from None
    return Target(Receiver.FOLDER, str(folder), folder)


def _parts(text: str) -> SplitResult:
    try:
        parts = urlsplit(text)
        if parts.username is not None or parts.password is not None:
            hint = "whoever lists processes would read it; put a token into a file (--token-file)"
            raise BadInputError(f"the target {_shown(text)} holds a name or password: {hint}.")
        if parts.query or parts.fragment or "?" in text:
            raise BadInputError(f"the target {_shown(text)} holds more than an address; leave out what follows '?'.")
        _ = parts.port
    except ValueError as error:
        raise BadInputError(f"found the target {_shown(text)} ({error}); expected {_EXPECTED}.") from None
    if not parts.hostname or not text.isprintable() or " " in text:
        raise BadInputError(f"the target {_shown(text)} names no host; expected {_EXPECTED}.")
    return parts


def _server(parts: SplitResult, encrypted: bool) -> Target:
    host, port = parts.hostname or "", parts.port
    path = parts.path.rstrip("/")
    place = _place(host, port if port != _HTTP_PORTS[encrypted] else None)
    name = f"fhir+{'https' if encrypted else 'http'}://{place}{path}"
    return Target(Receiver.FHIR, name, None, host, port or _HTTP_PORTS[encrypted], path, encrypted)


def _listener(parts: SplitResult, encrypted: bool) -> Target:
    host, port = parts.hostname or "", parts.port
    if not port or parts.path.strip("/"):
        raise BadInputError(
            f"found the target {_shown(parts.geturl())}; expected mllps://HOST:PORT or mllp://HOST:PORT."
        )
    name = f"{'mllps' if encrypted else 'mllp'}://{_place(host, port)}"
    return Target(Receiver.HL7, name, None, host, port, "", encrypted)


def _place(host: str, port: int | None) -> str:
    written = f"[{host}]" if ":" in host else host
    return f"{written}:{port}" if port is not None else written


def _shown(text: str) -> str:
    """A target as it may be shown: without what stands before an @ or behind a question mark."""
    return repr(re.sub(r"//[^/@]*@", "//...@", text).partition("?")[0])
