"""Walks through the pages of the opening, by forms or with a browser, stating what tests.end_to_end.plans states."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING, Any

import httpx

from devicelog.accounts.secret import csrf_of
from devicelog.screening.rules import load
from devicelog.treatment.protocol import Modality
from tests.end_to_end.plans import GUN
from tests.waiting import PATIENCE
from tests.web.people import log_in

if TYPE_CHECKING:
    from devicelog.account import Role
    from devicelog.accounts.accounts import Accounts

#: Who treats in the plans, and the number of whom.
WHO, WHOM = "Dr A. Example", "P-7"

SUBJECT = {"intended": "injection", "session-role": "physician", "session-registration": "12-345"}
SUBJECT |= {"session-place": "Room 2"}
HISTORY = {"history-reviewed": "yes", "history-text": "hay fever"}
CONSENT = {
    "consent-given": "yes",
    "consent-form": "Mesotherapy",
    "consent-version": "3",
    "consent-risks_discussed": "yes",
    "patch_test-done": "no",
    "consultation-on": "2026-01-15",
    "consultation-text": "wants fewer lines",
}
PRODUCTS = {
    "product-0-name": "Revital",
    "product-0-maker": "Example Labs",
    "product-0-lot": "L-1",
    "product-0-expiry": "2099-12",
    "product-0-drawn": "3 mL",
    "product-0-ingredients": "hyaluronic acid, 10 mg/mL",
    "syringe-0-label": "left tray",
    "syringe-0-part-0": "2 mL",
    "syringe-1-label": "right tray",
    "syringe-1-part-0": "1 mL",
    "consumable-0-what": "needle",
    "consumable-0-gauge": "30",
    "consumable-0-length": "4 mm",
}
DEVICE: dict[str, Any] = {
    "device-other": GUN,
    "protocol": "meso-face-gun-intradermal",
    "zone": ["forehead", "face.cheek.left"],
}


def answers(modality: Modality = Modality.INJECTION, **changed: str) -> dict[str, str]:
    """An answer that raises nothing to each question."""
    usual = {rule.code: rule.expected.value for rule in load().asked(modality)} | changed
    return {f"screening-{code}-answer": said for code, said in usual.items()}


#: Nobody has the number of somebody else's test: the last session of a person counts.
_NUMBERS = count(1000)


class Tablet:
    """Somebody who is logged in and sends forms, without a browser."""

    def __init__(self, url: str, token: str) -> None:
        self.number = f"P-{next(_NUMBERS)}"
        self._csrf = csrf_of(token)
        self.http = httpx.Client(base_url=url, cookies={"devicelog": token}, headers={"origin": url}, timeout=PATIENCE)

    @classmethod
    def of(cls, url: str, accounts: Accounts, name: str, *roles: Role) -> Tablet:
        """One of a new person."""
        return cls(url, log_in(accounts, name, *roles))

    def get(self, path: str) -> httpx.Response:
        """A page, wherever it leads."""
        return self.http.get(path, follow_redirects=True)

    def post(self, path: str, **fields: Any) -> httpx.Response:
        """A form, and where it leads to."""
        return self.send(path, fields)

    def send(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """The same of fields that are no words of Python."""
        answer = self.put(path, fields)
        return self.get(answer.headers["location"]) if answer.status_code == 303 else answer

    def put(self, path: str, fields: dict[str, Any]) -> httpx.Response:
        """A form, and its own answer."""
        return self.http.post(path, data={"csrf": self._csrf, "do": "next"} | fields)

    # -- the way -----------------------------------------------------------------------------------------------

    def person(self, number: str | None = None, **more: Any) -> httpx.Response:
        """The first page."""
        self.send("/open/subject", {"session-subject": number or self.number})
        return self.send("/open/subject/this", SUBJECT | more)

    def screening(self, **changed: str) -> httpx.Response:
        """The second, every answer as it raises nothing but those that are changed."""
        return self.send("/open/screening", HISTORY | answers(Modality.INJECTION, **changed))

    def until(self, page: str, number: str | None = None, **more: Any) -> httpx.Response:
        """All pages before one, in order."""
        self.put("/open/subject", {"session-subject": number or self.number})
        self.put("/open/subject/this", SUBJECT)
        for name, fields in (
            ("screening", HISTORY | answers()),
            ("consent", CONSENT),
            ("products", PRODUCTS),
            ("device", DEVICE | more),
        ):
            if name == page:
                break
            self.put(f"/open/{name}", fields)
        answer = self.get(f"/open/{page}")
        assert answer.url.path == f"/open/{page}"
        return answer
