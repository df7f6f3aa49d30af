"""Tests that guard the house: what the README knows, what every page sends, what no template may hold."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from campaign.access import PUBLIC, is_entrance, rule_of
from campaign.cli import main
from campaign.codes import new_receipt_code, new_secret
from campaign.config import SECTIONS
from campaign.extensions import db
from campaign.paths import ROOT, STATIC, TEMPLATES
from campaign.pictures.models import Derivative
from campaign.staff.models import RoleName
from campaign.uploads.models import Upload
from campaign.web import CONTENT_SECURITY_POLICY
from tests.factories import NOW, make_entry
from tests.reports.people import reported
from tests.results.ballots import cast
from tests.rights.requests import asked
from tests.staff.people import logged_in
from tests.template_check import faults, untranslated
from tests.uploads.people import entered

README = (ROOT / "README.md").read_text(encoding="utf-8")
ON_SQLITE = pytest.mark.parametrize("database_url", ["sqlite"], indirect=True)
ALL_TEMPLATES = sorted(path for path in TEMPLATES.rglob("*") if path.suffix in (".html", ".txt", ".xml"))
# Legal pages exist once a language; the demo's own page is not part of the site.
SPEAK_FOR_THEMSELVES = ("contests/legal/", "demo/", "contests/robots.txt", "contests/sitemap.xml")


def names(paths: list[Path]) -> list[str]:
    return [str(path.relative_to(TEMPLATES)) for path in paths]


def commands(group: click.Command, path: str = "campaign") -> list[str]:
    """Return all commands as they are typed, those of Flask-Migrate left to its own manual."""
    if not isinstance(group, click.Group) or path == "campaign db":
        return [path] if path != "campaign db" else ["campaign db upgrade"]
    return [name for key, one in group.commands.items() if not one.hidden for name in commands(one, f"{path} {key}")]


def test_every_command_is_in_the_readme() -> None:
    """A command counts as named when its line says it whole, or names its group and, behind it, the word itself."""
    lines = README.splitlines()
    missing = []
    for command in commands(main):
        group, _, word = command.rpartition(" ")
        behind = re.compile(rf"`{re.escape(group)} .*`(?:[a-z-]+ )*{re.escape(word)}`") if " " in group else None
        if not any(f"`{command}`" in line or (behind and behind.search(line)) for line in lines):
            missing.append(command)
    assert missing == []


def test_the_readme_names_no_command_that_there_is_not() -> None:
    known = set(commands(main)) | {command.rpartition(" ")[0] for command in commands(main)}
    named = re.findall(r"`(campaign(?: [a-z-]+)+)[^`]*`", README)
    assert [name for name in named if name not in known] == []


def test_every_key_of_the_configuration_is_in_the_readme() -> None:
    keys = [f"{name}.{key}" for name, section in SECTIONS.items() for key in section.model_fields]
    assert [key for key in keys if f"`{key}`" not in README] == []
    named = re.findall(rf"`((?:{'|'.join(SECTIONS)})\.[a-z_]+)`", README)
    assert [name for name in named if name not in keys] == []


@pytest.fixture
def values(app: Flask) -> Iterator[dict[str, object]]:
    """What the places of the addresses are filled with, in the middle of the vote."""
    with time_machine.travel(NOW, tick=False):
        entry = make_entry(picture=True)
        name = db.session.scalars(sa.select(Derivative.name).limit(1)).one()
        ballot = cast(entry.number)
        ballot.confirmed_at, ballot.receipt_code = NOW, new_receipt_code()
        entered()
        db.session.scalars(sa.select(Upload)).one().code = ballot.receipt_code
        reported(entry).code = ballot.receipt_code
        asked(entry.number, ballot.receipt_code)
        db.session.commit()
        yield {
            "number": entry.number,
            "name": name,
            "code": ballot.receipt_code,
            "slug": "erfurt",
            "filename": "css/base.css",
            "lang": "en",
            "what": "standings",
            "form": "csv",
            "attempt": new_secret(),
            "batch": "0" * 32,
        }


@pytest.fixture
def browser(app: Flask, values: dict[str, object]) -> FlaskClient:
    """A browser without a session."""
    db.session.remove()
    return app.test_client()


def pages(app: Flask, values: dict[str, object], *, public: bool) -> list[tuple[Rule, str]]:
    """Return all addresses that answer GET, of the public pages or of the others."""
    rules = [rule for rule in app.url_map.iter_rules() if "GET" in (rule.methods or ())]
    chosen = [rule for rule in rules if (rule_of(app, rule.endpoint) == PUBLIC) is public]
    return [(rule, _path(rule, values)) for rule in chosen]


def _path(rule: Rule, values: dict[str, object]) -> str:
    built = rule.build({name: values[name] for name in rule.arguments})
    assert built is not None, rule.rule
    return built[1]


def without_tokens(answer: TestResponse) -> bytes:
    """Return a page without the token, or the challenge, that a form is given each time it is shown."""
    return re.sub(rb"(?<=[\"/])([A-Za-z0-9_-]{22}|[0-9a-f]{32}|[0-9a-f]{64})(?=\")", b"", answer.data)


def vary(answer: TestResponse) -> set[str]:
    return {word.strip().lower() for line in answer.headers.getlist("Vary") for word in line.split(",")}


@ON_SQLITE
def test_public_pages_set_no_cookie_and_do_not_depend_on_one(
    app: Flask, browser: FlaskClient, values: dict[str, object]
) -> None:
    # The way to the log-in of the staff has a session and a token; everything else that is public has neither.
    seen = [(rule, path) for rule, path in pages(app, values, public=True) if not is_entrance(app, rule.endpoint)]
    languages = {path.startswith("/en") for _, path in seen}
    assert languages == {True, False}
    for _, path in seen:
        for headers in ({}, {"Cookie": "staff=abc; session=abc"}):
            answer = browser.get(path, headers=headers, buffered=True)
            assert (path, answer.headers.getlist("Set-Cookie")) == (path, [])
            assert (path, "cookie" in vary(answer)) == (path, False)


@ON_SQLITE
def test_public_pages_answer(app: Flask, browser: FlaskClient, values: dict[str, object]) -> None:
    """All but those that ask for a request that there is not, and the webhook while none is configured."""
    answers = {path: browser.get(path, buffered=True).status_code for _, path in pages(app, values, public=True)}
    assert {path: status for path, status in answers.items() if status != 200} == {
        "/abstimmen/bestaetigen": 404,
        "/en/abstimmen/bestaetigen": 404,
        "/abstimmen/keine-mails": 404,
        "/en/abstimmen/keine-mails": 404,
        "/mitmachen/bestaetigen": 404,
        "/en/mitmachen/bestaetigen": 404,
        f"/transparenz/{values['name']}": 404,
        "/webhooks/instagram": 404,
        "/anmelden/passwort": 410,
    }


@ON_SQLITE
def test_staff_see_public_pages_as_everybody_does(app: Flask, browser: FlaskClient, values: dict[str, object]) -> None:
    staff = logged_in(app, RoleName.ADMIN).client
    for rule, path in pages(app, values, public=True):
        if is_entrance(app, rule.endpoint):
            continue
        answer = staff.get(path, buffered=True)
        assert (path, answer.headers.getlist("Set-Cookie")) == (path, [])
        everybody = browser.get(path, buffered=True)
        assert (path, without_tokens(answer) == without_tokens(everybody)) == (path, True)


@ON_SQLITE
def test_every_answer_carries_the_security_headers(app: Flask, browser: FlaskClient, values: dict[str, object]) -> None:
    paths = [path for public in (True, False) for _, path in pages(app, values, public=public)]
    staff = logged_in(app, RoleName.ADMIN).client
    answers = [client.get(path, buffered=True) for path in paths for client in (browser, staff)]
    answers += [browser.post(path, buffered=True) for path in paths]
    answers += [
        browser.get(path, buffered=True)
        for path in ("/nirgends", "/en/nowhere", "/static/no.css", "/api/v1/none", "/bild/0")
    ]
    answers.append(browser.get("/", headers={"If-None-Match": browser.get("/").headers["ETag"]}))
    assert {answer.status_code for answer in answers} >= {200, 302, 304, 404, 405}
    for answer in answers:
        policy, sniffing = (answer.headers.get(name) for name in ("Content-Security-Policy", "X-Content-Type-Options"))
        assert (answer.request.path, policy, sniffing) == (answer.request.path, CONTENT_SECURITY_POLICY, "nosniff")


def test_the_policy_lets_nothing_inline_and_nobody_else_in() -> None:
    parts = dict(part.split(" ", 1) for part in CONTENT_SECURITY_POLICY.split("; "))
    assert set(parts.values()) == {"'none'", "'self'"}
    assert parts["default-src"] == "'none'"


@pytest.mark.parametrize("name", names(ALL_TEMPLATES))
def test_templates_hold_nothing_inline_and_load_from_no_other_host(name: str) -> None:
    # Mail programs know no stylesheets; the policy of the site does not hold there.
    may_have_style = name.startswith("mail/")
    assert [one for one in faults(TEMPLATES / name) if not (may_have_style and one.startswith("style on"))] == []


@pytest.mark.parametrize("name", [name for name in names(ALL_TEMPLATES) if not name.startswith(SPEAK_FOR_THEMSELVES)])
def test_every_word_of_a_template_can_be_translated(name: str) -> None:
    assert untranslated(TEMPLATES / name) == []


@pytest.mark.parametrize("kind", ["css", "js"])
def test_stylesheets_and_scripts_load_from_no_other_host(kind: str) -> None:
    loading = re.compile(r"""(?:url\(|@import|import|from|fetch\(|src\s*=)\s*["']?\s*(?:https?:)?//""")
    paths = sorted((STATIC / kind).rglob(f"*.{kind}"))
    assert paths
    assert [path.name for path in paths if loading.search(path.read_text(encoding="utf-8"))] == []


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ("<p>Schöne Grüße</p>", ["Schöne Grüße"]),
        ("<p>{{ _('Schöne Grüße') }} {{ name }}</p>", []),
        ("<p>{% trans %}Schöne Grüße{% endtrans %}</p>", []),
        ("<img alt='Brücke'>", ["Brücke"]),
        ("<p title=\"{{ _('Brücke') }}\">{{ count }}: {{ size|round(2) }} km</p>", ["\ufffd: \ufffd km"]),
        ("{{ button('Weiter') }}{{ button(_('Weiter'), kind='second') }}", ["Weiter"]),
        ("<{{ tag }} class='sign'>x</{{ tag }}>{% block body %} class=\"on-ink\"{% endblock %}", []),
        ("{% from 'components/Button.html' import button %}{# Deutsch #}", []),
    ],
)
def test_the_check_finds_words_that_cannot_be_translated(tmp_path: Path, template: str, found: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(template, encoding="utf-8")
    assert untranslated(path) == found


@pytest.mark.parametrize(
    ("template", "found"),
    [
        ('<p style="color: red">x</p>', ["style on <p>"]),
        ("<style>p {}</style>", ["inline <style>"]),
        ("<script>go()</script>", ["inline <script>", "inline <script>"]),
        ('<a onclick="go()" href="https://elsewhere.example">x</a>', ["onclick on <a>"]),
        ('<img src="//elsewhere.example/a.png" alt="">', ["foreign //elsewhere.example/a.png"]),
        ('<link rel="stylesheet" href="HTTPS://elsewhere.example/a.css">', ["foreign HTTPS://elsewhere.example/a.css"]),
        ("<script src=\"{{ url_for('static', filename='a.js') }}\"></script>", []),
    ],
)
def test_the_check_finds_what_the_policy_refuses(tmp_path: Path, template: str, found: list[str]) -> None:
    path = tmp_path / "page.html"
    path.write_text(template, encoding="utf-8")
    assert faults(path) == found
