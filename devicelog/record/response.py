"""The closed lists of what is said after a treatment: the skin's response, how severe something was, what is signed.

The reactions are the union of what two public patient pages name: redness and swelling (S000), and bruising, itching,
tenderness, blebs and stinging (S002). That nothing was seen is said (`none`); saying nothing is another thing.
"""

from __future__ import annotations

from enum import StrEnum


class Reaction(StrEnum):
    """What was seen or felt at once or within days; "none" is stated like any other."""

    NONE = "none"
    REDNESS = "redness"
    SWELLING = "swelling"
    BRUISING = "bruising"
    ITCHING = "itching"
    TENDERNESS = "tenderness"
    BLEBS = "blebs"
    STINGING = "stinging"
    OTHER = "other"


class Severity(StrEnum):
    MILD = "mild"
    MODERATE = "moderate"
    SEVERE = "severe"


class Meaning(StrEnum):
    """What a signature means (21 CFR 11.50: review, approval, responsibility, authorship)."""

    AUTHORSHIP = "authorship"
    REVIEW = "review"
    APPROVAL = "approval"
    RESPONSIBILITY = "responsibility"


class When(StrEnum):
    """When a picture was taken."""

    BEFORE = "before"
    AFTER = "after"
