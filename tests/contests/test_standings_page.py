"""The page of the results: standings, hidden counts, winners."""

from __future__ import annotations

from datetime import timedelta

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from campaign.contests.services import current_contest
from campaign.extensions import db
from campaign.results.services import publish
from campaign.staff.actors import Actor
from tests.contests.page_check import Page
from tests.factories import ERFURT, NOW, WEIMAR, make_entry
from tests.results.ballots import cast


def _counted(town: str, ballots: int) -> None:
    number = make_entry(town=town, picture=True, creator="anna.sieht").number
    for _ in range(ballots):
        cast(number)


@time_machine.travel(NOW)
def test_towns_stand_in_their_size_class_with_their_number_and_what_they_lack(client: FlaskClient) -> None:
    _counted(ERFURT, ballots=7)
    _counted(WEIMAR, ballots=1)
    words = Page(client.get("/ergebnisse").text).words
    assert "Städte über 20.000 Einwohner 2 Städte mit Blicken" in words
    assert "Platz 1 Erfurt 7 Stimmen" in words
    assert "Weimar 1 Stimme noch 1 Stimmzettel bis zur Wertung" in words


@time_machine.travel(NOW)
def test_before_the_first_view_the_page_says_when_the_vote_is(client: FlaskClient) -> None:
    words = Page(client.get("/ergebnisse").text).words
    assert "Noch gibt es keine Stimmen" in words
    assert "vom 1. Juni bis zum 30. Juni 2026" in words


@time_machine.travel(NOW)
def test_hidden_counts_show_no_figure_and_say_until_when(app: Flask, client: FlaskClient) -> None:
    _counted(ERFURT, ballots=7)
    current_contest().counts_hidden_from = NOW - timedelta(days=1)
    db.session.commit()
    page = Page(client.get("/ergebnisse").text)
    assert "Die Stände sind bis 7. Juli 2026, 18:00 Uhr verborgen" in page.words
    assert ("7 Stimmen" in page.words, "Platz" in page.words, "Erfurt" in page.words) == (False, False, False)


def test_winners_are_crowned_and_shown_with_their_best_view(app: Flask, client: FlaskClient) -> None:
    _counted(ERFURT, ballots=12)
    after = current_contest().publish_at + timedelta(minutes=1)
    publish(current_contest(), after, Actor(None, "leitung@example.org"))
    with time_machine.travel(after):
        page = Page(client.get("/ergebnisse").text)
        start = Page(client.get("/").text)
    assert "Die Städte mit dem schönsten Blick" in page.words
    assert "Städte über 20.000 Einwohner: 12 Stimmen Foto: anna.sieht" in page.words
    assert "Das Ergebnis steht fest" in start.words
    assert "/bild/1" in page.links
