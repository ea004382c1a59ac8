"""Entries, the hash chain over them, and the seals over the chain; pure, and described in docs/ledger.md.

An entry's body is canonical JSON (RFC 8785, without floats): `[number, t, kind, content]`, where `number` counts from 1
in the session and `t` is microseconds since the session was opened, on the host's boot-time clock. An observation's
content is spread out for size: `[number, t, "observation", layout, at, values, verdict, breached]`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog.chunk import Chunk

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: Version of the ledger format, written into every session's first entry and every seal.
FORMAT = 1
#: What a chain begins with.
GENESIS = bytes(32)
#: A running session is sealed after this many entries, or seconds, whichever comes first.
SEAL_ENTRIES = 256
SEAL_SECONDS = 60


class Kind(StrEnum):
    """The kinds of entry; docs/ledger.md has the content of each."""

    STARTED = "started"
    LINK_OPENED = "link_opened"
    LINK_LOST = "link_lost"
    LINK_RESTORED = "link_restored"
    DEVICE_BOUND = "device_bound"
    DEVICE_CONFIRMED = "device_confirmed"
    DEVICE_CHANGED = "device_changed"
    DEVICE_RESTARTED = "device_restarted"
    DRIVER_FAULT = "driver_fault"
    LAYOUT = "layout"
    OBSERVATION = "observation"
    INTERVAL = "interval"
    ASKED = "asked"
    BAD_FRAME = "bad_frame"
    REPEAT = "repeat"
    CONFLICT = "conflict"
    FROM_MEMORY = "from_memory"
    DEVICE_CLOCK = "device_clock"
    DEVICE_LOG = "device_log"
    LOGS_LISTED = "logs_listed"
    ENDING = "ending"
    UNCONFIRMED = "unconfirmed"
    GAP = "gap"
    GAP_CLOSED = "gap_closed"
    GAP_FILLED = "gap_filled"
    COUNTER_WRAPPED = "counter_wrapped"
    COUNTER_RESET = "counter_reset"
    COUNTER_ANOMALY = "counter_anomaly"
    ALARM = "alarm"
    ALARM_ENDED = "alarm_ended"
    CLOCK_STEPPED = "clock_stepped"
    RECORDING_RESUMED = "recording_resumed"
    ZONE = "zone"
    NOTE = "note"
    RECONCILED = "reconciled"
    INTERRUPTED = "interrupted"
    ENDED = "ended"
    AMENDMENT = "amendment"
    AMENDED = "amended"
    OPENED = "opened"
    HISTORY = "history"
    SCREENING = "screening"
    OVERRIDE = "override"
    CONSENT = "consent"
    PATCH_TEST = "patch_test"
    CONSULTATION = "consultation"
    PRODUCT = "product"
    SYRINGE = "syringe"
    SYRINGE_IN_USE = "syringe_in_use"
    LEFTOVER = "leftover"
    EXPLAINED = "explained"
    CONSUMABLE = "consumable"
    POINTS = "points"
    COURSE = "course"
    SKIPPED = "skipped"
    REFUSED = "refused"
    PAUSED = "paused"
    RESUMED = "resumed"
    EVENT = "event"
    ALARM_ACKNOWLEDGED = "alarm_acknowledged"
    REACTION = "reaction"
    AFTERCARE = "aftercare"
    ADVERSE_EVENT = "adverse_event"
    FOLLOW_UP = "follow_up"
    PHOTOGRAPH = "photograph"
    REVIEWED = "reviewed"
    SIGNED = "signed"
    DELIVERED = "delivered"


class Verdict:
    """An observation's verdict as it stands in its entry; null where no treatment protocol was chosen."""

    WITHIN = 0
    WARNING = 1
    EXCEEDED = 2
    NOT_EVALUABLE = 3

    WORDS = ("within", "warning", "exceeded", "not evaluable")


#: What a changed or foreign ledger may raise where it is used; never a reason for a traceback.
LEDGER_ERRORS = (
    ValueError,
    LookupError,
    TypeError,
    AttributeError,
    ArithmeticError,
    AssertionError,
    RecursionError,
    msgspec.MsgspecError,
)


encode = msgspec.json.Encoder(order="sorted").encode
decode = msgspec.json.decode


# Structs, because one of each is made per reading: six times faster than a frozen dataclass.
class Entry(msgspec.Struct, frozen=True):
    """One line of a session's ledger; `content` is a dict, or for an observation the list of its five parts."""

    number: int
    t_us: int
    kind: str
    content: Any


class Line(msgspec.Struct, frozen=True, gc=False):
    """An entry as it is stored: its number, its canonical body and the chain's hash up to it."""

    number: int
    body: bytes
    hash: bytes

    @property
    def kind(self) -> str:
        """The kind of the entry, seen without reading the rest of it; empty if the body is not an entry."""
        parts = self.body[:64].split(b",", 3)
        return parts[2].strip(b'"').decode("ascii", "replace") if len(parts) > 2 else ""

    def entry(self) -> Entry:
        """The entry that the body holds; ValueError if it is not one."""
        return parse(self.body)


def parse(body: bytes) -> Entry:
    """The entry in a canonical body; ValueError if it is not one."""
    try:
        parts = decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError) as error:
        raise ValueError(f"not JSON: {error}") from None
    # Not by `match`, which takes four times as long: whatever reads a session does this for each of its entries.
    if type(parts) is list and list(map(type, parts[:3])) == _HEAD:
        number, t_us, kind = parts[:3]
        if kind == "observation":
            if len(parts) == 8:
                return Entry(number, t_us, kind, parts[3:])
        elif len(parts) == 4 and type(parts[3]) is dict:
            return Entry(number, t_us, kind, parts[3])
    raise ValueError("not an entry of this format")


#: What every entry begins with: its number, its time and its kind.
_HEAD = [int, int, str]


class Chain:
    """The chain of one session: each entry's hash is SHA-256 over 0x00, the hash before it, and its body."""

    def __init__(self, count: int = 0, head: bytes = GENESIS) -> None:
        self.count = count
        self.head = head

    def append(self, body: bytes) -> Line:
        """Add a body that carries the number `count + 1`."""
        return self.extend((body,))[0]

    def extend(self, bodies: Iterable[bytes]) -> list[Line]:
        """Add bodies that carry the numbers from `count + 1` on."""
        lines = []
        count, head = self.count, self.head
        for body in bodies:
            count, head = count + 1, sha256(b"\0" + head + body).digest()
            lines.append(Line(count, body, head))
        self.count, self.head = count, head
        return lines


class ChunkDigest:
    """A running digest over a session's chunks: SHA-256 over 0x02, the digest before, a header line and the bytes."""

    def __init__(self, count: int = 0, head: bytes = GENESIS) -> None:
        self.count = count
        self.head = head

    def add(self, chunk: Chunk) -> None:
        header = f"{chunk.link} {chunk.kind} {chunk.boot_ns} {chunk.wall_ns} {len(chunk.data)}\n".encode()
        self.head = sha256(b"\2" + self.head + header + chunk.data).digest()
        self.count += 1


@dataclass(frozen=True, slots=True)
class Seal:
    """A signature over a session's ledger as it stood: `body` is canonical JSON, signed behind the byte 0x01."""

    body: bytes
    signature: bytes

    @property
    def content(self) -> dict[str, Any]:
        """The fields of the body; ValueError if it is not a JSON object."""
        try:
            content = decode(self.body)
        except (msgspec.DecodeError, UnicodeDecodeError):
            raise ValueError("a seal's body is not JSON") from None
        if not isinstance(content, dict):
            raise ValueError("a seal's body is not an object")
        return content

    @property
    def digest(self) -> bytes:
        """What the next seal refers to."""
        return sha256(b"\1" + self.body + self.signature).digest()

    def is_signed_by(self, public_key: bytes) -> bool:
        """Whether the key's owner made this seal."""
        # Not for those who only list: it would take a tenth of such a command.
        from cryptography.exceptions import InvalidSignature
        from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

        try:
            Ed25519PublicKey.from_public_bytes(public_key).verify(self.signature, b"\1" + self.body)
        except (InvalidSignature, ValueError):
            return False
        return True


def seal(key: Ed25519PrivateKey, content: dict[str, Any]) -> Seal:
    """Sign what a seal says."""
    body = encode(content)
    return Seal(body, key.sign(b"\1" + body))


def public_bytes(key: Ed25519PrivateKey) -> bytes:
    """The 32 raw bytes of the public key."""
    return key.public_key().public_bytes_raw()


def fingerprint(public_key: bytes) -> str:
    """What people compare when they ask whose key it is."""
    return sha256(public_key).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Fault:
    """What does not hold, and at which entry (None: not at one entry)."""

    entry: int | None
    what: str


def check_chain(lines: Iterable[Line], *, first: int = 1) -> Iterable[Fault | Line]:
    """The lines, each followed by the fault that it shows, if any; goes on behind a fault with the hash as stored."""
    count, head = first - 1, GENESIS
    for line in lines:
        number = line.number
        if number != count + 1:
            yield Fault(number, f"entry {count + 1} is missing: entry {number} follows {count}")
        count, head = number, sha256(b"\0" + head + line.body).digest()
        if line.hash != head:
            yield Fault(number, f"entry {number} or its hash was changed: the chain breaks here")
            head = line.hash
        try:
            if parse(line.body).number != number:
                yield Fault(number, f"entry {number} carries the number of another")
        except ValueError as error:
            yield Fault(number, f"entry {number} cannot be read: {error}")
        yield line
