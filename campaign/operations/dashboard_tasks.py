"""What somebody has to do now, in words and with the way there: the first thing on the organisers' page.

Each function looks at one thing; a room that has something open adds its own to `TASKS`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from flask import url_for
from flask_babel import format_timedelta, gettext, ngettext

from campaign.entries.lifecycle import Status
from campaign.errors import CampaignError
from campaign.operations.dashboard import Dashboard
from campaign.results import services as results
from campaign.rights.queries import Listing

# A mail leaves within seconds; one that waits so long is stuck.
STUCK: Final = timedelta(minutes=15)
A_MINUTE: Final = timedelta(minutes=1)
TOKEN_ENDS: Final = timedelta(days=14)


@dataclass(frozen=True)
class Task:
    """One thing to do: `text` says what, `link` leads there; urgent ones come first."""

    text: str
    link: str
    urgent: bool = False


Look = Callable[[Dashboard], Iterator[Task]]


def open_tasks(facts: Dashboard) -> list[Task]:
    """Return what is to be done, the urgent things first; nothing is an answer, too."""
    found = [task for look in TASKS for task in look(facts)]
    return sorted(found, key=lambda task: not task.urgent)


def _log(facts: Dashboard) -> Iterator[Task]:
    if facts.check is not None and facts.check.faults:
        text = gettext("Das Protokoll ist nicht mehr vollständig: Jemand hat in die Datenbank geschrieben.")
        yield Task(text, url_for("audit_log.index"), urgent=True)


def _intake(facts: Dashboard) -> Iterator[Task]:
    intake, link = facts.intake, url_for("intake.overview")
    if intake.stops:
        yield Task(gettext("Abfragen bei Instagram sind angehalten."), link, urgent=True)
    if intake.coverage is not None and intake.coverage.hours:
        text = gettext("Seit %(hours)s Stunden kein guter Durchgang bei Instagram.", hours=intake.coverage.hours)
        yield Task(text, link, urgent=True)
    if intake.posts.too_many:
        yield Task(gettext("Viele Beiträge fehlen auf einmal. Sieh nach, ob sie wirklich weg sind."), link)
    open_questions = len(intake.claims) + len(intake.replies) + len(intake.unclear_asks)
    if open_questions:
        text = ngettext(
            "%(num)s Beitrag auf Instagram muss sich jemand ansehen.",
            "%(num)s Beiträge auf Instagram muss sich jemand ansehen.",
            open_questions,
        )
        yield Task(text, link, urgent=bool(intake.claims))


def _token(facts: Dashboard) -> Iterator[Task]:
    state, link = facts.intake.state, url_for("intake.overview")
    if state is None or state.looked_at is None:
        return
    ends = min((one for one in (state.expires_at, state.data_access_expires_at) if one), default=None)
    if state.is_valid is False:
        yield Task(gettext("Der Zugang zu Instagram gilt nicht mehr."), link, urgent=True)
    elif ends is not None and ends - facts.now <= TOKEN_ENDS:
        days = max((ends - facts.now).days, 0)
        text = ngettext(
            "Der Zugang zu Instagram endet in %(num)s Tag.", "Der Zugang zu Instagram endet in %(num)s Tagen.", days
        )
        yield Task(text, link, urgent=True)
    if facts.intake.missing:
        yield Task(gettext("Dem Zugang zu Instagram fehlen Rechte."), link)


def _waiting(facts: Dashboard) -> Iterator[Task]:
    count = facts.counts[Status.PENDING]
    if not count:
        return
    oldest = max((town.oldest for town in facts.towns if town.oldest), default=timedelta())
    text = ngettext(
        "%(num)s Bild wartet auf eine Entscheidung, es kam %(ago)s.",
        "%(num)s Bilder warten auf eine Entscheidung, das älteste kam %(ago)s.",
        count,
        ago=ago_in_words(oldest),
    )
    yield Task(text, url_for("moderation.desk"))


def _slow(facts: Dashboard) -> Iterator[Task]:
    for name, slow in facts.slow:
        text = gettext(
            "Bilder aus %(town)s warten länger als andere: die Hälfte mindestens %(time)s, anderswo %(other)s.",
            town=name,
            time=in_words(slow.median),
            other=in_words(slow.elsewhere),
        )
        yield Task(text, url_for("moderation.entries.index", status="pending", ort=slow.town))


def _exclusions(facts: Dashboard) -> Iterator[Task]:
    if facts.proposals:
        text = ngettext(
            "%(num)s Vorschlag, ein Bild auszuschließen oder zurückzuholen, wartet auf eine zweite Person.",
            "%(num)s Vorschläge, ein Bild auszuschließen oder zurückzuholen, warten auf eine zweite Person.",
            len(facts.proposals),
        )
        yield Task(text, url_for("dashboard.overview", _anchor="vorschlaege"))


def _reports(facts: Dashboard) -> Iterator[Task]:
    if facts.reports:
        text = ngettext(
            "%(num)s Meldung eines Bildes wartet auf eine Entscheidung.",
            "%(num)s Meldungen von Bildern warten auf eine Entscheidung.",
            facts.reports,
        )
        yield Task(text, url_for("reports_staff.index"), urgent=True)


def _rights(facts: Dashboard) -> Iterator[Task]:
    due = facts.rights[Listing.DUE]
    if due:
        text = ngettext(
            "Bei %(num)s Anfrage um Erlaubnis ist eine Erinnerung fällig.",
            "Bei %(num)s Anfragen um Erlaubnis ist eine Erinnerung fällig.",
            due,
        )
        yield Task(text, url_for("moderation.rights.index", zeige=Listing.DUE.value))
    if facts.without_right:
        text = ngettext(
            "%(num)s freigegebenes Bild ist ohne Erlaubnis nicht öffentlich.",
            "%(num)s freigegebene Bilder sind ohne Erlaubnis nicht öffentlich.",
            facts.without_right,
        )
        yield Task(text, url_for("moderation.entries.index", status="approved", recht="nein"))


def _mails(facts: Dashboard) -> Iterator[Task]:
    link = url_for("dashboard.overview", _anchor="mails")
    if facts.mails.oldest is not None and facts.now - facts.mails.oldest > STUCK:
        written = ago_in_words(facts.now - facts.mails.oldest)
        text = gettext("Mails gehen nicht hinaus; die älteste wurde %(ago)s geschrieben.", ago=written)
        yield Task(text, link, urgent=True)
    if facts.mails.failed:
        text = ngettext(
            "%(num)s Mail kam in den letzten 14 Tagen nicht an.",
            "%(num)s Mails kamen in den letzten 14 Tagen nicht an.",
            facts.mails.failed,
        )
        yield Task(text, link)


def _results(facts: Dashboard) -> Iterator[Task]:
    try:
        results.check_closed(facts.contest, facts.now)
    except CampaignError:
        return
    yield Task(gettext("Die Abstimmung ist vorbei. Veröffentliche die Ergebnisse."), url_for("results_staff.overview"))


def in_words(passed: timedelta) -> str:
    """Return a span of time in words, at least a minute."""
    return str(format_timedelta(max(passed, A_MINUTE), granularity="minute", threshold=2))


def ago_in_words(passed: timedelta) -> str:
    """Return how long ago something was, in words."""
    return str(format_timedelta(-max(passed, A_MINUTE), granularity="minute", threshold=2, add_direction=True))


TASKS: Final[tuple[Look, ...]] = (
    _log,
    _reports,
    _intake,
    _token,
    _mails,
    _waiting,
    _slow,
    _exclusions,
    _rights,
    _results,
)
