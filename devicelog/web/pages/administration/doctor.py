"""This computer: what could spoil a recording, with its mend; and every chain and seal of the store, verified."""

from __future__ import annotations

from typing import Any

from starlette.responses import Response

from devicelog.accounts.permission import Permission
from devicelog.errors import NotNowError
from devicelog.station.chores import Progress
from devicelog.store.reader import Reader
from devicelog.verification.findings import Findings
from devicelog.verification.store import verify_store
from devicelog.web.gate import Asked, Gate
from devicelog.web.inquiry import Inquiry
from devicelog.web.pages.administration.attention import examined
from devicelog.web.pages.administration.proof import by, page

pages = Gate()

VERIFY = "verify"


@pages.get("/administration/doctor", needs=Permission.RUN_DOCTOR)
def doctor(asked: Asked) -> Response:
    """What was found, a short while ago at most."""
    return _page(asked)


def _page(asked: Inquiry) -> Response:
    chores = asked.web.station.chores
    found = examined(asked.web.station)
    order = ["bad", "care", "unchecked", "good"]
    findings = sorted(found.findings, key=lambda one: order.index(one.grade.value))
    context: dict[str, Any] = {
        "found": found,
        "findings": findings,
        "chore": chores.current,
        "verified": chores.last(VERIFY),
    }
    return page(asked, "doctor.html", **context)


@pages.post("/administration/doctor", needs=Permission.RUN_DOCTOR)
def look(asked: Asked) -> Response:
    """Look again."""
    examined(asked.web.station, anew=True)
    return asked.go("/administration/doctor")


@pages.post("/administration/doctor/verify", needs=Permission.RUN_DOCTOR)
def verify(asked: Asked) -> Response:
    """Begin to verify all that is stored."""
    store = asked.web.store

    def work(tell: Progress) -> Findings:
        tell("verifying", 0, 0)
        with Reader.open(store) as reader:
            return verify_store(reader, progress=lambda done, total: tell("verifying", done, total))

    try:
        asked.web.station.chores.begin(VERIFY, str(store), by(asked), work)
    except NotNowError as error:
        asked.form.refuse("verify", error)
        return _page(asked)
    return asked.go("/administration/doctor")
