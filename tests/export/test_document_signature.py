"""The signature inside a FHIR document: it survives another spelling of the same JSON, and no other change."""

from __future__ import annotations

import json
from base64 import b64decode, b64encode
from typing import Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st
from joserfc import jws
from joserfc.jwk import OKPKey

from devicelog.export.fhir.signature import DOCUMENT_SIGNATURE, canonical
from devicelog.ledger import fingerprint, public_bytes

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))
PUBLIC = public_bytes(KEY)

#: A document with what readers of JSON spell in more than one way.
DOCUMENT = b"""{"resourceType":"Bundle","id":"b-1","meta":{"versionId":"1"},"type":"document",
 "timestamp":"2026-11-22T10:24:55.473+01:00","total":12345678901234567890,
 "entry":[{"resource":{"resourceType":"Medication","batch":{"lotNumber":"L-4711"},
  "note":"\\u674e\\u96f7 \\/ \\"it itches\\" \\u2028","dose":[0.020,1.50,1e-7,-0.0,100,0.15000000000000002]}},
  {"resource":{"resourceType":"Provenance","signature":[{"data":"AAAA"}],"id":"p","meta":{"source":"x"}}}]}
"""


@pytest.fixture(scope="module")
def signed() -> bytes:
    return DOCUMENT_SIGNATURE.sign(DOCUMENT, KEY)


def faults(data: bytes, key: bytes = PUBLIC) -> list[str]:
    return list(DOCUMENT_SIGNATURE.faults(data, key))


def test_an_honest_signature_holds_and_is_the_same_each_time(signed: bytes) -> None:
    assert faults(signed) == []
    assert DOCUMENT_SIGNATURE.sign(DOCUMENT, KEY) == signed


def test_the_element_says_what_fhir_asks_for(signed: bytes) -> None:
    element = json.loads(signed)["signature"]
    assert element["when"] == json.loads(DOCUMENT)["timestamp"]
    assert element["who"]["identifier"]["value"] == fingerprint(PUBLIC)
    assert element["sigFormat"] == "application/jose"
    assert [coding["display"] for coding in element["type"]] == ["Source Signature"]


def test_others_verify_it_by_rfc_7515_and_9864(signed: bytes) -> None:
    """joserfc, given the signature, the canonical form and the public key alone."""
    compact = b64decode(json.loads(signed)["signature"]["data"]).decode()
    key = OKPKey.import_key(_pem())
    found = jws.deserialize_compact(compact, key, algorithms=["Ed25519"], payload=canonical(signed))
    assert found.headers() == {"alg": "Ed25519", "kid": fingerprint(PUBLIC)}


def _pem() -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    return KEY.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)


def test_the_canonical_form_is_that_of_rfc_8785() -> None:
    """The example of the RFC (section 3.2.2), and numbers as a double prints them."""
    text = (
        rb'{"numbers":[333333333.33333329,1E30,4.50,2e-3,0.000000000000000000000000001],"string":"\u20ac$\u000F\u000aA'
    )
    text += rb'\u0027\u0042\u0022\u005c\\\"\/","literals":[null,true,false]}'
    expected = '{"literals":[null,true,false],"numbers":[333333333.3333333,1e+30,4.5,0.002,1e-27],'
    expected += '"string":"€$\\u000f\\nA\'B\\"\\\\\\\\\\"/"}'
    assert canonical(text).decode() == expected
    assert canonical(b'{"a":12345678901234567890}') == b'{"a":12345678901234567000}'


@pytest.mark.parametrize(
    "spelled",
    [
        lambda data: json.dumps(json.loads(data), indent=4).encode(),
        lambda data: json.dumps(json.loads(data), ensure_ascii=False, sort_keys=True).encode(),
        lambda data: data.replace(b"0.020", b"0.02").replace(b"1.50", b"15e-1"),
        lambda data: data.replace(b"12345678901234567890", b"12345678901234567800"),
        lambda data: data.replace(b'"b-1"', b'"of-the-server"').replace(b'"versionId":"1"', b'"versionId":"2"'),
        lambda data: data.replace(b"\n", b"\r\n"),
    ],
    ids=["indent", "order of keys", "numbers", "beyond doubles", "id and meta", "line ends"],
)
def test_another_spelling_of_the_same_survives(signed: bytes, spelled: Any) -> None:
    other = spelled(signed)
    assert other != signed
    assert faults(other) == []


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"L-4711", b"L-4712"),
        (b"0.020", b"0.021"),
        (b"1.50", b"1.5000000000000002"),
        (b'"type":"document"', b'"type":"collection"'),
        (b"itches", b"itched"),
        (b"10:24:55.473", b"10:24:56.473"),
        (b'"id":"p"', b'"id":"q"'),
        (b'"source":"x"', b'"source":"y"'),
        (b"Source Signature", b"Author Signature"),
        (b"application/jose", b"application/jos "),
        (b'"AAAA"', b'"AAAB"'),
        (b'"dose":[', b'"dose":[1,'),
    ],
)
def test_any_other_change_fails(signed: bytes, old: bytes, new: bytes) -> None:
    assert old in signed
    assert len(faults(signed.replace(old, new, 1))) == 1


def test_every_character_of_the_signature_itself_counts(signed: bytes) -> None:
    start = signed.index(b',"signature":{"data"')
    for at in range(start, len(signed) - 3):
        changed = bytearray(signed)
        changed[at] ^= 1
        assert faults(bytes(changed)), (at, signed[at - 10 : at + 10])


@settings(max_examples=80)
@given(st.data())
def test_no_byte_can_be_exchanged_unless_the_meaning_stays(data: st.DataObject) -> None:
    changed = bytearray(DOCUMENT_SIGNATURE.sign(DOCUMENT, KEY))
    changed[data.draw(st.integers(0, len(changed) - 1))] = data.draw(st.integers(0, 255))
    if not faults(bytes(changed)):
        assert canonical(bytes(changed)) == canonical(DOCUMENT)


def test_another_key_and_another_algorithm_fail(signed: bytes) -> None:
    other = Ed25519PrivateKey.generate()
    assert "not made by the key" in faults(signed, public_bytes(other))[0]
    assert "not made by the key" in faults(DOCUMENT_SIGNATURE.sign(DOCUMENT, other))[0]
    document = json.loads(signed)
    none = b"eyJhbGciOiJub25lIn0" + b".."
    document["signature"]["data"] = b64encode(none).decode()
    assert faults(json.dumps(document).encode())


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"[]",
        b"\xff",
        b'{"a":1}',
        b'{"signature":{}}',
        b'{"signature":[]}',
        b'{"timestamp":"x","signature":{"data":5}}',
        b'{"timestamp":"x","signature":{"data":"\\ud800"}}',
        b'{"a":NaN,"signature":{"data":"AAAA"}}',
        b'{"a":1e999,"signature":{"data":"LkEuLg=="}}',
        b'{"a":' * 20_000,
        b'{"a":' + b"9" * 5000 + b"}",
    ],
)
def test_what_is_no_signed_document_is_a_sentence_and_no_traceback(data: bytes) -> None:
    assert len(faults(data)) == 1


def test_what_is_not_signed_as_here_has_no_unsigned_form(signed: bytes) -> None:
    spelled = json.dumps(json.loads(signed), indent=1).encode()
    for data in (b"", b"[]", DOCUMENT, b'{"signature":{}}', spelled, signed + b"x", signed.replace(b"}}}", b"}} }")):
        with pytest.raises(ValueError, match=r"signature|Expecting"):
            DOCUMENT_SIGNATURE.unsigned(data)


def test_what_readers_would_read_differently_is_not_signed() -> None:
    for text in (b'{"a":1,"a":2,"timestamp":"x"}', b'{"a":1}', b'{"a":"\\ud800","timestamp":"x"}', DOCUMENT[:-2]):
        with pytest.raises(ValueError, match=r"twice|timestamp|codepoints|Expecting|delimiter"):
            DOCUMENT_SIGNATURE.sign(text, KEY)


def test_a_document_is_signed_once(signed: bytes) -> None:
    with pytest.raises(ValueError, match="signed already"):
        DOCUMENT_SIGNATURE.sign(signed, KEY)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=8,
)


@settings(max_examples=60)
@given(
    st.dictionaries(st.text().filter(lambda name: name not in ("signature", "timestamp")), _JSON, max_size=4),
    st.sampled_from([None, 2]),
    st.sampled_from([b"", b"\n", b" \r\n\t"]),
)
def test_unsigned_gives_back_every_byte(more: dict[str, Any], indent: int | None, end: bytes) -> None:
    data = json.dumps({"timestamp": "t", **more, "x": {"signature": [more]}}, indent=indent).encode() + end
    signed = DOCUMENT_SIGNATURE.sign(data, KEY)
    assert DOCUMENT_SIGNATURE.unsigned(signed) == data
    assert faults(signed) == []
