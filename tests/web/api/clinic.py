"""A program of the clinic's: asks a served station over real HTTP, with tokens of its own."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import httpx

from devicelog import clock
from devicelog.account import Scope
from devicelog.screening.rules import load
from devicelog.store.writer import Writer
from devicelog.treatment.protocol import Modality
from tests.waiting import PATIENCE, until

if TYPE_CHECKING:
    from tests.web.served import Served

GUN = "reference-mesogun@sim://reference-mesogun?seed=1&speed=10"
WHO = "Dr A. Example"
_NUMBERS = count(100)
EVERYTHING = tuple(scope.value for scope in Scope)


def token(served: Served, *scopes: str, days: int = 1, now: int | None = None) -> str:
    """The secret of a new token."""
    at = clock.now().wall_ns if now is None else now
    name = f"program {len(served.accounts.tokens.all())}"
    return served.accounts.tokens.make(name, scopes or EVERYTHING, days, at, by="a test").secret


def client(served: Served, *scopes: str) -> httpx.Client:
    """A program with a token of these scopes, all if none is named."""
    headers = {"authorization": f"Bearer {token(served, *scopes)}"}
    return httpx.Client(base_url=served.url, headers=headers, timeout=PATIENCE)


def plan(device: str = GUN, subject: str = "P-7", **session: Any) -> dict[str, Any]:
    """A plan in which everything is in order, as JSON."""
    asked = {rule.code: "no" for rule in load().asked(Modality.INJECTION)}
    return {
        "plan": 1,
        "session": {
            "devices": [device],
            "protocol": "meso-face-gun-intradermal",
            "subject": subject,
            "practitioner": WHO,
            "role": "physician",
            "zones": ["forehead"],
            **session,
        },
        "history": {"reviewed": "yes", "text": "hay fever"},
        "screening": asked,
        "consent": {"given": "yes", "risks_discussed": "yes", "on": "2026-01-15"},
        "patch_test": {"done": "no"},
        "consultation": {"on": "2026-01-15"},
        "skip": [{"step": "products", "reason": "a test of the API"}],
    }


def begun(program: httpx.Client, **session: Any) -> str:
    """A session that a program began, of a patient of its own."""
    answer = program.post("/api/v1/sessions", json=plan(**{"subject": f"P-{next(_NUMBERS)}", **session}))
    assert answer.status_code == 201, answer.text
    return str(answer.json()["session"])


def ended(program: httpx.Client, session: str) -> dict[str, Any]:
    """The same session, ended."""
    answer = program.post(f"/api/v1/sessions/{session}/end", json={"by": WHO})
    assert answer.status_code == 200, answer.text
    found: dict[str, Any] = answer.json()
    return found


def over(served: Served, program: httpx.Client, session: str) -> dict[str, Any]:
    """The same session, ended, and the station free for another one."""
    found = ended(program, session)
    until(lambda: served.station.current is None, "the session is over")
    return found


def sign(served: Served, session: str) -> None:
    """Add something to a session that is over, as somebody at a page does."""
    from devicelog.ledger import Kind
    from devicelog.store.statements import state_late

    def job(writer: Writer) -> None:
        state_late(writer, writer.session(session), Kind.REACTION, {"text": "none", "by": WHO})

    served.station.desk.do(job)
