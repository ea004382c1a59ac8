"""What people state on the live page: a form becomes the content of an entry, or is refused at one of its fields.

Nothing that the practitioner does is prevented: an excluded zone is taken, and an alarm comes.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from devicelog.ledger import Kind
from devicelog.steps.keys import EVENTS

if TYPE_CHECKING:
    from devicelog.web.forms import Form
    from devicelog.web.live.seen import Seen
    from devicelog.web.texts import Texts

#: Notes that one tap keeps, by the end of the name of their text.
QUICK_NOTES = ("comfortable", "redness", "cooled", "photographed", "product-change", "asked-to-stop")
#: Why a zone or a syringe is in use, as the entry says it.
CHOSEN = "chosen on the page"
_OTHER = "other"
#: Notes and reasons are no longer (characters).
_LONGEST = 2000

#: A kind of statement and its content, free text plain; None: the form was refused, or there is nothing to state.
Statement = tuple[Kind, dict[str, Any]] | None
Make = Callable[["Form", "Seen", "Texts", str], Statement]


def _zone(form: Form, seen: Seen, t: Texts, _by: str) -> Statement:
    found = seen.running.during.find(form.text("zone"))
    if found is None:
        form.refuse("zone", t("live-error-zone"))
        return None
    return Kind.ZONE, {"zone": found.code, "because": CHOSEN}


def _syringe(form: Form, seen: Seen, t: Texts, _by: str) -> Statement:
    text = form.text("syringe")
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 6 else None
    if number is None or number not in seen.running.during.syringes:
        form.refuse("syringe", t("live-error-syringe"))
        return None
    return Kind.SYRINGE_IN_USE, {"syringe": number, "because": CHOSEN}


def _pause(form: Form, _seen: Seen, t: Texts, by: str) -> Statement:
    because = _words(form, "because", t)
    return Kind.PAUSED, {"by": by, **({"because": because} if because else {})}


def _resume(_form: Form, _seen: Seen, _t: Texts, by: str) -> Statement:
    return Kind.RESUMED, {"by": by}


def _note(form: Form, _seen: Seen, t: Texts, by: str) -> Statement:
    quick = form.text("quick")
    text = t(f"live-note-{quick}") if quick in QUICK_NOTES else _words(form, "text", t)
    if not text:
        form.refuse("text", t("live-error-note"))
        return None
    return Kind.NOTE, {"text": text, "by": by}


def _event(form: Form, _seen: Seen, t: Texts, by: str) -> Statement:
    code, text = form.text("code"), _words(form, "text", t)
    if code not in EVENTS:
        form.refuse("code", t("live-error-event"))
        return None
    if code == _OTHER and not text:
        form.refuse("text", t("live-error-other"))
        return None
    return Kind.EVENT, {"code": code, **({"text": text} if text else {}), "by": by}


def _contraindication(form: Form, seen: Seen, t: Texts, by: str) -> Statement:
    code, detail = form.text("code"), _words(form, "detail", t)
    if code not in seen.running.during.questions:
        form.refuse("code", t("live-error-question"))
        return None
    return Kind.SCREENING, {"code": code, **({"detail": detail} if detail else {}), "by": by}


def _acknowledge(form: Form, seen: Seen, t: Texts, by: str) -> Statement:
    text = form.text("alarm")
    alarm = seen.record.alarms.get(int(text)) if text.isascii() and text.isdecimal() and len(text) < 9 else None
    if alarm is None:
        form.refuse("alarm", t("live-error-alarm"))
        return None
    if alarm.acknowledged:
        return None
    return Kind.ALARM_ACKNOWLEDGED, {"alarm": alarm.number, "since": alarm.began_us, "by": by}


def _words(form: Form, field: str, t: Texts) -> str:
    text = form.text(field)
    if len(text) > _LONGEST:
        form.refuse(field, t("live-error-long", most=_LONGEST))
    return text


#: What can be stated, by the end of the path of its form.
STATEMENTS: Mapping[str, Make] = {
    "zone": _zone,
    "syringe": _syringe,
    "pause": _pause,
    "resume": _resume,
    "note": _note,
    "event": _event,
    "contraindication": _contraindication,
    "acknowledge": _acknowledge,
}
