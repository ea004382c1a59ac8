"""History and review: sessions and the people they treated, as far as the visitor sees them.

listing.py    the list and the search        sheets.py     one session, sheet by sheet
charting.py   its charts, point by point     drawings.py   its zones on the body
amending.py   corrections                    adding.py     what is said behind its end
signing.py    review and signature           exporting.py  its files      delivering.py  where they are brought
people.py     the course of one person       lots.py       where a lot went, and recalls
sight.py      who sees what                  shelf.py      records that were folded just now
"""

from __future__ import annotations

from devicelog.web.gate import Gate
from devicelog.web.pages.records import (
    adding,
    amending,
    charting,
    delivering,
    drawings,
    exporting,
    listing,
    lots,
    people,
    sheets,
    signing,
)

GATES: tuple[Gate, ...] = (
    listing.pages,
    sheets.pages,
    charting.pages,
    drawings.pages,
    amending.pages,
    adding.pages,
    signing.pages,
    exporting.pages,
    delivering.pages,
    people.pages,
    lots.pages,
)
