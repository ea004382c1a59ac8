"""Who has an account, and under which names: a name in records is one person's for good."""

from __future__ import annotations

from unicodedata import category, normalize

from devicelog.account import Role
from devicelog.errors import BadInputError, UnknownNameError

#: The longest name, log-in name, profession or number (characters).
MOST = 120
_INVISIBLE = {"Cc", "Cf", "Co", "Cs"}


def text_of(text: str, what: str) -> str:
    """A name as people read it, in one form and without needless blanks; BadInputError for what cannot be shown."""
    found = " ".join(normalize("NFC", text).split())
    if not found:
        raise BadInputError(f"found an empty {what}; expected letters.")
    if len(found) > MOST:
        raise BadInputError(f"the {what} has {len(found)} characters; expected {MOST} at most.")
    if any(category(character) in _INVISIBLE for character in found):
        raise BadInputError(f"the {what} {found!a} holds characters that cannot be seen; expected letters and digits.")
    return found


def title_of(text: str | None, what: str) -> str | None:
    """The same of what may be left out."""
    return text_of(text, what) if text is not None and text.strip() else None


def key_of(text: str) -> str:
    """What two names share that nobody can tell apart: they are one name then."""
    return " ".join(normalize("NFKC", normalize("NFKC", text).casefold()).split())


def login_key(text: str) -> str:
    """A log-in name as it is looked up: capitals do not count."""
    return key_of(text[: 4 * MOST])


def login_of(text: str) -> str:
    """A log-in name that can be given; BadInputError for another."""
    found = login_key(text_of(text, "log-in name"))
    if " " in found or len(found) < 2:
        raise BadInputError(f"found the log-in name {found!r}; expected two characters or more, and no blank.")
    return found


def roles_of(names: list[str] | tuple[str, ...] | frozenset[Role]) -> frozenset[Role]:
    """Roles by their names, one at least; UnknownNameError or BadInputError for others."""
    known = {role.value for role in Role}
    for name in names:
        if name not in known:
            raise UnknownNameError("role", str(name), known)
    if not names:
        raise BadInputError(f"found no role; expected one or more of {', '.join(sorted(known))}.")
    return frozenset(map(Role, names))
