"""What each page of the opening promises, told by its forms alone: it works without a script."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any

import pytest

from devicelog.ledger import Kind
from devicelog.products.recall import Recall
from devicelog.record.steps import refused_because
from devicelog.store.access import accesses
from devicelog.store.reader import Reader
from devicelog.store.recalls import recall
from devicelog.stored import record_of
from devicelog.treatment.protocol import Modality
from tests.web.opening.conftest import Another, ended
from tests.web.opening.walking import CONSENT, DEVICE, HISTORY, PRODUCTS, Tablet, answers

if TYPE_CHECKING:
    from tests.web.served import Served


def test_the_pages_follow_the_order_of_the_steps(tablet: Tablet) -> None:
    assert tablet.get("/open/ready").url.path == "/open/subject", "nobody is named yet"
    tablet.person()
    for page in ("consent", "products", "device", "ready"):
        assert tablet.get(f"/open/{page}").url.path == "/open/screening"
    assert tablet.send("/open/products", PRODUCTS).url.path == "/open/screening", "a form does not go round it, either"


def test_going_back_loses_nothing(tablet: Tablet) -> None:
    tablet.until("ready")
    for page, said in (("screening", "hay fever"), ("consent", "wants fewer lines"), ("products", "L-1")):
        assert said in tablet.get(f"/open/{page}").text
    assert 'value="forehead"' in tablet.get("/open/device").text
    assert tablet.get("/open/ready").url.path == "/open/ready", "what was answered stays answered"


#: By page: what is sent, the field that is to blame, and what is said of it.
WRONG: dict[str, list[tuple[dict[str, Any], str, str]]] = {
    "screening": [
        (HISTORY | answers() | {"screening-pregnancy-answer": ""}, "screening-pregnancy-answer", "Choose"),
        (answers(), "history-reviewed", "Choose one of the answers"),
        (HISTORY | answers() | {"skip-screening": "yes"}, "skip-screening-reason", "expected a reason"),
    ],
    "consent": [
        (CONSENT | {"consent-on": "soon"}, "consent-on", "expected a day such as"),
        (CONSENT | {"consent-form": "a\x00b"}, "consent-form", "without control characters"),
    ],
    "products": [
        (PRODUCTS | {"product-0-drawn": "2 liter"}, "product-0-drawn", "2 liter"),
        (PRODUCTS | {"product-0-drawn": ""}, "product-0-drawn", "found nothing"),
        (PRODUCTS | {"product-0-expiry": "05/2027"}, "product-0-expiry", "is no date"),
        (PRODUCTS | {"product-0-ingredients": "water"}, "product-0-ingredients", "a comma and a"),
        (PRODUCTS | {"syringe-0-part-0": "9 mL"}, "product-0-drawn", "mend one of them"),
        (PRODUCTS | {"consumable-0-gauge": "99"}, "consumable-0-gauge", "is no gauge"),
        (PRODUCTS | {"product-0-scan": "(17)271399"}, "product-0-scan", "is no day"),
    ],
    "device": [
        (DEVICE | {"device-other": "no-such-gun@/dev/ttyUSB0"}, "device-other", "no-such-gun"),
        (DEVICE | {"device-other": "/etc/passwd.toml@/dev/ttyUSB0"}, "device-other", "expected DRIVER@PORT"),
        (DEVICE | {"device-other": "reference-mesogun@spy:///x?file=/y"}, "device-other", "expected DRIVER"),
        (DEVICE | {"protocol": "/etc/hostname.toml"}, "protocol", "Choose a protocol"),
        (DEVICE | {"session-electrode_area": "8 mA"}, "session-electrode_area", "8 mA"),
        (DEVICE | {"device-other": ""}, "device", "one device at least"),
    ],
}


@pytest.mark.parametrize("page", WRONG)
def test_every_error_stands_beside_its_field_and_what_was_typed_stays(tablet: Tablet, page: str) -> None:
    tablet.until(page)
    for fields, field, sentence in WRONG[page]:
        answer = tablet.put(f"/open/{page}", fields)

        assert answer.status_code == 422
        assert f'href="#{field}"' in answer.text, "the summary leads to the field"
        assert sentence in answer.text
        again = tablet.get(f"/open/{page}").text
        for name, value in fields.items():
            if name.endswith(("-text", "-form", "-lot")) and value and "\x00" not in value:
                assert value in again


def test_no_to_the_rest_answers_what_is_open_and_nothing_else(tablet: Tablet) -> None:
    tablet.person()
    page = tablet.send("/open/screening", HISTORY | {"screening-epilepsy-answer": "unknown", "do": "rest"})

    assert 'name="screening-epilepsy-answer" value="unknown" checked' in page.text
    assert 'name="screening-pregnancy-answer" value="no" checked' in page.text
    assert "All questions are answered" in page.text


def test_nothing_is_answered_before_somebody_answers_it(tablet: Tablet) -> None:
    page = tablet.person()
    assert page.url.path == "/open/screening"
    assert " checked" not in page.text


def test_a_stop_is_shown_with_what_it_means_and_is_overridden_by_name_with_a_reason(tablet: Tablet) -> None:
    tablet.person()
    form = HISTORY | answers(pregnancy="yes")

    shown = tablet.send("/open/screening", form)
    assert shown.url.path == "/open/screening", "it is seen before anybody goes on"
    assert "Pregnancy: the answer is yes; this stops an injection session" in shown.text
    poor = tablet.send("/open/screening", form | {"override-0-of": "screening:pregnancy", "override-0-reason": "ok"})
    assert poor.status_code == 422
    assert "expected a reason in words" in poor.text

    given = {"override-0-of": "screening:pregnancy", "override-0-reason": "the test of today is negative"}
    gone_on = tablet.send("/open/screening", form | given | {"override-0-by": "Dr. C. Chief"})
    assert gone_on.url.path == "/open/consent"
    assert "the test of today is negative" in tablet.get("/open/screening").text


def test_an_override_that_demands_a_specialist_is_none_without_one(tablet: Tablet) -> None:
    tablet.person(intended="iontophoresis-dc")
    form = HISTORY | answers(Modality.IONTOPHORESIS_DC, active_implant="yes")
    given = {"override-0-of": "screening:active_implant", "override-0-reason": "the cardiologist has agreed"}

    without = tablet.send("/open/screening", form | given)

    assert without.status_code == 422
    assert 'href="#override-0-specialist"' in without.text
    assert tablet.send("/open/screening", form | given | {"override-0-specialist": "Dr. H. Heart"}).url.path == (
        "/open/consent"
    )


def test_a_session_that_is_stopped_is_refused_and_kept_with_why(tablet: Tablet, station: Served) -> None:
    tablet.until("consent")
    form = CONSENT | {"consent-given": "no"}
    assert tablet.send("/open/consent", form).url.path == "/open/consent"
    assert tablet.send("/open/consent", form | {"seen": "screening:consent_missing"}).url.path == "/open/products"
    tablet.send("/open/products", PRODUCTS)
    ready = tablet.send("/open/device", DEVICE)
    assert "Refuse, and keep what was stated" in ready.text

    refused = tablet.post("/open/ready")

    assert "The session was refused" in refused.text
    assert "consent was not given" in refused.text
    assert station.station.current is None
    with Reader.open(station.station.store) as reader:
        record = record_of(reader, reader.sessions()[-1])
    assert list(refused_because(record)) == ["screening:consent_missing"]
    assert tablet.get("/open").url.path == "/open/subject", "the draft is dropped"


def test_a_button_that_is_pressed_twice_refuses_one_session(tablet: Tablet, station: Served) -> None:
    tablet.until("consent")
    tablet.put("/open/consent", CONSENT | {"consent-given": "no"})
    tablet.put("/open/products", PRODUCTS)
    tablet.put("/open/device", DEVICE)
    with Reader.open(station.station.store) as reader:
        before = len(reader.sessions())

    with ThreadPoolExecutor() as pool:
        answers_ = list(pool.map(lambda _: tablet.put("/open/ready", {}).status_code, range(2)))

    assert sorted(answers_) == [200, 303]
    with Reader.open(station.station.store) as reader:
        assert len(reader.sessions()) == before + 1


def test_a_step_is_left_out_with_a_reason_and_cannot_hide_what_was_raised(tablet: Tablet) -> None:
    tablet.person()
    left_out = {"skip-screening": "yes", "skip-screening-reason": "asked by telephone yesterday"}
    assert tablet.send("/open/screening", HISTORY | answers(pregnancy="yes") | left_out).status_code == 422
    assert tablet.send("/open/screening", HISTORY | left_out).url.path == "/open/consent"


def test_what_was_scanned_fills_lot_and_expiry(tablet: Tablet) -> None:
    tablet.until("products")
    scan = "(01)09521234543213(17)200100(10)A12"

    page = tablet.send("/open/products", {"product-0-scan": scan, "do": "read"}).text

    assert 'name="product-0-lot" type="text" value="A12"' in page
    assert 'name="product-0-expiry" type="text" value="2020-01"' in page
    assert "expired on 2020-01-31" in page


def test_a_recalled_lot_is_said_beside_its_field_and_stops(tablet: Tablet, station: Served) -> None:
    recalled = Recall("B-9", None, "glass in the vials", "Dr. Q. Quality")
    station.station.desk.do(lambda writer: recall(writer, recalled))
    tablet.until("products")

    page = tablet.send("/open/products", PRODUCTS | {"product-0-lot": "B-9"})

    assert page.url.path == "/open/products"
    beside = page.text.partition('id="product-0-lot"')[2].partition('id="product-0-expiry"')[0]
    assert "glass in the vials" in beside
    assert 'value="product:B-9"' in page.text, "what an override would be of"


def test_a_port_that_is_not_there_is_said_and_the_draft_is_kept(tablet: Tablet, station: Served) -> None:
    tablet.until("ready", **{"device-other": "reference-mesogun@/dev/ttyNOWHERE"})

    answer = tablet.post("/open/ready")

    assert answer.status_code == 503
    assert "/dev/ttyNOWHERE" in answer.text
    assert station.station.current is None
    assert tablet.get("/open/ready").url.path == "/open/ready"


def test_a_second_session_waits_until_the_first_has_ended(tablet: Tablet, another: Another, station: Served) -> None:
    tablet.until("ready")
    other = another("Dr. D. Second")
    other.until("ready", number="P-8")
    tablet.post("/open/ready")
    assert station.station.current is not None

    answer = other.post("/open/ready")

    assert (answer.status_code, "is being recorded already" in answer.text) == (503, True)
    ended(station)
    other.post("/open/ready")
    assert station.station.current is not None
    assert station.station.current.plan.practitioner == "Dr. D. Second"


def test_a_new_person_is_kept_with_name_and_birth_date_when_the_session_begins(tablet: Tablet, station: Served) -> None:
    tablet.send("/open/subject", {"session-subject": "P-21"})
    wrong = tablet.send("/open/subject/this", {"person-name": "Jo New", "person-birth_date": "1850-01-01"})
    assert wrong.status_code == 422
    born = {"person-name": "Jo New", "person-birth_date": "2015-02-03", "intended": "injection"}
    tablet.send("/open/subject/this", born)
    assert "younger than 18 by birth date" in tablet.screening().text, "the birth date counts already"
    override = {"override-0-of": "screening:under_18", "override-0-reason": "the parents have agreed"}
    page = tablet.send("/open/screening", HISTORY | answers() | override)
    assert page.url.path == "/open/consent", page.text
    for name, fields in (("consent", CONSENT), ("products", PRODUCTS), ("device", DEVICE)):
        tablet.send(f"/open/{name}", fields)
    with Reader.open(station.station.store) as reader:
        assert reader.subject("P-21") is None, "nothing is written before the session begins"

    tablet.post("/open/ready")

    with Reader.open(station.station.store) as reader:
        subject = reader.subject("P-21")
        assert subject is not None
        person = reader.person(subject)
    assert person is not None
    assert (person.name, person.birth_date) == ("Jo New", "2015-02-03")


def test_somebody_whom_others_treat_is_known_and_nothing_of_the_record_is_shown(
    tablet: Tablet, another: Another, station: Served
) -> None:
    first = another("Dr. F. First")
    first.until("screening", number="P-30")
    first.send("/open/subject/other", {})
    first.send("/open/subject", {"session-subject": "P-30"})
    first.send("/open/subject/this", {"person-name": "Una Known", "intended": "injection"})
    for name, fields in (
        ("screening", HISTORY | answers()),
        ("consent", CONSENT),
        ("products", PRODUCTS),
        ("device", DEVICE),
    ):
        first.send(f"/open/{name}", fields)
    first.post("/open/ready")
    ended(station)

    own = first.send("/open/subject", {"session-subject": "P-30"}).text
    other = tablet.send("/open/subject", {"session-subject": "P-30"}).text

    assert "Una Known" in own
    assert "Una Known" not in other
    assert "known here and is treated by others" in other
    assert "meso-face" in other, "what safety needs: the kind of treatment, how many, and how long ago"
    with Reader.open(station.station.store) as reader:
        by = [logged.access.by for logged in accesses(reader.folder) if logged.access is not None]
    assert "Dr. F. First" in by
    assert any(name.startswith("Dr. B. Example") for name in by)


def test_another_person_gets_none_of_the_answers(tablet: Tablet) -> None:
    tablet.until("ready")
    tablet.post("/open/subject/other")
    tablet.person("P-40")
    assert "hay fever" not in tablet.get("/open/screening").text
    assert tablet.get("/open/consent").url.path == "/open/screening"


def test_a_protocol_of_another_way_of_treating_asks_what_it_needs(tablet: Tablet) -> None:
    tablet.until("device")
    answer = tablet.send("/open/device", DEVICE | {"protocol": "noneedle-ionto-dc-face"})
    assert answer.url.path == "/open/screening", "questions are open now"


def test_zones_that_a_protocol_excludes_stop_with_why(tablet: Tablet) -> None:
    tablet.until("device")
    form = DEVICE | {"protocol": "noneedle-electroporation-face", "zone": ["face.orbital.left"], "do": "look"}
    page = tablet.send("/open/device", form).text
    assert "the zone face.orbital.left is excluded" in page
    assert "EXAMPLE, UNAPPROVED" in page


def test_the_answers_have_their_own_times(tablet: Tablet, station: Served) -> None:
    tablet.until("ready")
    tablet.post("/open/ready")
    with Reader.open(station.station.store) as reader:
        row = reader.sessions()[-1]
        times = {entry.kind: entry.t_us for entry in reader.entries(row.number)}
    assert times[Kind.HISTORY] < times[Kind.CONSENT] < times[Kind.PRODUCT]
