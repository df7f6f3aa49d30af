"""The desk and the pages around it, as plain forms without JavaScript."""

from __future__ import annotations

import html
import re

import pytest
from flask import Flask

from campaign.entries.lifecycle import Status
from campaign.entries.models import Entry
from campaign.extensions import db
from campaign.moderation.queries import history_of
from campaign.pictures.storage import DERIVATIVES, storage
from campaign.rights.services import grants_of
from campaign.staff.models import RoleName
from tests.factories import ERFURT, WEIMAR, make_entry
from tests.staff.people import StaffClient, logged_in


@pytest.fixture
def staff(app: Flask) -> StaffClient:
    return logged_in(app)


@pytest.fixture
def organiser(app: Flask) -> StaffClient:
    return logged_in(app, RoleName.ORGANISER)


def waiting(**values: object) -> Entry:
    return make_entry(**{"public": False, "picture": True, **values})


def status_of(number: int) -> str:
    db.session.expire_all()
    return db.session.get_one(Entry, number).status.value


def shown(page: str) -> int:
    """The number of the entry on the desk."""
    found = re.search(r'data-number="(\d+)"', page)
    assert found, page
    return int(found.group(1))


def test_a_moderator_approves_and_gets_the_next_photo(staff: StaffClient) -> None:
    first, second = waiting().number, waiting().number
    assert shown(staff.get("/moderation")[1]) == first
    assert staff.post(f"/moderation/eintrag/{first}/freigeben") == (303, f"/moderation?nach={first}")
    page = staff.get(f"/moderation?nach={first}")[1]
    assert (status_of(first), shown(page)) == ("approved", second)


def test_a_rejection_has_a_reason_and_can_be_undone_from_the_next_page(staff: StaffClient) -> None:
    number = waiting().number
    staff.post(f"/moderation/eintrag/{number}/ablehnen", reason="people", text="")
    assert status_of(number) == "rejected"
    [decision] = history_of(number)
    assert (decision.actor, decision.reason) == ("moderator@example.org", "people")
    page = staff.get("/moderation")[1]
    assert page.count(f'action="/moderation/rueckgaengig/{decision.id}"') == 1
    target = staff.post(f"/moderation/rueckgaengig/{decision.id}", number=number)
    assert target == (303, f"/moderation?bild={number}")
    assert (status_of(number), shown(staff.get(target[1])[1])) == ("pending", number)


def test_setting_the_town_stays_with_the_photo(staff: StaffClient) -> None:
    number = waiting(town=None).number
    waiting()
    assert staff.get("/moderation")[1].count("Ort fehlt") == 2
    target = staff.post(f"/moderation/eintrag/{number}/ort", town="Weimar")
    assert target == (303, f"/moderation?bild={number}")
    page = staff.get(target[1])[1]
    assert (shown(page), page.count('<span class="sign__name">Weimar</span>')) == (number, 1)


@pytest.mark.parametrize(
    ("act", "form", "status", "sentence"),
    [
        ("freigeben", {}, 409, "Ohne Ort lässt sich das Bild nicht freigeben. Setz zuerst den Ort (Taste T)."),
        ("ablehnen", {}, 422, "Wähl einen Grund aus:"),
        ("ablehnen", {"reason": "other"}, 422, "Schreib dazu, welcher andere Grund es ist."),
        ("ort", {"town": "Leipzig"}, 422, "„Leipzig“ kennen wir nicht. Nimm die Stadt oder Gemeinde"),
        ("ort", {}, 422, "Welcher Ort ist es? Tipp seinen Namen ein."),
    ],
)
def test_a_refusal_is_said_on_the_desk_and_nothing_is_written(
    staff: StaffClient, act: str, form: dict[str, str], status: int, sentence: str
) -> None:
    waiting(town=WEIMAR)
    number = waiting(town=None).number
    answer, page = staff.post(f"/moderation/eintrag/{number}/{act}", **form)
    # The card has the sentence for its script, too.
    said = html.unescape(re.sub(r'data-townless="[^"]*"', "", page))
    assert (answer, shown(page), said.count(sentence)) == (status, number, 1)
    assert (status_of(number), list(history_of(number))) == ("pending", [])


def test_a_decision_that_somebody_made_first_is_said_and_the_next_photo_shown(staff: StaffClient) -> None:
    taken, other = waiting(status=Status.APPROVED).number, waiting().number
    answer, page = staff.post(f"/moderation/eintrag/{taken}/freigeben")
    assert (answer, shown(page)) == (409, other)
    assert page.count("Das wurde inzwischen schon so entschieden.") == 1


def test_a_card_that_is_out_of_date_overrules_nobody(staff: StaffClient) -> None:
    number, other = waiting().number, waiting().number
    staff.post(f"/moderation/eintrag/{number}/ablehnen", reason="people", text="")
    status, page = staff.post(f"/moderation/eintrag/{number}/freigeben")
    assert (status, status_of(number), shown(page)) == (409, "rejected", other)
    assert page.count(f"Über Bild {number} hat inzwischen jemand anders entschieden.") == 1
    staff.post(f"/moderation/eintrag/{number}/freigeben", **{"from": "entry"})
    assert status_of(number) == "approved"


def test_the_caption_is_escaped_and_the_deciding_words_are_marked(staff: StaffClient) -> None:
    evidence = [{"words": "Erfurt", "matched": "Erfurt", "kind": "town"}]
    waiting(caption="<script>alert(1)</script> Abend in Erfurt", evidence=evidence)
    page = staff.get("/moderation")[1]
    assert page.count("<script>alert") == 0
    assert page.count("&lt;script&gt;alert(1)&lt;/script&gt; Abend in <mark>Erfurt</mark>") == 1


def test_towns_that_it_could_be_as_well_are_one_press_away(staff: StaffClient) -> None:
    number = waiting(town=ERFURT, caption="Heute in Weimar auf dem Marktplatz").number
    page = staff.get("/moderation")[1]
    assert page.count(f'name="town" value="{WEIMAR}"') == 1
    staff.post(f"/moderation/eintrag/{number}/ort", town=WEIMAR)
    db.session.expire_all()
    assert db.session.get_one(Entry, number).town_ags == WEIMAR


def test_an_empty_queue_says_so(staff: StaffClient) -> None:
    make_entry(picture=True)
    status, page = staff.get("/moderation")
    assert (status, page.count("<h2>Nichts wartet.</h2>")) == (200, 1)


def test_the_script_gets_only_the_part_that_changes(staff: StaffClient) -> None:
    waiting()
    staff.get("/moderation")
    part = staff.client.get("/moderation", headers={"X-Desk": "1"}).text
    assert (part.count("<html"), part.count("data-card"), part.count("<datalist")) == (0, 1, 0)


def test_staff_see_pictures_that_the_public_does_not(app: Flask, staff: StaffClient) -> None:
    number = waiting(status=Status.APPROVED).number
    page = staff.get(f"/moderation/eintrag/{number}")[1]
    name = re.findall(r'/moderation/bild/([0-9a-f]+\.jpg)"', page)[0]
    visitor = app.test_client()
    assert visitor.get(f"/bilder/{name}").status_code == 404
    assert visitor.get(f"/moderation/bild/{name}").status_code == 302
    answer = staff.client.get(f"/moderation/bild/{name}")
    assert (answer.status_code, answer.mimetype, answer.headers["Cache-Control"]) == (
        200,
        "image/jpeg",
        "no-store",
    )
    assert staff.get("/moderation/bild/unknown.jpg")[0] == 404
    storage.delete(DERIVATIVES, name)
    assert staff.get(f"/moderation/bild/{name}")[0] == 404


def test_junk_in_addresses_and_forms_is_answered_with_a_page(staff: StaffClient) -> None:
    number = waiting().number
    huge = 10**30
    asked = {
        f"/moderation?nach={huge}": 200,
        f"/moderation?bild={2**31}": 200,
        f"/moderation/eintrag/{huge}": 404,
        "/moderation/bild/a%00b": 404,
        "/moderation/eintraege?_anchor=x&endpoint=x&lang=fr": 200,
    }
    assert {path: staff.get(path)[0] for path in asked} == asked
    assert staff.post(f"/moderation/eintrag/{2**31}/freigeben")[0] == 404
    assert staff.post(f"/moderation/rueckgaengig/{number + 99}", number=huge)[0] == 404
    # SQLite keeps a NUL character, PostgreSQL refuses it.
    answered = 303 if db.engine.dialect.name == "sqlite" else 400
    assert staff.post(f"/moderation/eintrag/{number}/ablehnen", reason="people", text="a\0b")[0] == answered


def test_a_grant_recorded_by_form_makes_the_photo_public_and_a_revocation_hides_it(
    app: Flask, staff: StaffClient
) -> None:
    number = waiting(status=Status.APPROVED).number
    here, visitor = f"/moderation/eintrag/{number}", app.test_client()
    form = {"by": "Anna", "proof": "Mail vom 3. Mai", "verwendung": ["web", "print"]}
    assert staff.post(f"{here}/erlaubnis", **form) == (303, f"{here}#erlaubnis")
    page = staff.get(here)[1]
    name = re.findall(r'/moderation/bild/([0-9a-f]+\.jpg)"', page)[0]
    assert visitor.get(f"/bilder/{name}").status_code == 200
    assert staff.post(f"{here}/widerruf") == (303, f"{here}#erlaubnis")
    assert visitor.get(f"/bilder/{name}").status_code == 404
    assert [one.recorded_by for one in grants_of(number)] == ["moderator@example.org"]


def test_a_grant_without_proof_is_refused_on_the_page_of_the_photo(staff: StaffClient) -> None:
    number = waiting().number
    status, page = staff.post(f"/moderation/eintrag/{number}/erlaubnis", by="Anna", proof=" ", verwendung="web")
    assert (status, page.count("Womit lässt sich die Erlaubnis belegen? Trag ein, wo und wann sie kam.")) == (
        422,
        1,
    )
    assert list(grants_of(number)) == []


def test_the_page_of_a_photo_tells_its_whole_history(app: Flask, organiser: StaffClient) -> None:
    number = waiting().number
    here = f"/moderation/eintrag/{number}"
    assert organiser.post(f"{here}/freigeben", **{"from": "entry"}) == (303, here)
    assert organiser.post(f"{here}/ausschliessen", reason="duplicate", text="siehe Bild 3") == (303, here)
    assert logged_in(app, RoleName.SCRUTINEER).post(f"{here}/ausschluss/bestaetigen") == (303, here)
    page = organiser.get(here)[1]
    told = re.findall(r"<li[^>]*><p><strong>([^<]+)</strong>", re.sub(r">\s+<", "><", page))
    assert told[:4] == ["ausgeschlossen", "Ausschluss oder Rückkehr vorgeschlagen", "freigegeben", "eingegangen"]
    assert page.count("Doppelt: siehe Bild 3") == 2


def test_withdrawing_takes_the_photo_off_the_site(app: Flask, staff: StaffClient) -> None:
    entry = make_entry(picture=True)
    number, visitor = entry.number, app.test_client()
    here = f"/moderation/eintrag/{number}"
    assert staff.post(f"{here}/zurueckziehen", text="Mail") == (303, here)
    assert (status_of(number), visitor.get(f"/bild/{number}").status_code) == ("withdrawn", 404)


def test_lists_are_narrowed_by_status_town_source_and_right(staff: StaffClient) -> None:
    one = waiting().number
    two = waiting(town=WEIMAR, has_right=True).number
    three = waiting(status=Status.REJECTED).number

    def listed(query: str) -> list[int]:
        page = staff.get(f"/moderation/eintraege?{query}")[1]
        return [int(number) for number in re.findall(r'<span class="figures">(\d+)</span>', page)]

    assert listed("") == [three, two, one]
    assert listed("status=rejected") == [three]
    assert listed("ort=Weimar&status=") == [two]
    assert listed("recht=ja") == [two]
    assert listed("quelle=upload") == []
    assert listed("status=nonsense&recht=vielleicht") == [three, two, one]


def test_junk_in_the_address_of_a_list_is_passed_over_and_a_foreign_town_named(staff: StaffClient) -> None:
    assert staff.get("/moderation/eintraege?vor=nonsense&nach=")[0] == 200
    assert staff.get("/moderation/eintraege?ort=Leipzig")[0] == 422
    assert staff.get("/moderation/eintrag/4711")[0] == 404


def test_a_scrutineer_reads_and_decides_nothing(app: Flask) -> None:
    reader = logged_in(app, RoleName.SCRUTINEER)
    number = waiting().number
    assert reader.client.get("/moderation").location == "/moderation/eintraege"
    page = reader.get(f"/moderation/eintrag/{number}")[1]
    assert (page.count("Freigeben"), page.count("Erlaubnis eintragen")) == (0, 0)


def test_the_overview_counts_and_leads_to_the_results(organiser: StaffClient) -> None:
    waiting()
    make_entry(has_right=False)
    page = re.sub(r"\s+", " ", organiser.get("/verwaltung")[1])
    assert re.findall(r'status=(\w+)">[^<]+</a></dt><dd class="figures">(\d+)<', page)[:2] == [
        ("pending", "1"),
        ("approved", "1"),
    ]
    assert page.count('href="/verwaltung/ergebnisse">Ergebnisse</a>') == 1
