"""Free text of entries: opened by the subject's key alone, and tied to the ledger by a digest that says nothing."""

from __future__ import annotations

import secrets
from base64 import b64decode, b64encode
from hashlib import sha256

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from devicelog.ledger import Entry, Kind, encode, parse
from devicelog.ledger.sealed import (
    TEXTS,
    holds_sealed,
    is_sealed,
    open_text,
    opened,
    seal_fields,
    seal_text,
    sealed_in,
    words,
)
from devicelog.ledger.statement import STATED

KEY = bytes(range(32))
SUBJECT = "subject-0123456789abcdef"
#: Whatever can be encoded: surrogates alone are no text.
TEXT = st.text(st.characters(exclude_categories=["Cs"]))


@settings(deadline=None)
@given(text=TEXT)
def test_what_was_sealed_opens_with_its_key_and_its_opening_proves_the_digest(text: str) -> None:
    value = seal_text(KEY, text, SUBJECT)
    opening = open_text(KEY, value, SUBJECT)
    assert opening.text == text
    assert sha256(opening.salt + text.encode()).hexdigest() == value["digest"]


@settings(deadline=None)
@given(text=TEXT, data=st.data())
def test_any_changed_bit_keeps_a_text_shut(text: str, data: st.DataObject) -> None:
    value = seal_text(KEY, text, SUBJECT)
    kept = bytearray(b64decode(value["sealed"]))
    bit = data.draw(st.integers(0, 8 * len(kept) - 1))
    kept[bit // 8] ^= 1 << bit % 8
    with pytest.raises(ValueError, match="does not open"):
        open_text(KEY, {**value, "sealed": b64encode(kept).decode()}, SUBJECT)


def test_another_key_and_another_subject_open_nothing() -> None:
    value = seal_text(KEY, "nervous about needles", SUBJECT)
    for key, subject in ((secrets.token_bytes(32), SUBJECT), (KEY, "subject-ffffffffffffffff")):
        with pytest.raises(ValueError, match="does not open"):
            open_text(key, value, subject)


def test_a_digest_of_another_text_is_found() -> None:
    value = {**seal_text(KEY, "left", SUBJECT), "digest": seal_text(KEY, "right", SUBJECT)["digest"]}
    with pytest.raises(ValueError, match="not the one that its digest is of"):
        open_text(KEY, value, SUBJECT)


def test_the_same_text_twice_looks_like_two_texts() -> None:
    first, second = (seal_text(KEY, "no", SUBJECT) for _ in range(2))
    assert first["digest"] != second["digest"]
    assert first["sealed"] != second["sealed"]
    assert first["digest"] != sha256(b"no").hexdigest()


def test_the_free_texts_of_every_kind_are_sealed_and_nothing_else() -> None:
    for kind, names in TEXTS.items():
        made = seal_fields(
            kind, {"by": "A. Nurse", **dict.fromkeys(names, "secret")}, lambda t: seal_text(KEY, t, SUBJECT)
        )
        assert made["by"] == "A. Nurse"
        assert all(is_sealed(made[name]) for name in names)
        assert b"secret" not in encode(made)
        assert seal_fields(kind, made, lambda _: pytest.fail("sealed twice")) == made


def test_only_what_people_state_has_free_text() -> None:
    assert set(TEXTS) <= STATED


@settings(deadline=None)
@given(texts=st.lists(TEXT, min_size=1, max_size=4))
def test_an_entry_is_opened_however_deep_its_texts_lie(texts: list[str]) -> None:
    sealed = [seal_text(KEY, text, SUBJECT) for text in texts]
    body = encode(
        (7, 12, Kind.AMENDED.value, {"amendment": 1, "entry": [1, 2, "note", {"text": sealed[0], "all": sealed}]})
    )
    assert holds_sealed(body)
    entry = parse(body)
    assert list(sealed_in(entry.content)) == [*sealed, sealed[0]]
    told = opened(entry, lambda value: open_text(KEY, value, SUBJECT).text)
    inside = {"text": texts[0], "all": texts}
    assert told == Entry(7, 12, Kind.AMENDED.value, {"amendment": 1, "entry": [1, 2, "note", inside]})


def test_words_never_show_what_is_sealed() -> None:
    assert words("as it was written") == "as it was written"
    assert words(seal_text(KEY, "hidden", SUBJECT)) == "[sealed]"
    assert not is_sealed({"sealed": "x"})
    assert not is_sealed({"sealed": "x", "digest": 3})
