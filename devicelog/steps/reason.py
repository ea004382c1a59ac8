"""What a person gives as a reason at a step: words that somebody else understands later."""

from __future__ import annotations

from devicelog.errors import BadInputError

#: A reason has so many words, or so many characters.
_WORDS, _CHARACTERS = 2, 10


def is_reason(text: str) -> bool:
    """Whether a text can be a reason: two words, or ten characters; "yes" or "4" tell nobody why."""
    words = [word for word in text.split() if any(character.isalpha() for character in word)]
    return len(words) >= _WORDS or (bool(words) and len(text.strip()) >= _CHARACTERS)


def reason(text: str) -> str:
    """A reason as it was given, without blanks around it; raises BadInputError for what is none."""
    said = text.strip()
    if not is_reason(said):
        found = repr(said[:60]) if said else "nothing"
        raise BadInputError(f"found {found}, expected a reason in words: at least two words, or ten characters.")
    return said
