"""The ledger: canonical entries, a chain that shows every change, and seals over it."""

from __future__ import annotations

import contextlib
import hashlib
import json
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.chunk import Chunk, ChunkKind
from devicelog.ledger import (
    GENESIS,
    Chain,
    ChunkDigest,
    Fault,
    Line,
    Seal,
    check_chain,
    encode,
    fingerprint,
    parse,
    public_bytes,
    seal,
)

if TYPE_CHECKING:
    from tests.conftest import Gun

_TEXT = st.text('aZ9 /"\\\b\t\n\f\r\0\x1f\x7f\x80é€\u2028😀', max_size=12)
#: Whole numbers as far as JSON numbers are safe, and any text.
_PLAIN = st.one_of(st.none(), st.booleans(), st.integers(-(2**53) + 1, 2**53 - 1), _TEXT)
_NESTED = st.one_of(
    _PLAIN, st.lists(_PLAIN, max_size=3), st.dictionaries(st.text("abc_", max_size=4), _PLAIN, max_size=3)
)
_CONTENT = st.dictionaries(st.text('abcXYZ_019 "\\', max_size=6), _NESTED, max_size=5)


@pytest.fixture
def lines(mesogun: Callable[..., Gun]) -> list[Line]:
    """The ledger of a short session."""
    gun = mesogun("meso-face-gun-intradermal")
    for depth in (1_500, 2_500, 1_500):
        gun.inject(depth=depth)
    gun.finish()
    return gun.session.end().recorder.lines


def faults(lines: list[Line]) -> list[Fault]:
    return [found for found in check_chain(lines) if isinstance(found, Fault)]


# -- entries ---------------------------------------------------------------------------------------------------


def test_a_body_is_canonical_json_sorted_without_spaces_and_in_utf_8() -> None:
    body = encode((1, 0, "note", {"text": 'naïve \u2028 \u0007 " \\ €', "b": 1, "a": None}))

    assert body == '[1,0,"note",{"a":null,"b":1,"text":"naïve \u2028 \\u0007 \\" \\\\ €"}]'.encode()


@given(content=_CONTENT)
def test_any_body_is_what_rfc_8785_makes_of_its_content(content: dict[str, Any]) -> None:
    expected = json.dumps([1, 0, "note", content], sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    assert encode((1, 0, "note", content)) == expected.encode("utf-8")


@given(content=_CONTENT)
def test_an_entry_comes_back_from_its_body_as_it_was(content: dict[str, Any]) -> None:
    entry = parse(encode((7, 1_000, "note", content)))

    assert (entry.number, entry.t_us, entry.kind, entry.content) == (7, 1_000, "note", content)


def test_an_observation_comes_back_as_its_five_parts() -> None:
    entry = parse(encode((7, 1_000, "observation", 2, 345, (1, None, "N", "0.020"), 1, (3, 4))))

    assert entry.content == [2, 345, [1, None, "N", "0.020"], 1, [3, 4]]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{}",
        b"[]",
        b"[1,2]",
        b'["1",0,"note",{}]',
        b'[1,0,"note",[]]',
        b'[1,0,"observation",{}]',
        b'[1,0,"observation",1,2,[],0]',
        b'[1.5,0,"note",{}]',
        b"\xff",
        b'[1,0,"note",{"a":"\xff"}]',
    ],
)
def test_what_is_no_entry_is_refused_with_a_value_error(body: bytes) -> None:
    with pytest.raises(ValueError, match="not"):
        parse(body)


@settings(max_examples=300)
@given(body=st.binary(max_size=60))
def test_no_bytes_make_parsing_fail_otherwise(body: bytes) -> None:
    with contextlib.suppress(ValueError):
        parse(body)


# -- the chain -------------------------------------------------------------------------------------------------


def test_each_hash_is_sha_256_over_a_zero_byte_the_hash_before_and_the_body(lines: list[Line]) -> None:
    head = GENESIS
    for line in lines:
        head = hashlib.sha256(b"\x00" + head + line.body).digest()
        assert line.hash == head


def test_a_ledger_as_it_was_written_has_no_fault(lines: list[Line]) -> None:
    assert list(check_chain(lines)) == lines


def test_any_changed_byte_of_any_body_breaks_the_chain_at_its_entry(lines: list[Line]) -> None:
    for place, line in enumerate(lines):
        for at in range(0, len(line.body), 7):
            changed = bytearray(line.body)
            changed[at] ^= 1
            spoiled = [*lines[:place], Line(line.number, bytes(changed), line.hash), *lines[place + 1 :]]
            assert faults(spoiled)[0].entry == line.number


def test_any_changed_byte_of_a_hash_breaks_the_chain_at_its_entry(lines: list[Line]) -> None:
    for place, line in enumerate(lines):
        changed = bytes([line.hash[0] ^ 1]) + line.hash[1:]
        spoiled = [*lines[:place], Line(line.number, line.body, changed), *lines[place + 1 :]]
        assert faults(spoiled)[0].entry == line.number


def test_one_change_is_one_fault_and_not_one_for_each_entry_behind_it(lines: list[Line]) -> None:
    spoiled = [*lines]
    spoiled[3] = Line(4, lines[3].body.replace(b"4", b"5", 1), lines[3].hash)

    assert {fault.entry for fault in faults(spoiled)} == {4}


def test_an_entry_that_was_taken_out_is_missed(lines: list[Line]) -> None:
    found = faults([*lines[:3], *lines[4:]])

    assert found[0].what == "entry 4 is missing: entry 5 follows 3"


def test_entries_that_changed_places_are_found(lines: list[Line]) -> None:
    assert faults([*lines[:3], lines[4], lines[3], *lines[5:]])


def test_a_chain_that_is_rebuilt_over_a_change_has_another_head(lines: list[Line]) -> None:
    chain = Chain()
    for line in lines:
        chain.append(line.body.replace(b"2500", b"1500"))

    assert chain.count == len(lines)
    assert chain.head != lines[-1].hash


def test_an_entry_that_carries_the_number_of_another_is_a_fault() -> None:
    chain = Chain()
    lines = [chain.append(encode((1, 0, "started", {}))), chain.append(encode((3, 0, "note", {})))]

    assert [fault.what for fault in faults(lines)] == ["entry 2 carries the number of another"]


def test_a_body_that_is_no_entry_is_a_fault_even_where_the_chain_holds() -> None:
    line = Chain().append(b"not an entry")

    assert [fault.entry for fault in faults([line])] == [1]


# -- chunks ----------------------------------------------------------------------------------------------------

_CHUNK = Chunk(1, ChunkKind.RECEIVED, 5, 6, b"bytes")


def digest(*chunks: Chunk) -> bytes:
    running = ChunkDigest()
    for chunk in chunks:
        running.add(chunk)
    return running.head


def test_a_digest_over_chunks_is_sha_256_over_2_the_digest_before_a_header_and_the_bytes() -> None:
    expected = hashlib.sha256(b"\x02" + GENESIS + b"1 received 5 6 5\n" + b"bytes").digest()

    assert digest(_CHUNK) == expected


@pytest.mark.parametrize(
    "other",
    [
        Chunk(2, ChunkKind.RECEIVED, 5, 6, b"bytes"),
        Chunk(1, ChunkKind.SENT, 5, 6, b"bytes"),
        Chunk(1, ChunkKind.RECEIVED, 4, 6, b"bytes"),
        Chunk(1, ChunkKind.RECEIVED, 5, 7, b"bytes"),
        Chunk(1, ChunkKind.RECEIVED, 5, 6, b"byteS"),
    ],
)
def test_any_change_of_a_chunk_is_another_digest(other: Chunk) -> None:
    assert digest(other) != digest(_CHUNK)


def test_bytes_cannot_move_from_one_chunk_to_the_next_unseen() -> None:
    halves = (Chunk(1, ChunkKind.RECEIVED, 5, 6, b"by"), Chunk(1, ChunkKind.RECEIVED, 5, 6, b"tes"))

    assert digest(*halves) != digest(_CHUNK)


# -- seals -----------------------------------------------------------------------------------------------------

KEY = Ed25519PrivateKey.from_private_bytes(bytes(range(32)))


def test_a_seal_is_verified_with_the_public_key_of_who_made_it() -> None:
    made = seal(KEY, {"head": "ab", "entry": 5})

    assert made.content == {"head": "ab", "entry": 5}
    assert made.is_signed_by(public_bytes(KEY))


@pytest.mark.parametrize("part", ["body", "signature"])
def test_any_changed_byte_of_a_seal_breaks_it(part: str) -> None:
    made = seal(KEY, {"head": "ab", "entry": 5})

    for at in range(len(getattr(made, part))):
        changed = bytearray(getattr(made, part))
        changed[at] ^= 1
        spoiled = Seal(**({"body": made.body, "signature": made.signature} | {part: bytes(changed)}))
        assert not spoiled.is_signed_by(public_bytes(KEY))
        assert spoiled.digest != made.digest


def test_a_seal_of_somebody_else_does_not_pass() -> None:
    other = Ed25519PrivateKey.from_private_bytes(bytes(32))

    assert not seal(other, {"head": "ab"}).is_signed_by(public_bytes(KEY))
    assert not seal(KEY, {"head": "ab"}).is_signed_by(b"too short")
    assert fingerprint(public_bytes(other)) != fingerprint(public_bytes(KEY))


def test_an_entry_s_hash_can_never_pass_for_a_seal() -> None:
    body = encode({"head": "ab"})
    unmarked = Seal(body, KEY.sign(body))

    assert not unmarked.is_signed_by(public_bytes(KEY))


@pytest.mark.parametrize("body", [b"", b"[]", b"\xff"])
def test_a_seal_that_says_nothing_is_refused(body: bytes) -> None:
    with pytest.raises(ValueError, match="seal"):
        _ = Seal(body, b"").content
