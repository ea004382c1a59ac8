"""The signature inside the FHIR document: a detached JWS in Bundle.signature, over the document's RFC 8785 form.

Signed is the bundle less `signature`, `id` and `meta`, which a server may change, in the canonical form of RFC 8785: so
the signature survives another indent, another order of keys and another spelling of the same number, and nothing else.
The header is `{"alg":"Ed25519","kid":"<fingerprint>"}` (RFC 9864; `EdDSA` is deprecated), the payload is left out
(RFC 7515, appendix F), and the whole stands as base64 in `data`, as FHIR has it.

A signature says no time: `when` is the bundle's own `timestamp`, the wall time of the record's last entry, so that the
same session gives the same bytes.
"""

from __future__ import annotations

import json
from base64 import b64decode, b64encode, urlsafe_b64encode
from collections.abc import Iterator
from typing import Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey

from devicelog.export.fhir.bundles import DOCUMENT
from devicelog.ledger import encode, fingerprint, public_bytes

ALGORITHM = "Ed25519"
#: What the signature does not cover: itself, and what a server that stores the bundle may change.
LEFT_OUT = ("signature", "id", "meta")
#: Whole numbers beyond it are doubles to a reader of JSON (RFC 8785, section 3.2.2.3).
_SAFE = (1 << 53) - 1
_MEMBER = b',"signature":'
#: ASTM E1762: of an automated source that receives data and interprets it; no person signs here.
_TYPE = {
    "system": "urn:iso-astm:E1762-95:2013",
    "code": "1.2.840.10065.1.12.1.14",
    "display": "Source Signature",
}
_KEYS = "urn:devicelog:key"
_SPACE = b" \t\r\n"


def canonical(document: bytes) -> bytes:
    """What is signed of a bundle; ValueError if it is no JSON object that every reader reads alike."""
    return _canonical(_read(document))


class DocumentSignature:
    """The signature of the installation's key in `fhir_document.json` (`Inner` of the format)."""

    file = DOCUMENT

    def sign(self, data: bytes, key: Ed25519PrivateKey) -> bytes:
        """The document with the signature as its last member; ValueError if it has one, or no timestamp."""
        bundle = _read(data)
        if "signature" in bundle:
            raise ValueError("it is signed already")
        public = public_bytes(key)
        header = _header(public)
        jws = header + b".." + _url64(key.sign(header + b"." + _url64(_canonical(bundle))))
        at = data.rindex(b"}")
        return data[:at] + _MEMBER + encode(_element(bundle, public, jws)) + data[at:]

    def unsigned(self, data: bytes) -> bytes:
        """The document as it was before it was signed, byte for byte; ValueError if it was not signed here."""
        at = data.rfind(_MEMBER)
        if at < 0:
            raise ValueError("no signature is in it")
        try:
            text = data[at + len(_MEMBER) :].decode()
            element, end = json.JSONDecoder().raw_decode(text)
        except RecursionError:
            raise ValueError("its signature is nested too deeply") from None
        rest = text[end:].encode()
        if encode(element) != text[:end].encode() or rest[:1] != b"}" or rest[1:].strip(_SPACE):
            raise ValueError("its signature is not the last thing in it, as it was written")
        return data[:at] + rest

    def faults(self, data: bytes, key: bytes) -> Iterator[str]:
        """Why the signature is not one that the owner of this public key made over the document."""
        try:
            bundle = _read(data)
            jws = _jws(bundle)
            header, signature = jws.split(b"..")
            if header != _header(key):
                yield f"its signature was not made by the key {fingerprint(key)}, or by another algorithm"
                return
            Ed25519PublicKey.from_public_bytes(key).verify(
                _unurl64(signature), header + b"." + _url64(_canonical(bundle))
            )
            if bundle["signature"] != _element(bundle, key, jws):
                yield "what stands beside its signature was changed"
        except InvalidSignature:
            yield "its signature does not fit what it says: the document was changed after it was signed"
        except (ValueError, LookupError, TypeError) as error:
            yield f"its signature cannot be checked: {error or repr(error)}"


DOCUMENT_SIGNATURE = DocumentSignature()


def _read(document: bytes) -> dict[str, Any]:
    """The bundle, numbers as doubles where JSON has no other; ValueError for what readers would read differently."""
    try:
        bundle = json.loads(
            document.decode(), parse_int=_whole, parse_constant=_no_number, object_pairs_hook=_without_doubles
        )
    except RecursionError:
        raise ValueError("it is nested too deeply") from None
    if not isinstance(bundle, dict):
        raise ValueError("it is not a JSON object")
    return bundle


def _canonical(bundle: dict[str, Any]) -> bytes:
    import rfc8785

    try:
        return rfc8785.dumps({name: value for name, value in bundle.items() if name not in LEFT_OUT})
    except RecursionError:
        raise ValueError("it is nested too deeply") from None


def _whole(text: str) -> int | float:
    value = int(text)
    return value if -_SAFE <= value <= _SAFE else float(text)


def _no_number(text: str) -> Any:
    raise ValueError(f"{text} is no number of JSON")


def _without_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a member of it is there twice")
    return found


def _header(public: bytes) -> bytes:
    return _url64(encode({"alg": ALGORITHM, "kid": fingerprint(public)}))


def _element(bundle: dict[str, Any], public: bytes, jws: bytes) -> dict[str, Any]:
    """FHIR's Signature; `who` is the key, by its fingerprint: which device or person that is, a key does not say."""
    if not isinstance(bundle.get("timestamp"), str):
        raise ValueError("it has no timestamp, expected that of the record's last entry")
    who = {"system": _KEYS, "value": fingerprint(public)}
    return {
        "type": [_TYPE],
        "when": bundle["timestamp"],
        "who": {"type": "Device", "identifier": who, "display": "the installation of devicelog that has this key"},
        "targetFormat": "application/fhir+json",
        "sigFormat": "application/jose",
        "data": b64encode(jws).decode(),
    }


def _jws(bundle: dict[str, Any]) -> bytes:
    element = bundle.get("signature")
    if not isinstance(element, dict):
        raise ValueError("no signature is in it")
    return b64decode(element["data"], validate=True)


def _url64(data: bytes) -> bytes:
    return urlsafe_b64encode(data).rstrip(b"=")


def _unurl64(text: bytes) -> bytes:
    """The bytes of base64url without padding; ValueError unless spelled the one way."""
    data = b64decode(text.translate(bytes.maketrans(b"-_", b"+/")) + b"=" * (-len(text) % 4), validate=True)
    if _url64(data) != text:
        raise ValueError("its base64 is not spelled as it is written")
    return data
