"""The public keys of an installation: the first, and each that the one before handed over to; pure (docs/ledger.md).

A key is changed by an act in the chain of seals. It is signed by the key that goes, as every seal is, and holds the
consent of the one that comes: its signature over 0x03 and what the act says of itself. So nobody brings in a key
without the old one, and nobody claims a key that is not theirs.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Any

import msgspec

from devicelog.ledger import Seal, encode, public_bytes

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

#: What the act of changing the key is called.
KEY_ROTATED = "key_rotated"
#: What the act of erasing who a subject is is called.
SUBJECT_ERASED = "subject_erased"
#: What the new key consents to.
_CONSENTED = ("installation", "new_key", "previous", "public_key", "seal")


class Act(msgspec.Struct, frozen=True):
    """An act of the installation, which stands in the chain of seals between those of its sessions."""

    seal: int
    installation: str
    act: str
    previous: str
    public_key: str
    new_key: str | None = None
    consent: str | None = None
    subject: str | None = None
    approvals: int | None = None
    approvals_head: str | None = None
    accesses: int | None = None
    accesses_head: str | None = None


_act_of = msgspec.json.Decoder(Act).decode


def act_of(seal: Seal) -> Act | None:
    """The act that a seal holds; None if it holds none that can be read."""
    try:
        return _act_of(seal.body)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def consent(new: Ed25519PrivateKey, content: dict[str, Any]) -> str:
    """The new key's signature, hexadecimal, over the act that brings it in."""
    return new.sign(_message(content)).hex()


def _message(content: dict[str, Any]) -> bytes:
    return b"\3" + encode({name: content[name] for name in _CONSENTED})


class KeyChain:
    """The keys of an installation in the order in which they were in force.

    `acts` are the acts of the installation under their numbers. One that changes the key and is not signed by both keys
    changes nothing, and stands in `faults` as number and sentence; those that hold are `handovers`.
    """

    def __init__(self, installation: str, first: bytes, acts: Iterable[tuple[int, Seal]] = ()) -> None:
        self.keys = [first]
        self.handovers: list[Seal] = []
        self.faults: list[tuple[int, str]] = []
        self._installation = installation
        self._until: list[int] = []
        for number, seal in acts:
            self._take(number, seal)

    @property
    def first(self) -> bytes:
        """The key that the installation began with."""
        return self.keys[0]

    @property
    def current(self) -> bytes:
        """The key in force now."""
        return self.keys[-1]

    def continued(self, later: Iterable[Seal]) -> KeyChain:
        """These keys, and those that acts which stand elsewhere handed over to since."""
        acts = dict.fromkeys([*self.handovers, *later])
        return KeyChain(self._installation, self.first, ((act.seal, signed) for signed, act in _read(acts)))

    def at(self, number: int) -> bytes:
        """The key that has to have signed the seal of that number."""
        return self.keys[bisect_left(self._until, number)]

    def _take(self, number: int, seal: Seal) -> None:
        act = act_of(seal)
        if act is None or act.act != KEY_ROTATED:
            return
        new = _key(act.new_key)
        if not seal.is_signed_by(self.current):
            self.faults.append((number, "changes the key and is not signed by the key before"))
        elif (act.seal, act.installation, act.public_key) != (number, self._installation, self.current.hex()):
            self.faults.append((number, "changes the key and was made for another place"))
        elif new is None or not _consents(new, act):
            self.faults.append((number, "changes the key and is not signed by the key that it brings in"))
        else:
            self._until.append(number)
            self.handovers.append(seal)
            self.keys.append(new)


def _read(acts: Iterable[Seal]) -> Iterator[tuple[Seal, Act]]:
    """Those that can be read."""
    return ((signed, act) for signed in acts if (act := act_of(signed)) is not None)


def told(acts: Iterable[Seal]) -> list[dict[str, Any]]:
    """Acts as JSON has them: `seal`, the body, and `signature`, hexadecimal."""
    return [{"seal": act.content, "signature": act.signature.hex()} for act in acts]


def acts_in(told: Iterable[Mapping[str, Any]]) -> list[Seal]:
    """The acts that `told` wrote, nothing of them checked; ValueError if it wrote something else."""
    try:
        return [Seal(encode(act["seal"]), bytes.fromhex(act["signature"])) for act in told]
    except (KeyError, TypeError, ValueError):
        raise ValueError("no list of acts") from None


def _key(text: str | None) -> bytes | None:
    try:
        key = bytes.fromhex(text or "")
    except ValueError:
        return None
    return key if len(key) == 32 else None


def _consents(new: bytes, act: Act) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        signature = bytes.fromhex(act.consent or "")
        Ed25519PublicKey.from_public_bytes(new).verify(signature, _message(msgspec.structs.asdict(act)))
    except (InvalidSignature, ValueError):
        return False
    return True


def rotation(old: Ed25519PrivateKey, new: Ed25519PrivateKey, place: dict[str, Any]) -> dict[str, Any]:
    """What an act says that hands over from one key to the next; `place` is its number, chain and installation."""
    content = {**place, "act": KEY_ROTATED, "public_key": public_bytes(old).hex(), "new_key": public_bytes(new).hex()}
    return {**content, "consent": consent(new, content)}
