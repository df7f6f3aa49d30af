"""Exports compared with the database cell by cell."""

from __future__ import annotations

import csv
import io
import json
from datetime import datetime
from typing import Any

import openpyxl
import pytest
import sqlalchemy as sa
from flask import Flask

from campaign.contests.services import current_contest
from campaign.entries.lifecycle import PictureState, Status
from campaign.entries.models import Entry
from campaign.entries.serialise import picture_url
from campaign.errors import Conflict, InvalidInput
from campaign.extensions import db, settings
from campaign.moderation.reasons import Reason
from campaign.moderation.services import approve, reject
from campaign.results.export import export
from campaign.results.figures import entries_of, loaded
from campaign.results.services import publish, standings_document
from campaign.staff.actors import COMMAND_LINE, Actor
from tests.factories import ERFURT, JENA, NOW, SEEN, WEIMAR, make_entry, set_right
from tests.moderation.undoing import undo_last
from tests.results.ballots import cast, change_dates, statements

CAPTIONS = [
    '=HYPERLINK("http://127.0.0.1/";"Klick")',
    "+49 361 664 0: ruf an",
    "Größe ist nicht alles; „schön“ schon",
    'Zeile eins\nZeile "zwei"',
    "Krämerbrücke 🌉 #schoensterblick",
    "-",
    None,
]


def as_csv(what: str) -> list[list[str]]:
    text = export(what, "csv", current_contest(), NOW).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text, newline=""), delimiter=";"))


def as_xlsx(what: str) -> list[list[Any]]:
    sheet = openpyxl.load_workbook(io.BytesIO(export(what, "xlsx", current_contest(), NOW))).active
    assert sheet is not None
    return [list(row) for row in sheet.iter_rows(values_only=True)]


def as_json(what: str) -> Any:
    return json.loads(export(what, "json", current_contest(), NOW))


def shown(value: Any) -> str:
    """A cell of a workbook as the CSV writes it."""
    if isinstance(value, datetime):
        return value.strftime("%Y-%m-%d %H:%M")
    if isinstance(value, bool):
        return "ja" if value else "nein"
    text = "" if value is None else str(value)
    return f"'{text}" if text[:1] in tuple("=+-@") else text


def a_vote() -> tuple[Entry, Entry]:
    erfurt, weimar = make_entry(town=ERFURT, creator="ada", picture=True), make_entry(town=WEIMAR, creator="Bo Ek")
    make_entry(town=JENA)
    for picks in ((erfurt, weimar), (erfurt, weimar), (erfurt,)):
        cast(*(entry.number for entry in picks))
    return erfurt, weimar


def test_standings_are_the_same_in_all_formats(app: Flask) -> None:
    a_vote()
    rows = as_csv("standings")
    assert rows == [
        ["Rang", "Stadt", "AGS", "Größenklasse", "Bilder", "Stimmzettel", "Stimmen", "Wertung", "Fehlende Stimmzettel"],
        ["1", "Erfurt", ERFURT, "über 20.000 Einwohner", "1", "3", "3", "3", "0"],
        ["2", "Weimar", WEIMAR, "über 20.000 Einwohner", "1", "2", "2", "2", "0"],
        ["", "Jena", JENA, "über 20.000 Einwohner", "1", "0", "0", "0", "2"],
    ]
    assert [[shown(cell) for cell in row] for row in as_xlsx("standings")] == rows
    assert as_json("standings") == {
        "standings": standings_document(current_contest(), NOW)["towns"],
        "as_of": "2026-06-15T12:00:00Z",
        "contest": "blick-2026",
        "title": "Der schönste Blick der Stadt",
    }


def test_staff_export_all_figures_while_the_public_sees_none(app: Flask) -> None:
    a_vote()
    change_dates(counts_hidden_from=NOW)
    assert [row["picks"] for row in as_json("standings")["standings"]] == [3, 2, 0]


def test_numbers_and_times_of_a_workbook_are_typed(app: Flask) -> None:
    a_vote()
    types = [type(cell) for cell in as_xlsx("standings")[1]]
    assert types == [int, str, str, str, int, int, int, int, int]
    header, first = as_xlsx("entries")[:2]
    found = dict(zip(header, first, strict=True))
    assert (found["Aufgenommen"], found["Eingegangen"]) == (datetime(2026, 6, 15, 12), datetime(2026, 6, 15, 13))  # noqa: DTZ001
    assert (found["Nutzungsrecht"], found["Stimmen"]) == (True, 3)


def test_every_entry_is_exported_as_the_database_has_it(app: Flask) -> None:
    for caption in CAPTIONS:
        make_entry(caption=caption, town=None if caption == "-" else WEIMAR, creator="bo.ek", picture=caption is None)
    cast(entry_numbers()[0])
    rows, book, objects = as_csv("entries"), as_xlsx("entries"), as_json("entries")["entries"]
    assert rows[0] == [
        "Nummer", "Status", "Stadt", "AGS", "Foto", "Text", "Beitrag", "Quelle", "Aufgenommen", "Eingegangen",
        "Nutzungsrecht", "Stimmen", "Gründe", "Bilddatei",
    ]  # fmt: skip
    entries = db.session.scalars(loaded().order_by(Entry.number)).all()
    for entry, line, item in zip(entries, rows[1:], objects, strict=True):
        picks = 1 if entry.number == entry_numbers()[0] else 0
        town = entry.town.name if entry.town else None
        picture = picture_url(entry, settings().site.base_url, NOW)
        assert item == {
            "number": entry.number, "status": "approved", "town": town, "ags": entry.town_ags, "credit": "bo.ek",
            "caption": entry.caption, "permalink": entry.permalink, "source": "hashtag",
            "taken_at": "2026-06-15T10:00:00Z", "received_at": "2026-06-15T11:00:00Z", "has_right": True,
            "picks": picks, "reasons": [], "picture": picture,
        }  # fmt: skip
        assert line == [
            str(entry.number), "freigegeben", town or "", entry.town_ags or "", "bo.ek", shown(entry.caption),
            entry.permalink, "Hashtag", "2026-06-15 12:00", "2026-06-15 13:00", "ja", str(picks), "", picture or "",
        ]  # fmt: skip
    assert [[shown(cell) for cell in row] for row in book] == rows
    assert [row[5] for row in book[1:]] == CAPTIONS


def entry_numbers() -> list[int]:
    return list(db.session.scalars(sa.select(Entry.number).order_by(Entry.number)))


def test_the_reason_of_a_rejection_is_exported_until_it_is_undone(app: Flask) -> None:
    number = make_entry(public=False).number
    reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW)
    assert [row["reasons"] for row in as_json("entries")["entries"]] == [["quality"]]
    status, reasons = as_csv("entries")[1][1], as_csv("entries")[1][12]
    assert (status, reasons) == ("abgelehnt", "Zu unscharf oder zu klein")
    undo_last(number, COMMAND_LINE, NOW)
    assert [row["reasons"] for row in as_json("entries")["entries"]] == [[]]


def test_an_undone_rejection_leaves_the_earlier_reason(app: Flask) -> None:
    number = make_entry(public=False, picture=True).number
    reject(number, Reason.QUALITY, None, COMMAND_LINE, NOW)
    approve(number, COMMAND_LINE, NOW, SEEN)
    reject(number, Reason.PEOPLE, None, COMMAND_LINE, NOW)
    undo_last(number, COMMAND_LINE, NOW)
    undo_last(number, COMMAND_LINE, NOW)
    rows = as_json("entries")["entries"]
    assert [(row["status"], row["reasons"]) for row in rows] == [("rejected", ["quality"])]


def test_the_reason_of_a_missing_picture_is_exported(app: Flask) -> None:
    make_entry(public=False, picture_state=PictureState.REFUSED, picture_reason="Das ist kein Bild.")
    assert [row["reasons"] for row in as_json("entries")["entries"]] == [["Das ist kein Bild."]]


def test_an_entry_without_a_right_is_marked_and_has_no_picture_link(app: Flask) -> None:
    make_entry(picture=True, has_right=False, creator="ada")
    make_entry(picture=True, has_right=True, status=Status.PENDING, creator="ada")
    rows = as_json("entries")["entries"]
    assert [(row["has_right"], row["picture"], row["credit"]) for row in rows] == [
        (False, None, "ada"),
        (True, None, "ada"),
    ]


def test_winners_wait_for_the_publication(app: Flask) -> None:
    a_vote()
    with pytest.raises(Conflict) as refused:
        export("winners", "csv", current_contest(), NOW)
    assert str(refused.value) == "Noch ist niemand ausgezeichnet. Veröffentliche zuerst die Ergebnisse."


def test_winners_carry_credit_and_picture_in_all_formats(app: Flask) -> None:
    erfurt, _ = a_vote()
    contest = current_contest()
    publish(contest, contest.vote_until, Actor(None, "x"))
    link = picture_url(entries_of([erfurt.number])[erfurt.number], settings().site.base_url, NOW)
    assert link is not None
    assert link.startswith("http://127.0.0.1:8000/bilder/")
    rows = as_csv("winners")
    size, number = "über 20.000 Einwohner", str(erfurt.number)
    assert rows == [
        ["Auszeichnung", "Größenklasse", "Stadt", "AGS", "Bild", "Foto", "Stimmen", "Geteilt", "Nutzungsrecht",
         "Beitrag", "Bilddatei"],
        ["Stadt mit dem schönsten Blick", size, "Erfurt", ERFURT, "", "", "3", "nein", "", "", ""],
        ["Bester Blick der Siegerstadt", size, "Erfurt", ERFURT, number, "ada", "3", "nein", "ja",
         erfurt.permalink, link],
        ["Meistgewählter Blick", "", "Erfurt", ERFURT, number, "ada", "3", "nein", "ja", erfurt.permalink, link],
    ]  # fmt: skip
    assert [[shown(cell) for cell in row] for row in as_xlsx("winners")] == rows
    assert [(row["award"], row["size_class"], row["number"]) for row in as_json("winners")["winners"]] == [
        ("town", "20001-", None),
        ("town_entry", "20001-", erfurt.number),
        ("entry", None, erfurt.number),
    ]


def test_a_winner_whose_right_was_revoked_is_marked_and_has_no_picture_link(app: Flask) -> None:
    erfurt, _ = a_vote()
    contest = current_contest()
    publish(contest, contest.vote_until, Actor(None, "x"))
    set_right(erfurt, has_right=False)
    db.session.commit()
    rows = [row for row in as_json("winners")["winners"] if row["number"]]
    assert [(row["has_right"], row["picture"], row["credit"]) for row in rows] == [(False, None, "ada")] * 2


def test_exports_after_the_publication_are_the_published_figures(app: Flask) -> None:
    erfurt, weimar = a_vote()
    contest = current_contest()
    publish(contest, contest.vote_until, Actor(None, "x"))
    standings = as_json("standings")
    cast(weimar.number)
    assert as_json("standings") == standings
    assert standings["as_of"] == "2026-06-29T22:00:00Z"
    picks = {row["number"]: row["picks"] for row in as_json("entries")["entries"]}
    assert (picks[erfurt.number], picks[weimar.number]) == (3, 2)


@pytest.mark.parametrize("what", ["standings", "entries"])
def test_an_export_asks_the_database_the_same_for_one_row_and_for_three(app: Flask, what: str) -> None:
    costs = []
    for _ in range(3):
        cast(make_entry(picture=True).number)
        contest = current_contest()
        with statements() as asked:
            export(what, "csv", contest, NOW)
        costs.append(len(asked))
    assert costs[0] == costs[1] == costs[2]


@pytest.mark.parametrize(("what", "form"), [("standings", "pdf"), ("secrets", "csv")])
def test_an_unknown_export_is_refused_with_the_ones_there_are(app: Flask, what: str, form: str) -> None:
    with pytest.raises(InvalidInput) as refused:
        export(what, form, current_contest(), NOW)
    assert str(refused.value) == (
        f"Den Export „{what}“ als „{form}“ gibt es nicht. Nimm standings, winners, entries als csv, xlsx oder json."
    )
