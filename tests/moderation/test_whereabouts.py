"""„Wo ist mein Bild?“ as visitors meet it: by form, without an account, without JavaScript."""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.contests.services import current_contest
from campaign.counters import counters
from campaign.entries.lifecycle import PictureState, Source, Status
from campaign.entries.models import Entry, Sighting
from campaign.extensions import db, limiter
from campaign.instagram.models import AskStatus, IngestRun, PermissionAsk, RunStatus
from campaign.moderation.models import Decision, WithdrawalCode
from campaign.moderation.reasons import Reason, text_for
from campaign.moderation.services import approve, reject, set_town, withdraw
from campaign.moderation.whereabouts import usual_wait
from campaign.moderation.whereabouts_views import ACTS, LOOKS
from campaign.moderation.withdrawals import settle_withdrawals
from campaign.staff.actors import COMMAND_LINE
from campaign.uploads.models import Upload, UploadStatus
from campaign.web import PAGE_CACHING
from tests.contests.page_check import Page
from tests.factories import NOW, WEIMAR, make_entry
from tests.moderation.creators import comment, make_upload, shown
from tests.moderation.excluding import exclude, let_back
from tests.moderation.undoing import undo_last
from tests.results.ballots import statements

HOUR = timedelta(hours=1)
PAGE = "/wo-ist-mein-bild"
CODE = "7K3M-9QWT-C4XD-R02H"
Ask = Callable[..., str]


@pytest.fixture(autouse=True)
def _now(app: Flask) -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        counters.begin_anew()
        yield


@pytest.fixture
def ask(client: FlaskClient) -> Ask:
    """What the page says about something that was pasted."""

    def look(typed: str, *, path: str = PAGE, status: int = 200, **more: str) -> str:
        answer = client.post(path, data={"beitrag": typed, **more})
        assert (answer.status_code, answer.headers["Cache-Control"]) == (status, "no-store")
        page = Page(answer.text)
        assert page.faults("en" if path.startswith("/en") else "de") == []
        return page.words

    return look


def posted(**values: Any) -> Entry:
    """An entry that waits."""
    return make_entry(**{"public": False, **values})


def shortcode_at(moment: datetime) -> str:
    """The short name of a post of this moment (the reverse of `posted_about`)."""
    alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_"
    epoch = datetime.fromisoformat("2011-08-24T21:07:01.721+00:00")
    number = ((moment - epoch) // timedelta(milliseconds=1)) << 23
    digits = ""
    while number:
        number, digit = divmod(number, 64)
        digits = alphabet[digit] + digits
    return digits


def looked(*spans: tuple[float, float]) -> None:
    """Good passes over the hashtag; each is sure of a stretch, in hours before now."""
    contest = {"contest_id": current_contest().id, "hashtag": current_contest().hashtag}
    for begin, end in spans:
        moment = NOW - end * HOUR
        sure = {"sure_from": NOW - begin * HOUR, "sure_until": moment, "status": RunStatus.COMPLETE}
        times = {"started_at": moment, "finished_at": moment, "window_from": moment, "window_until": moment}
        db.session.add(IngestRun(source="hashtag", **contest, **times, **sure))
    db.session.commit()


def test_the_page_is_cached_and_reached_from_everywhere(client: FlaskClient) -> None:
    answer = client.get(PAGE)
    assert (answer.status_code, answer.headers["Cache-Control"] == PAGE_CACHING) == (200, True)
    assert Page(answer.text).faults("de") == []
    assert PAGE in Page(client.get("/").text).links
    assert f"/en{PAGE}" in Page(client.get("/en/").text).links
    assert f"{PAGE}</loc>" in client.get("/sitemap.xml").text


def test_a_waiting_post_is_found_by_any_form_of_its_address(ask: Ask) -> None:
    code = posted(received_at=NOW - HOUR).shortcode
    for typed in (
        f"https://www.instagram.com/p/{code}/?igsh=abc",
        f"instagram.com/anna/reel/{code}",
        f"https://instagr.am/tv/{code}/",
        str(code),
    ):
        words = ask(typed)
        assert "Dein Bild ist da und wartet." in words
        assert "Hashtag angekommen am 15. Juni 2026, 13:00" in words


def test_every_way_by_which_a_post_came_is_named_with_its_time(ask: Ask) -> None:
    entry = posted()
    for source, hours in ((Source.MENTION, 1), (Source.TAG, 3)):
        db.session.add(Sighting(entry_number=entry.number, source=source, first_seen_at=NOW - hours * HOUR))
    db.session.commit()
    words = ask(str(entry.shortcode))
    assert "Markierung im Bild angekommen am 15. Juni 2026, 11:00 Erwähnung angekommen am 15. Juni 2026, 13:00" in words


def test_how_long_it_takes_is_told_only_when_it_is_known(ask: Ask) -> None:
    code = str(posted().shortcode)
    assert (usual_wait(current_contest()), "Zuletzt dauerte" in ask(code)) == (None, False)
    for minutes in range(20):
        entry = posted(picture=True, received_at=NOW - timedelta(minutes=10 * minutes))
        approve(entry.number, COMMAND_LINE, NOW)
    assert usual_wait(current_contest()) == timedelta(minutes=160)
    assert "Zuletzt dauerte das meist nicht länger als 3 Stunden." in ask(code)


def test_a_video_without_a_picture_needs_a_still(ask: Ask) -> None:
    entry = posted(media_type="VIDEO", picture_state=PictureState.MISSING)
    words = ask(str(entry.shortcode))
    assert "Dein Video ist da, uns fehlt ein Standbild." in words
    assert "Foto direkt einreichen" in words


def test_a_shown_picture_is_one_click_away(ask: Ask, client: FlaskClient) -> None:
    entry = shown()
    code = str(entry.shortcode)
    answer = client.post(PAGE, data={"beitrag": code})
    assert f"/bild/{entry.number}" in Page(answer.text).links
    assert "Dein Bild hängt in der Galerie." in ask(code)


def test_without_a_right_the_page_says_how_to_give_it(app: Flask, ask: Ask) -> None:
    entry = make_entry(has_right=False)
    number, code = entry.number, str(entry.shortcode)
    words = ask(code)
    assert "uns fehlt nur deine Erlaubnis." in words
    assert "#ja" not in words
    asked = {"media_id": "1", "username": "anna", "message": "?", "asked_at": NOW, "status": AskStatus.ASKED}
    db.session.add(PermissionAsk(entry_number=number, **asked))
    db.session.commit()
    assert "Antworte dort mit „@schoenster.blick #ja“." in ask(code)


@pytest.mark.parametrize(("path", "language"), [(PAGE, "de"), (f"/en{PAGE}", "en")])
def test_a_refusal_is_explained_by_its_reason_and_never_in_the_moderators_words(
    ask: Ask, path: str, language: str
) -> None:
    entry = posted()
    reject(entry.number, Reason.PEOPLE, "Frau Müller aus der Marktgasse", COMMAND_LINE, NOW)
    set_town(entry.number, WEIMAR, COMMAND_LINE, NOW)
    words = ask(str(entry.shortcode), path=path)
    assert text_for(Reason.PEOPLE, language) in words
    assert "Müller" not in words


def test_what_a_rule_kept_out_is_explained_by_that_rule(ask: Ask) -> None:
    entry = posted(status=Status.REJECTED, intake_reasons=["video", "too_many"])
    words = ask(str(entry.shortcode))
    assert "Videos und Reels nehmen nicht teil. Von diesem Konto nehmen schon so viele Bilder teil" in words


def test_a_refusal_that_was_taken_back_is_not_told(ask: Ask) -> None:
    entry = posted(picture=True, status=Status.REJECTED, intake_reasons=["video"])
    number, code = entry.number, str(entry.shortcode)
    approve(number, COMMAND_LINE, NOW)
    exclude(number, Reason.PEOPLE)
    assert text_for(Reason.PEOPLE, "de") in ask(code)
    let_back(number)
    assert text_for(Reason.PEOPLE, "de") not in ask(code)


def test_what_a_rule_said_is_told_again_when_an_approval_is_taken_back(ask: Ask) -> None:
    entry = posted(picture=True, status=Status.REJECTED, intake_reasons=["video"])
    number, code = entry.number, str(entry.shortcode)
    approve(number, COMMAND_LINE, NOW)
    undo_last(number, COMMAND_LINE, NOW)
    assert "Videos und Reels nehmen nicht teil." in ask(code)


def test_a_hidden_an_excluded_and_a_withdrawn_picture_are_told_apart(ask: Ask) -> None:
    hidden, excluded, withdrawn = shown(gone_at=NOW), shown(), shown()
    codes = [str(entry.shortcode) for entry in (hidden, excluded, withdrawn)]
    exclude(excluded.number, Reason.ADVERTISING, "Kaufhaus")
    withdraw(withdrawn.number, "Anruf", COMMAND_LINE, NOW)
    said = [ask(code) for code in codes]
    assert "Dein Bild ist gerade verborgen." in said[0]
    assert "Dein Bild ist ausgeschlossen." in said[1]
    assert text_for(Reason.ADVERTISING, "de") in said[1]
    assert "Dein Bild ist zurückgezogen." in said[2]
    assert ["Bild zurückziehen" in one for one in said] == [True, True, False]
    assert [word in " ".join(said) for word in ("Kaufhaus", "Anruf")] == [False, False]


@pytest.mark.parametrize(
    ("hours", "sentence"),
    [
        (500, "Der Beitrag ist wohl älter als der Wettbewerb. Mitmachen können Beiträge vom 1. Juni 2026 an."),
        (60, "konnten: vom 12. Juni 2026, 14:00 bis zum 13. Juni 2026, 14:00. Du hast nichts falsch gemacht."),
        (0.2, "Der Beitrag ist ganz neu, und wir sehen alle 15 Minuten nach."),
        (30, "Im Text fehlt #schoensterblick, oder er ist anders geschrieben."),
        (30, "Der Hashtag kam erst später dazu."),
        (5, "Ergänze ihn im Text: Das hilft noch bis 24 Stunden nach dem Posten."),
    ],
)
def test_a_post_that_was_never_seen_gets_the_likely_cause(ask: Ask, hours: float, sentence: str) -> None:
    looked((400, 72), (48, 0.25))
    words = ask(f"https://www.instagram.com/p/{shortcode_at(NOW - hours * HOUR)}/")
    assert "Diesen Beitrag haben wir nicht." in words
    assert sentence in words
    assert "Foto direkt einreichen" in words


def test_while_instagram_cannot_be_asked_the_page_says_so(ask: Ask) -> None:
    looked((400, 6))
    words = ask(shortcode_at(NOW - 4 * HOUR))
    assert "Seit es diesen Beitrag gibt, konnten wir auf Instagram nicht nachsehen." in words


def test_what_we_missed_is_added_by_us_when_its_owner_writes_to_the_organiser(app: Flask, ask: Ask) -> None:
    organised = app.config["CAMPAIGN"].organiser.model_copy(update={"email": "kontakt@example.org"})
    app.config["CAMPAIGN"] = app.config["CAMPAIGN"].model_copy(update={"organiser": organised})
    looked((400, 72), (48, 0))
    missed, unseen = (f"https://www.instagram.com/p/{shortcode_at(NOW - hours * HOUR)}/" for hours in (60, 30))
    ours = "Schreib uns an kontakt@example.org und nenn die Adresse des Beitrags: Wir tragen ihn nach."
    other = "Nichts davon trifft zu? Schreib uns an kontakt@example.org und nenn die Adresse des Beitrags."
    assert [words.count(ours) for words in (ask(missed), ask(unseen))] == [1, 0]
    assert [words.count(other) for words in (ask(missed), ask(unseen))] == [0, 0]
    with time_machine.travel("2026-07-02T12:00:00+00:00"):
        assert [words.count(ours) for words in (ask(missed), ask(unseen))] == [1, 0]
        assert [words.count(other) for words in (ask(missed), ask(unseen))] == [0, 1]


def test_the_name_of_a_post_that_looks_like_a_word_withdraws_it_too(ask: Ask, client: FlaskClient) -> None:
    posted(shortcode="Weihnachten")
    page = client.post(PAGE, data={"beitrag": "https://www.instagram.com/p/Weihnachten/"}).text
    [value] = re.findall(r'name="beitrag" value="([^"]+)">\s*<input type="hidden" name="tun"', page)
    assert "Weihnachten" in value
    assert ask(value, tun="zurueckziehen") != ""


def test_after_the_time_of_collecting_nothing_more_can_be_handed_in(ask: Ask) -> None:
    looked((400, 0))
    code = shortcode_at(NOW - 30 * HOUR)
    with time_machine.travel("2026-07-10T12:00:00+00:00"):
        assert "Foto direkt einreichen" not in ask(code)


@pytest.mark.parametrize(
    ("typed", "sentence"),
    [
        ("", "Füg die Adresse deines Beitrags oder deinen Code ein."),
        ("1", "Mit einer Nummer suchen wir nicht."),
        ("https://www.instagram.com/share/p/BAbc", "Aus diesem Teilen-Link können wir den Beitrag nicht lesen."),
        ("https://www.instagram.com/anna.sieht", "Das ist ein Profil."),
        ("Erfurt", "Das ist keine Adresse eines Beitrags bei Instagram und kein Code von uns."),
        ("\x00<script>", "Das ist keine Adresse eines Beitrags bei Instagram und kein Code von uns."),
    ],
)
def test_what_cannot_be_looked_up_is_explained_beside_the_field(ask: Ask, typed: str, sentence: str) -> None:
    shown()
    for more in ({}, {"tun": "zurueckziehen"}):
        words = ask(typed, status=422, **more)
        assert (sentence in words, "Wo ist mein Bild?" in words) == (True, True)


def test_nothing_personal_is_shown(ask: Ask) -> None:
    entry = shown(creator="Anna Beispiel", caption="Mein Dom", alt_text="Der Dom", username="anna.sieht")
    words = ask(str(entry.shortcode))
    assert [word in words for word in ("Anna Beispiel", "Mein Dom", "Der Dom", "anna.sieht")] == [False] * 4


def test_the_number_of_what_nobody_may_see_is_not_told(client: FlaskClient) -> None:
    make_entry()
    entry = posted()
    text = client.post(PAGE, data={"beitrag": entry.shortcode}).text
    assert f"/bild/{entry.number}" not in text


def test_the_code_of_a_post_reaches_the_page_and_withdraws_it_once_its_owner_wrote_it(ask: Ask) -> None:
    entry = shown()
    number, shortcode = entry.number, str(entry.shortcode)
    words = ask(shortcode, tun="zurueckziehen")
    [code] = db.session.scalars(sa.select(WithdrawalCode.code))
    assert f"@schoenster.blick {code}" in words
    assert "Gültig bis 22. Juni 2026, 14:00" in words
    assert "Dein Bild hängt in der Galerie." in ask(shortcode)
    comment(db.session.get_one(Entry, number), f"@schoenster.blick {code}", at=NOW)
    assert settle_withdrawals(NOW + HOUR).withdrawn == [number]
    assert "Dein Bild ist zurückgezogen." in ask(shortcode)
    assert "Dieses Bild ist schon zurückgezogen" in ask(shortcode, tun="zurueckziehen", status=409)


def test_without_an_account_to_mention_the_caption_is_the_way(ask: Ask) -> None:
    current_contest().mention = ""
    db.session.commit()
    words = ask(str(shown().shortcode), tun="zurueckziehen")
    assert ("@" in words, "Schreib den Code in den Text deines Beitrags." in words) == (False, True)


def test_an_upload_is_found_by_its_code_and_withdrawn_by_one_more_click(ask: Ask, client: FlaskClient) -> None:
    entry = shown(source=Source.UPLOAD, media_id=None, shortcode=None, permalink=None)
    number = entry.number
    make_upload(entry, None, CODE)
    text = client.post(PAGE, data={"beitrag": CODE.lower()}).text
    assert (f"/bild/{number}" in Page(text).links, f'value="{CODE}"' in text) == (True, True)
    assert db.session.scalars(sa.select(Decision)).all() == []
    assert "Wir löschen die Datei." in ask(CODE, tun="zurueckziehen")
    db.session.expire_all()
    assert db.session.get_one(Entry, number).status is Status.WITHDRAWN
    assert "Dein Bild ist zurückgezogen." in ask(CODE)
    assert ask(CODE, tun="zurueckziehen", status=409)


def test_an_upload_that_nobody_confirmed_says_so(ask: Ask) -> None:
    upload = make_upload(None, None, CODE).id
    assert "Dein Foto ist noch nicht bestätigt." in ask(CODE)
    db.session.get_one(Upload, upload).status = UploadStatus.ERASED
    db.session.commit()
    assert "Dieses Foto gibt es nicht mehr." in ask(CODE)


def test_codes_that_there_are_not_are_all_answered_alike(client: FlaskClient) -> None:
    make_upload(shown(source=Source.UPLOAD), None, CODE)
    pages = {client.post(PAGE, data={"beitrag": code}).text for code in ("0000-0000-0000-0000", CODE[:-1] + "J")}
    assert len(pages) == 1
    assert "Diesen Code kennen wir nicht." in html.unescape(pages.pop())
    refused = client.post(PAGE, data={"beitrag": "0000-0000-0000-0000", "tun": "zurueckziehen"})
    assert refused.status_code == 404


def test_a_post_that_we_do_not_have_cannot_be_withdrawn(ask: Ask) -> None:
    assert "es gibt also nichts zurückzuziehen." in ask("C9999999999", tun="zurueckziehen", status=404)


def test_looking_writes_nothing(ask: Ask) -> None:
    code = str(shown().shortcode)
    with statements() as asked:
        ask(code)
        ask("C9999999999")
    assert [one for one in asked if not one.startswith("SELECT")] == []


def test_looking_waits_for_nobody_who_writes(ask: Ask) -> None:
    entry = shown()
    number, code = entry.number, str(entry.shortcode)
    db.session.rollback()
    with db.engine.begin() as writer:
        writer.execute(sa.update(Entry).where(Entry.number == number).values(alt_text="indes"))
        assert "Dein Bild hängt in der Galerie." in ask(code)


def test_one_network_can_look_only_so_often_and_another_one_all_the_same(app: Flask) -> None:
    def look(address: str, **more: str) -> TestResponse:
        data = {"beitrag": "C9999999999", **more}
        return app.test_client().post(PAGE, data=data, environ_base={"REMOTE_ADDR": address})

    statuses = [look(f"192.0.2.{place}").status_code for place in range(LOOKS.amount + 1)]
    assert statuses == [200] * LOOKS.amount + [429]
    refused = look("192.0.2.200")
    assert (int(refused.headers["Retry-After"]) > 0, "Das waren zu viele Versuche." in refused.text) == (True, True)
    assert look("198.51.100.1").status_code == 200
    acts = [look("203.0.113.9", tun="zurueckziehen").status_code for _ in range(ACTS.amount + 1)]
    assert acts == [404] * ACTS.amount + [429]


def test_the_throttle_keeps_no_address(client: FlaskClient) -> None:
    client.post(PAGE, data={"beitrag": "C9999999999"}, environ_base={"REMOTE_ADDR": "192.0.2.77"})
    kept = str(getattr(limiter.limiter.storage, "storage", ""))
    assert ("whereabouts look" in kept, re.search(r"192\.0\.2", kept)) == (True, None)


def test_the_form_of_another_site_is_refused(client: FlaskClient) -> None:
    answer = client.post(PAGE, data={"beitrag": "x"}, headers={"Origin": "https://elsewhere.example"})
    assert answer.status_code == 403
