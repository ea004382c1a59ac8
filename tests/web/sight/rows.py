"""Every page of the station, each with an address and whoever may see it, and the states of it that matter.

A row names its route as the application does; what stands in braces of an address is filled in by house.py. Rows are
opened in this order by people whose names house.py explains; "" is nobody. What is done on a page changes as little as
it can: most forms are sent with something wrong in them.
"""

from __future__ import annotations

from tests.web.opening.walking import CONSENT, DEVICE, HISTORY, PRODUCTS, SUBJECT, answers
from tests.web.people import PASSWORD
from tests.web.sight.acts import begin, end, follow, press, rest, sent, submit, tap, work
from tests.web.sight.row import Row

_AMEND = "/sessions/{second}/amend"
_OURS = "/administration/protocols/{protocol}"
_OPEN = "/open/{name}"

COMING_IN = (
    Row("/login", ""),
    Row("/login", "", "/login?next=/account", (submit("/login", login="rita-review", password="no"),), what="refused"),
    Row("/login", "", "", (submit("/login", login="ada-stale", password=PASSWORD),), what="asked for the code"),
    Row(
        "/login",
        "",
        "",
        (submit("/login", login="ada-stale", password=PASSWORD), submit("/login/code", code="000000")),
        what="with a wrong code",
    ),
    Row("/invitation", ""),
    Row("/invitation", "", "", (submit("/invitation", code="ABCD-ABCD-ABCD-ABCD"),), what="refused"),
    Row("/invitation", "", "", (submit("/invitation", code="{code}"),), what="invited"),
    Row(
        "/invitation",
        "",
        "",
        (submit("/invitation", code="{code}"), submit("/accept", password="x", repeated="y")),
        what="invited, refused",
    ),
    Row(
        "/invitation",
        "",
        "",
        (submit("/invitation", code="{code}"), submit("/accept", password=PASSWORD, repeated=PASSWORD)),
        what="done",
    ),
    Row("/unlock", "lena", "/unlock?next=/account"),
    Row("/unlock", "lena", "/unlock?next=/account", (submit("/unlock", pin="111222"),), what="refused"),
    Row("/unlock", "ned", "/unlock?next=/account"),
    Row("/prove", "stale", "/prove?next=/account"),
    Row("/prove", "stale", "/prove?next=/account", (submit("/prove", password="no"),), what="refused"),
    Row(
        "/administration/people/{person}",
        "stale",
        "",
        (submit("/describe", profession="nurse"), submit("/prove", password="no")),
        what="kept while the password is asked for",
    ),
    Row(
        "/administration/people/{person}",
        "stale",
        "",
        (submit("/describe", profession="nurse"), press("Deutsch"), press("English")),
        what="kept in another language",
    ),
)

OWN = (
    Row("/account", "ann"),
    Row("/account", "ada", "/account?done=password"),
    Row("/account/password", "ann"),
    Row("/account/password", "ann", "", (submit("/password", password="x", repeated="y"),), what="refused"),
    Row("/account/pin", "kay"),
    Row("/account/pin", "kay", "", (submit("/pin", pin="1", repeated="1"),), what="refused"),
    Row("/account/authenticator", "kay"),
    Row("/account/authenticator", "kay", "", (submit("/authenticator", totp="000000"),), what="refused"),
    Row("/account", "ada", "", (press("New recovery codes"),), what="recovery codes"),
)

RECORDS = (
    Row("/sessions", "ann"),
    Row("/sessions", "ann", "", (submit("/sessions", since="x"),), what="search refused"),
    Row("/sessions", "ann", "", (submit("/sessions", patient="P-404"),), what="nothing found"),
    Row("/sessions", "rita", "", (submit("/sessions", lot="L1"),), what="found"),
    Row("/sessions", "olga", what="none yet"),
    Row("/sessions/{session}", "ann", "/sessions/{first}"),
    Row("/sessions/{session}", "ann", "/sessions/{second}"),
    Row("/sessions/{session}", "ann", "/sessions/{broken}"),
    Row("/sessions/{session}", "ann", "/sessions/{flow}", what="erased person"),
    Row("/sessions/{session}", "rita", "/sessions/{other}"),
    Row("/sessions/{session}/chart", "ann", "/sessions/{flow}/chart"),
    Row("/sessions/{session}/chart", "ann", "/sessions/{second}/chart?from=10&to=40"),
    Row("/sessions/{session}/chart", "ann", "/sessions/{second}/chart?from=x&to=40", what="refused"),
    Row("/sessions/{session}/amend", "ann", _AMEND),
    Row("/sessions/{session}/amend", "ann", _AMEND, (press("Amend product.1.lot"),), what="a field"),
    Row("/sessions/{session}/amend", "ann", _AMEND, (press("Amend consent.given"),), what="a choice"),
    Row(
        "/sessions/{session}/amend",
        "ann",
        _AMEND,
        (press("Amend product.1.expiry"), submit("/amend", new="never", reason="", amend="yes")),
        what="a field refused",
    ),
    Row("/sessions/{session}/amend", "ann", _AMEND, (submit("/zone", zone="", first="x"),), what="a zone refused"),
    Row("/sessions/{session}/add", "ann", "/sessions/{second}/add"),
    *(
        Row(
            "/sessions/{session}/add",
            "ann",
            "/sessions/{second}/add",
            (submit("/add", what=what),),
            what=f"{what} refused",
        )
        for what in ("reaction", "adverse-event", "photograph")
    ),
    Row("/sessions/{session}/sign", "ann", "/sessions/{first}/sign"),
    Row("/sessions/{session}/sign", "ann", "/sessions/{second}/sign", (submit("/sign", secret="0"),), what="refused"),
    Row("/sessions/{session}/sign", "rita", "/sessions/{other}/sign"),
    Row(
        "/sessions/{session}/sign",
        "rita",
        "/sessions/{other}/sign",
        (submit("/review", review__role=""),),
        what="review refused",
    ),
    Row("/sessions/{session}/deliver", "rita", "/sessions/{other}/deliver"),
    Row(
        "/sessions/{session}/deliver",
        "rita",
        "/sessions/{other}/deliver",
        (submit("/deliver", target="nowhere"),),
        what="refused",
    ),
    Row("/people/{subject}", "ann", "/people/{patient}"),
    Row(
        "/people/{subject}",
        "ann",
        "/people/{patient}",
        (submit("/people/{patient}", birth_date="x"),),
        what="refused",
    ),
    Row("/follow-ups", "ann"),
    Row("/follow-ups", "olga", what="none"),
    Row("/lots", "rita"),
    Row("/lots", "rita", "", (submit("/lots", lot="l1"),), what="traced"),
    Row("/lots", "rita", "", (submit("/lots", lot="X-404"),), what="nowhere"),
    Row("/lots", "rita", "", (submit("/recall", recall__lot=""),), what="recall refused"),
    Row("/lots", "ann", "", (submit("/lots", lot=""),), what="refused"),
)

DEVICES = (
    Row("/devices", "ada"),
    Row("/devices", "ann"),
    Row("/devices/test", "ada"),
    Row("/devices/test", "ann", "/devices/test?port={sim}&driver=reference-mesogun", what="refused"),
    Row("/devices/test", "ada", "/devices/test?port={sim}&driver=reference-mesogun"),
    Row(
        "/devices/test/{id_}",
        "ada",
        "/devices/test?port={sim}&driver=reference-mesogun",
        (press("Open the port and listen"), follow("#trial table")),
        what="readings",
    ),
    Row(
        "/devices/test/{id_}",
        "ada",
        "/devices/test?port=sim://reference-mesogun?seed=6&driver=reference-mesogun",
        (
            press("Open the port and listen"),
            follow("#trial table"),
            tap("Close the port"),
            follow("main a[href^='/devices/test?']"),
        ),
        what="readings over",
    ),
    Row("/devices/bind", "ada"),
    Row("/devices/bind", "ada", "/devices/bind?port=sim://new-era&driver=new-era"),
    Row(
        "/devices/bind",
        "ada",
        "/devices/bind?port=/dev/nothing&driver=reference-mesogun",
        (press("Open the port and ask the device"),),
        what="refused",
    ),
    Row("/devices/bind/{name}", "ada", "/devices/bind/{meeting}"),
    Row("/devices/unbind/{number}", "ada", "/devices/unbind/{number}"),
    Row("/devices/training", "ann"),
    Row("/devices/training", "ada"),
)

ADMINISTRATION = (
    Row("/administration", "ada"),
    Row("/administration/people", "ada"),
    Row("/administration/people/new", "ada"),
    Row("/administration/people/new", "ada", "", (submit("/new", name="X", login="!"),), what="refused"),
    Row(
        "/administration/people/new",
        "ada",
        "",
        (submit("/new", name="Dr. Nora New", login="nora", roles="reviewer"),),
        what="the code",
    ),
    Row("/administration/people/{person}", "ada", "/administration/people/{person}"),
    Row("/administration/people/{person}", "ada", "/administration/people/{off}"),
    Row(
        "/administration/people/{person}",
        "ada",
        "/administration/people/{person}",
        (submit("/roles", roles=""),),
        what="refused",
    ),
    Row("/administration/tokens", "ada"),
    Row("/administration/tokens/new", "ada"),
    Row("/administration/tokens/new", "ada", "", (submit("/new", name="x", days="9999"),), what="refused"),
    Row(
        "/administration/tokens/new",
        "ada",
        "",
        (submit("/new", name="one more", scopes="sessions:read", days="30"),),
        what="made",
    ),
    Row("/administration/protocols", "ada"),
    Row("/administration/protocols/{name}", "stale", _OURS),
    Row(
        "/administration/protocols/{name}",
        "ada",
        "/administration/protocols/noneedle-ionto-dc-face?overlay=IT",
    ),
    Row("/administration/protocols/{name}", "stale", "/administration/protocols/meso-scalp-hair-nappage"),
    Row(
        "/administration/protocols/{name}",
        "stale",
        "/administration/protocols/meso-scalp-hair-nappage",
        (submit("/approve", role="", password="no"),),
        what="refused",
    ),
    Row("/administration/protocols/{name}", "ada", _OURS, (submit("/withdraw", reason=""),), what="refused"),
    Row("/administration/protocols/{name}/derive", "ada", f"{_OURS}/derive"),
    Row(
        "/administration/protocols/{name}/derive",
        "ada",
        f"{_OURS}/derive",
        (submit("/derive", id="our-face", hard__1="5 mm"),),
        what="differences",
    ),
    Row(
        "/administration/protocols/{name}/derive",
        "ada",
        f"{_OURS}/derive",
        (submit("/derive", id="Not An Id", soft__1="x", source__key="x"),),
        what="refused",
    ),
    Row("/administration/protocols/difference", "ada"),
    Row(
        "/administration/protocols/difference",
        "ada",
        "/administration/protocols/difference?first={protocol}&second=meso-face-nappage-superficial",
    ),
    Row("/administration/keys", "stale"),
    Row("/administration/keys", "ada", "", (submit("/rotate"),), what="refused"),
    Row("/administration/backups", "stale"),
    Row("/administration/backups", "ada", "", (submit("/folder", folder="relative"),), what="folder refused"),
    Row("/administration/backups", "ada", "", (submit("/make", keep="x"),), what="number refused"),
    Row(
        "/administration/backups",
        "stale",
        "",
        (submit("/backups/keys", file="x", passphrase="x", passphrase__again="y"),),
        what="keys refused",
    ),
    Row("/administration/accesses", "ada"),
    Row("/administration/accesses", "ada", "/administration/accesses?person=nobody", what="none"),
    Row("/administration/doctor", "ada"),
    Row("/administration/doctor", "ada", first=(work(),), what="at work"),
    Row("/administration/retention", "stale", first=(rest(),)),
    Row("/administration/retention", "ada", "", (submit("/find", reference="P-404"),), what="not found"),
    Row("/administration/retention", "ada", "", (submit("/rule", years="x"),), what="rule refused"),
    Row("/administration/retention/{subject}", "stale", "/administration/retention/{other_patient}"),
    Row(
        "/administration/retention/{subject}",
        "stale",
        "/administration/retention/{other_patient}",
        (submit("/erase", again="P-404", password="no"),),
        what="refused",
    ),
    Row("/administration/retention/{subject}", "ada", "/administration/retention/{erased}", what="erased"),
    Row("/administration/outbox", "ada"),
    Row("/administration/webhooks", "ada"),
    Row("/administration/webhooks", "stale", "", (submit("/webhooks", url="http://x.example"),), what="refused"),
    Row(
        "/administration/webhooks",
        "ada",
        "",
        (submit("/webhooks", url="https://other.example.org/hook"),),
        what="the secret",
    ),
)

OPENING = (
    Row("/open/subject", "olga"),
    Row("/open/subject", "olga", "", (submit("/open/subject", session__subject=""),), what="refused"),
    Row("/open/subject", "olga", first=(sent("/open/subject", {"session-subject": "P-70"}),), what="somebody new"),
    Row(
        _OPEN,
        "olga",
        "/open/screening",
        first=(
            sent("/open/subject/this", SUBJECT | {"person-name": "Jane Example"}),
            sent("/open/screening", HISTORY | answers(pregnancy="yes", steroids="unknown")),
        ),
        what="stopped",
    ),
    Row(_OPEN, "olga", "/open/screening", (press("Continue"),), what="stopped and sent"),
    Row("/open", "olga"),
    Row(_OPEN, "olga", "/open/consent", first=(sent("/open/screening", HISTORY | answers()),)),
    Row(_OPEN, "olga", "/open/consent", (press("Continue"),), what="refused"),
    Row(
        _OPEN,
        "olga",
        "/open/products",
        first=(sent("/open/consent", CONSENT), sent("/open/products", PRODUCTS | {"product-0-expiry": "2020-01"})),
        what="stopped",
    ),
    Row(_OPEN, "olga", "/open/products", (submit("/open/products", product__0__drawn="x"),), what="refused"),
    Row(
        _OPEN,
        "olga",
        "/open/device",
        first=(
            sent("/open/products", PRODUCTS),
            sent(
                "/open/device",
                DEVICE | {"protocol": "noneedle-electroporation-face", "zone": ["face.orbital.left"], "do": "look"},
            ),
        ),
        what="excluded zone",
    ),
    Row(_OPEN, "olga", "/open/device", (submit("/open/device", device__other="x", protocol=""),), what="refused"),
    Row("/open/ready", "olga", first=(sent("/open/device", DEVICE),)),
    Row(
        "/open/ready",
        "olga",
        first=(sent("/open/consent", CONSENT | {"consent-given": "no"}),),
        what="stopped",
    ),
    Row("/open/ready", "olga", then=(press("Refuse, and keep what was stated"),), what="refused"),
)

NOTHING = (
    Row("", "ann", "/nothing", what="no such page"),
    Row("", "ann", "/administration", what="not allowed"),
    Row("", "", "/nothing", what="no such page"),
    Row("", "rita", "/people/{erased}", what="erased"),
)

RECORDING = (
    Row("/live", "ann", what="none"),
    Row("/live", "ann", then=(follow("#live-time"),), first=(begin("Dr. Ann Berg"),), what="in progress"),
    *(
        Row("/live/{step}", "ann", f"/live/{step}")
        for step in ("zone", "note", "event", "contraindication", "alarms", "pause", "end")
    ),
    Row("/live", "bea", what="another's"),
    Row("/", "rita", what="a session in progress"),
    Row("/administration/backups", "ada", what="a session in progress"),
    Row("/unlock", "lena", "/unlock?next=/", what="a session in progress"),
    Row("/live", "ned", what="ended", first=(end("Dr. Ann Berg"),)),
)
#: The pages of the first start, at a station where nobody has an account.
FIRST_ROWS = (
    Row("/welcome", ""),
    Row("/welcome", "", "", (submit("/welcome", code="ABCD-ABCD-ABCD-ABCD"),), what="refused"),
    Row("/welcome", "", "", (submit("/welcome", code="{code}"),), what="the first admin"),
    Row(
        "/welcome",
        "",
        "",
        (submit("/welcome", code="{code}"), submit("/welcome/admin", name="", password="x", repeated="y")),
        what="the first admin refused",
    ),
)

#: The chapter that has a station of its own.
START = "the first start"
CHAPTERS = {
    "coming in": COMING_IN,
    "one's own": OWN,
    "records": RECORDS,
    "devices": DEVICES,
    "administration": ADMINISTRATION,
    "opening": OPENING,
    "nothing": NOTHING,
    "a session in progress": RECORDING,
    START: FIRST_ROWS,
}
