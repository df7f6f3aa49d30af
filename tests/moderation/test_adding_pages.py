"""Staff write posts down by a form, and find again what rules keep out."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.accounts import set_account_rule
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db
from campaign.instagram.models import AskStatus, PermissionAsk
from campaign.staff.actors import Actor
from campaign.staff.models import RoleName
from tests.factories import NOW, WEIMAR, jpeg, make_entry
from tests.moderation.forms import send_file
from tests.staff.people import StaffClient, logged_in

NEW = "/moderation/eintraege/neu"
ADDRESS = "https://www.instagram.com/anna.wiese/p/Cabc1234567/?igsh=xyz"


@pytest.fixture
def staff(app: Flask) -> StaffClient:
    return logged_in(app)


def entries() -> list[Entry]:
    db.session.expire_all()
    return list(db.session.scalars(sa.select(Entry).order_by(Entry.number)))


def text_of(page: str) -> str:
    """What a page says, in one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", page)).split())


def test_a_post_is_written_down_and_its_page_says_by_whom_and_from_where(staff: StaffClient) -> None:
    form = {"adresse": ADDRESS, "town": "Weimar", "konto": "@anna.wiese", "notiz": "Mail der Stadt"}
    status, target = staff.post(NEW, **form, name="Anna Wiese", datum="", bild="")
    [entry] = entries()
    assert (status, target) == (303, f"/moderation/eintrag/{entry.number}")
    assert (entry.town_ags, entry.creator, entry.status) == (WEIMAR, "Anna Wiese", Status.PENDING)
    page = text_of(staff.get(target)[1])
    assert page.count("Eingetragen von moderator@example.org: Mail der Stadt") == 1
    assert page.count("Gesehen über Vom Team eingetragen am") == 1


def test_a_picture_without_a_post_is_written_down(staff: StaffClient) -> None:
    status, target = send_file(staff, NEW, "bild", jpeg(), name="Bert")
    [entry] = entries()
    assert (status, target) == (303, f"/moderation/eintrag/{entry.number}")
    assert (entry.picture_state, entry.permalink, entry.creator) == (PictureState.STORED, None, "Bert")


def test_a_post_that_is_there_already_is_shown_with_a_notice(staff: StaffClient) -> None:
    number = make_entry(shortcode="Cabc1234567").number
    status, target = staff.post(NEW, adresse=ADDRESS)
    assert (status, target) == (303, f"/moderation/eintrag/{number}?da=schon")
    assert staff.get(target)[1].count("Dieser Beitrag ist schon da") == 1
    assert len(entries()) == 1


@pytest.mark.parametrize(
    ("form", "status", "sentence"),
    [
        ({}, 422, "Gib die Adresse des Beitrags an, oder wähl eine Bilddatei aus."),
        ({"adresse": "https://example.org/x"}, 422, "Diese Adresse führt zu keinem Beitrag."),
        ({"adresse": ADDRESS, "town": "Leipzig"}, 422, "„Leipzig“ kennen wir nicht. Nimm die Stadt oder Gemeinde"),
        ({"adresse": ADDRESS, "datum": "gestern"}, 422, "Das ist kein Datum."),
        ({"adresse": ADDRESS, "datum": "2026-05-01"}, 409, "Der Beitrag ist älter als der Wettbewerb."),
        ({"adresse": ADDRESS, "konto": "werbung"}, 409, "Beiträge dieses Kontos nehmen nicht teil."),
    ],
)
def test_a_refusal_is_said_above_the_form_which_keeps_what_was_typed(
    staff: StaffClient, form: dict[str, str], status: int, sentence: str
) -> None:
    set_account_rule(current_contest(), "werbung", AccountKind.BLOCKED, "Reklame", by=Actor(None, "x"), now=NOW)
    answer, page = staff.post(NEW, **form, notiz="von der Stadt")
    assert (answer, html.unescape(page).count(sentence), page.count('role="alert"')) == (status, 1, 1)
    assert page.count(">von der Stadt</textarea>") == 1
    assert [value for value in form.values() if f'value="{value}"' not in html.unescape(page)] == []
    assert entries() == []


def test_a_file_that_is_too_large_is_refused_in_one_sentence(staff: StaffClient) -> None:
    for size, status in ((25_100_000, 422), (25_300_000, 413)):
        answer, page = send_file(staff, NEW, "bild", b"\0" * size)
        assert (answer, page.count("Die Datei ist größer als 25 MB.")) == (status, 1)


def test_the_list_leads_to_the_form_for_whoever_decides(app: Flask, staff: StaffClient) -> None:
    reader = logged_in(app, RoleName.SCRUTINEER)
    pages = [one.get("/moderation/eintraege")[1] for one in (staff, reader)]
    assert [page.count(f'href="{NEW}"') for page in pages] == [1, 0]


def listed(staff: StaffClient, query: str) -> list[int]:
    page = staff.get(f"/moderation/eintraege?{query}")[1]
    return [int(number) for number in re.findall(r'<span class="figures">(\d+)</span>', page)]


def test_the_list_is_narrowed_by_account_by_rule_and_by_posts_that_vanished(staff: StaffClient) -> None:
    gone = make_entry(gone_at=NOW, username="anna").number
    late = make_entry(public=False, status=Status.REJECTED, intake_reasons=["after_window", "video"]).number
    kept = make_entry(public=False, status=Status.REJECTED, intake_reasons=["too_many"], username="bert").number
    let_in = make_entry(intake_reasons=["too_many"]).number
    assert listed(staff, "konto=Anna&seite=1") == [gone]
    assert listed(staff, "konto=carla") == []
    assert [listed(staff, f"grund={reason}") for reason in ("too_many", "video", "blocked_account")] == [
        [kept],
        [late],
        [],
    ]
    assert (listed(staff, "verschwunden=ja"), listed(staff, "verschwunden=nein")) == ([gone], [let_in, kept, late])
    assert listed(staff, "grund=nonsense&verschwunden=vielleicht&konto=") == [let_in, kept, late, gone]
    page = text_of(staff.get("/moderation/eintraege?status=rejected")[1])
    assert page.count("abgelehnt nach der Sammelzeit Video") == 1


def test_the_page_of_an_entry_says_why_it_is_out_and_that_its_post_vanished(staff: StaffClient) -> None:
    out = make_entry(public=False, status=Status.REJECTED, intake_reasons=["before_window"]).number
    page = staff.get(f"/moderation/eintrag/{out}")[1]
    assert page.count("<strong>Der Beitrag ist älter als der Wettbewerb.</strong>") == 1
    gone = make_entry(gone_at=NOW).number
    assert text_of(staff.get(f"/moderation/eintrag/{gone}")[1]).count("verschwunden seit 15. Juni 2026, 14:00") == 1


def test_the_account_of_an_entry_leads_to_its_other_entries_and_says_what_holds(app: Flask, staff: StaffClient) -> None:
    number = make_entry(public=False, username="anna").number
    for _ in range(2):
        make_entry(username="anna")
    make_entry(username="bert")
    set_account_rule(current_contest(), "anna", AccountKind.ALLOWED, "Stadt", by=Actor(None, "x"), now=NOW)
    organiser = logged_in(app, RoleName.ORGANISER)
    here, desk = f"/moderation/eintrag/{number}", f"/moderation?bild={number}"
    # The desk shows an entry to one person at a time.
    for mine, theirs in [(staff.get(here)[1], organiser.get(here)[1]), (staff.get(desk)[1], organiser.get(here)[1])]:
        assert mine.count("2 weitere Bilder dieses Kontos") == 1
        said = "@anna, von der Höchstzahl befreit : Stadt (x, 15. Juni 2026, 14:00) · 2 weitere Bilder"
        assert text_of(mine).count(said) == 1
        assert (mine.count("/verwaltung/konten?konto=anna"), theirs.count("/verwaltung/konten?konto=anna")) == (0, 1)


def test_the_page_of_an_entry_tells_by_which_ways_it_came_and_what_was_asked(staff: StaffClient) -> None:
    number = make_entry(public=False, username="anna").number
    for hours, source in enumerate((Source.HASHTAG, Source.TAG)):
        db.session.add(Sighting(entry_number=number, source=source, first_seen_at=NOW + timedelta(hours=hours)))
    db.session.add(
        PermissionAsk(
            entry_number=number,
            media_id="1",
            username="anna",
            message="Dürfen wir dein Foto zeigen?",
            status=AskStatus.DECLINED,
            asked_at=NOW,
            answered_at=NOW + timedelta(hours=3),
        )
    )
    db.session.commit()
    page = text_of(staff.get(f"/moderation/eintrag/{number}")[1])
    ways = "über Hashtag am 15. Juni 2026, 14:00 über Markierung im Bild am 15. Juni 2026, 15:00"
    assert page.count(ways) == 1
    asked = "Über Instagram: gefragt und abgelehnt @anna · 15. Juni 2026, 14:00 · beantwortet am 15. Juni 2026, 17:00"
    assert (page.count(asked), page.count("Dürfen wir dein Foto zeigen?")) == (1, 1)
