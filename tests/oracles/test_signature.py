"""jose and canonicalize, which devicelog does not use, verify the signature inside a FHIR document."""

from __future__ import annotations

import json
from base64 import b64encode, urlsafe_b64encode
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import rfc8785
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from devicelog.export import FORMATS
from devicelog.export.fhir import bundles
from tests.oracles.oracle import ask

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
INNER = FORMATS["fhir"].inner


def signed(document: bytes) -> bytes:
    """A document with a signature of the test's own, in the form that docs/verify.md describes."""
    bundle = {name: value for name, value in json.loads(document).items() if name not in ("id", "meta", "signature")}
    header = urlsafe_b64encode(b'{"alg":"Ed25519"}').rstrip(b"=")
    payload = urlsafe_b64encode(rfc8785.dumps(bundle)).rstrip(b"=")
    mark = urlsafe_b64encode(KEY.sign(header + b"." + payload)).rstrip(b"=")
    signature = {"data": b64encode(header + b".." + mark).decode()}
    return json.dumps({**json.loads(document), "signature": signature}).encode()


def asked(folder: Path, documents: Mapping[str, bytes]) -> dict[str, str | None]:
    """What the verifier says of each document."""
    pem = folder / "key.pem"
    pem.write_bytes(KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo))
    files = {name: folder / f"{name}.json" for name in documents}
    for name, data in documents.items():
        files[name].write_bytes(data)
    found: dict[str, str | None] = ask("jws.mjs", pem, *files.values())
    return {name: found[str(path)] for name, path in files.items()}


def variants(document: bytes) -> dict[str, bytes]:
    """A signed document as it may come back from a server, and as it must not."""
    whole: dict[str, Any] = json.loads(document)
    turned = dict(reversed([*whole.items(), ("meta", {"versionId": "7"})]))
    other = json.loads(document)
    other["timestamp"] = other["timestamp"].replace("T", "t", 1)
    return {
        "whole": document,
        "indented": json.dumps(whole, indent=4).encode(),
        "turned": json.dumps(turned, ensure_ascii=False).encode(),
        "changed": json.dumps(other).encode(),
    }


def test_the_verifier_takes_what_was_signed_in_any_layout_and_nothing_else(
    exports: Mapping[str, Path], tmp_path: Path
) -> None:
    said = asked(tmp_path, variants(signed((exports["stored"] / bundles.DOCUMENT).read_bytes())))
    assert [name for name, why in said.items() if why is None] == ["whole", "indented", "turned"]


@pytest.mark.skipif(INNER is None, reason="the FHIR document carries no signature in this version")
def test_the_signature_that_devicelog_puts_in_is_verified(exports: Mapping[str, Path], tmp_path: Path) -> None:
    assert INNER is not None
    said = asked(tmp_path, variants(INNER.sign((exports["stored"] / bundles.DOCUMENT).read_bytes(), KEY)))
    assert [name for name, why in said.items() if why is None] == ["whole", "indented", "turned"]
