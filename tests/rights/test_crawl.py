"""No page, no answer of the API and no file tells anything of a picture that nobody may show."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import product

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from campaign.access import PUBLIC, rule_of
from campaign.codes import new_receipt_code, new_secret
from campaign.contests.services import current_contest
from campaign.entries.models import Entry
from campaign.entries.uses import Use
from campaign.extensions import db
from campaign.moderation.declining import decline_by_code
from campaign.pictures.models import Derivative, Picture
from campaign.results.services import publish
from campaign.rights.requests import revoke_by_code
from campaign.rights.services import follow, grant
from campaign.staff.actors import COMMAND_LINE
from tests.factories import ERFURT, JENA, NOW, make_entry, make_picture
from tests.results.ballots import cast
from tests.rights.requests import EVA, requested, without_right

DAY = timedelta(days=1)
# Numbers that stand nowhere by chance, and one that no entry has.
FIRST, NOBODY = 910_000_001, 910_000_999
PARAMETERS = {
    "/": ["bild={number}"],
    "/galerie": ["bild={number}", "ort=jena", "ort=jena&seite=1", "seite=2"],
    "/orte": ["suche=jena", "bild={number}"],
    "/orte/<slug>": ["bild={number}", "seite=1"],
    "/bild/<int:number>": ["bild={number}"],
    "/ergebnisse": ["bild={number}"],
    "/abstimmen": ["bild={number}", "bild={shown}&bild={number}"],
    "/api/v1/entries": ["town=16053000", "cursor={after}", "town=16053000&cursor={after}"],
    "/api/v1/towns": ["cursor=16052999"],
}


@dataclass(frozen=True)
class Secret:
    """An entry that nobody may see, and the words that would tell of it."""

    kind: str
    number: int
    derivative: str
    words: tuple[str, ...]


@pytest.fixture(autouse=True)
def _now() -> Iterator[None]:
    with time_machine.travel(NOW, tick=False):
        yield


def hide(kind: str, number: int) -> Secret:
    """Make an entry of Jena that the public may not see any more, or not yet."""
    words = (f"caption-of-{kind}", f"credit-of-{kind}", f"alt-of-{kind}", f"https://www.instagram.com/p/{kind}/")
    entry = without_right(
        number=number, town=JENA, caption=words[0], creator=words[1], alt_text=words[2], permalink=words[3]
    )
    names = names_of(entry)
    HIDING[kind](entry)
    db.session.commit()
    return Secret(kind, number, (names_of(entry) or names)[0], (*words, *names, *names_of(entry)))


def names_of(entry: Entry) -> list[str]:
    return list(db.session.scalars(sa.select(Derivative.name).filter_by(picture_id=entry.picture_id)))


def ended(entry: Entry) -> None:
    grant(entry.number, str(entry.creator), "Mail", EVA, NOW - 2 * DAY, expires_at=NOW)


def revoked(entry: Entry) -> None:
    code = requested(entry, NOW - DAY)
    grant(entry.number, str(entry.creator), "Mail", EVA, NOW - DAY)
    cast(entry.number)
    revoke_by_code(code, NOW - timedelta(minutes=1))


def declined(entry: Entry) -> None:
    decline_by_code(requested(entry, NOW - DAY), NOW)


def for_print_alone(entry: Entry) -> None:
    grant(entry.number, str(entry.creator), "Mail", EVA, NOW, uses=[Use.PRINT, Use.PRESS])


def with_another_picture(entry: Entry) -> None:
    grant(entry.number, str(entry.creator), "Mail", EVA, NOW)
    entry.picture_id = make_picture().id
    follow(entry, NOW)


HIDING: dict[str, Callable[[Entry], object]] = {
    "unlicensed": lambda entry: None,
    "requested": requested,
    "expired": ended,
    "revoked": revoked,
    "declined": declined,
    "print": for_print_alone,
    "swapped": with_another_picture,
}


@pytest.fixture
def shown(app: Flask) -> int:
    """The number of an entry that everybody may see, with a vote."""
    number = make_entry(picture=True, town=ERFURT, creator="credit-of-shown").number
    cast(number)
    return number


@pytest.fixture
def secrets(app: Flask, shown: int) -> list[Secret]:
    """One entry of each kind that nobody may see."""
    return [hide(kind, FIRST + place) for place, kind in enumerate(HIDING)]


def public_rules(app: Flask) -> list[Rule]:
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    return [rule for rule in rules if rule_of(app, rule.endpoint) == PUBLIC and rule.endpoint != "static"]


def addresses(rule: Rule, number: int, derivative: str, shown: int) -> list[str]:
    """All addresses of a rule that could lead to an entry, with every parameter that could name it."""
    values: dict[str, object] = {"number": number, "name": derivative, "slug": "jena", "lang": "en"}
    values |= {"code": new_receipt_code(), "attempt": new_secret()}
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None, rule.rule
    german = rule.rule.removeprefix("/<any(en):lang>") or "/"
    queries = [""] + [
        "?" + query.format(number=number, shown=shown, after=number + 1) for query in PARAMETERS.get(german, [])
    ]
    return [built[1] + query for query in queries]


def told(client: FlaskClient, path: str) -> tuple[int, str]:
    answer = client.get(path, buffered=True)
    return answer.status_code, answer.get_data(as_text=True)


@pytest.mark.parametrize("is_published", [False, True])
def test_no_address_tells_of_a_picture_that_nobody_may_show(
    app: Flask, client: FlaskClient, shown: int, secrets: list[Secret], is_published: bool
) -> None:
    if is_published:
        time = current_contest().vote_until + 3 * DAY
        with time_machine.travel(time, tick=False):
            publish(current_contest(), time, COMMAND_LINE)
    seen = set()
    for rule, secret in product(public_rules(app), secrets):
        for path in addresses(rule, secret.number, secret.derivative, shown):
            status, text = told(client, path)
            seen.add((rule.rule, status))
            found = [word for other in secrets for word in other.words if word in text and word not in path]
            assert (path, found) == (path, [])
            numbers = [other.number for other in secrets if str(other.number) in text and str(other.number) not in path]
            assert (path, numbers) == (path, [])
    assert {("/galerie", 200), ("/bild/<int:number>", 404), ("/bilder/<name>", 404), ("/api/v1/standings", 200)} <= seen
    assert {("/", 200), ("/ergebnisse", 200), ("/sitemap.xml", 200), ("/api/v1/entries", 200)} <= seen


def test_an_address_with_such_a_number_answers_as_if_there_were_no_entry(
    app: Flask, client: FlaskClient, shown: int, secrets: list[Secret]
) -> None:
    nothing = "0" * 64 + ".webp"
    for rule, secret in product(public_rules(app), secrets):
        if rule.endpoint in ("contests.start", "operations.metrics", "uploads.form") or "code" in rule.arguments:
            continue
        mine = addresses(rule, secret.number, secret.derivative, shown)
        nobodys = addresses(rule, NOBODY, nothing, shown)
        for path, other in zip(mine, nobodys, strict=True):
            if "cursor" in path or path == other:
                continue
            status, text = told(client, path)
            text = text.replace(str(secret.number), str(NOBODY)).replace(secret.derivative, nothing)
            assert (path, status, text) == (path, *told(client, other))


def test_no_town_counts_such_a_view(client: FlaskClient, shown: int, secrets: list[Secret]) -> None:
    towns = client.get("/api/v1/towns").get_json()["towns"]
    assert {town["name"]: town["entries"] for town in towns if town["entries"]} == {"Erfurt": 1}
    standings = client.get("/api/v1/standings").get_json()
    assert [entry["number"] for entry in standings["entries"]] == [shown]
    assert "/orte/jena" not in client.get("/sitemap.xml").text


def test_votes_that_a_view_got_while_it_was_shown_stay_with_its_town(
    client: FlaskClient, secrets: list[Secret]
) -> None:
    towns = client.get("/api/v1/standings").get_json()["towns"]
    assert {town["name"]: (town["entries"], town["picks"], town["ballots"]) for town in towns} == {
        "Erfurt": (1, 1, 1),
        "Jena": (0, 1, 1),
    }


def test_nobody_can_vote_for_such_a_view(client: FlaskClient, secrets: list[Secret]) -> None:
    for secret in secrets:
        form = {"bild": [str(secret.number)], "email": "anna@example.org", "regeln": "1"}
        assert (secret.kind, client.post("/abstimmen", data=form).status_code) == (secret.kind, 404)


def test_where_is_my_picture_names_neither_number_nor_picture(client: FlaskClient, secrets: list[Secret]) -> None:
    for number, shortcode in db.session.execute(sa.select(Entry.number, Entry.shortcode).where(Entry.number >= FIRST)):
        page = client.post("/wo-ist-mein-bild", data={"beitrag": f"https://www.instagram.com/p/{shortcode}/"})
        found = [word for secret in secrets for word in secret.words if word in page.text]
        assert (page.status_code, str(number) in page.text, found) == (200, False, [])


def test_the_crawl_would_find_a_picture_that_is_shown(client: FlaskClient, shown: int, secrets: list[Secret]) -> None:
    names = db.session.scalars(sa.select(Derivative.name).join(Picture).join(Entry).where(Entry.number == shown)).all()
    text = client.get("/galerie").text + client.get("/api/v1/entries").text
    assert ([name for name in names if name not in text], "credit-of-shown" in text) == ([], True)
