"""The mails to somebody who reported a picture: the receipt (Art. 16 (4) DSA), and the decision (Art. 16 (5))."""

from __future__ import annotations

from collections.abc import Sequence

from flask_babel import force_locale, gettext, ngettext

from campaign.errors import N_
from campaign.mail import letters
from campaign.mail.letters import Block, Letter
from campaign.mail.message import Content
from campaign.reports import words
from campaign.reports.lifecycle import Outcome, Status
from campaign.reports.models import Report
from campaign.reports.rules import OBJECTION

WHY = N_("Du bekommst diese Mail, weil mit dieser Adresse ein Bild gemeldet wurde. Warst du das nicht, antworte uns.")
PAGE = N_("Hier siehst du, wie es steht, und kannst etwas ergänzen:")


def receipt(report: Report, address: str) -> Content:
    """Return the mail that says that a report has come."""
    language, number = report.language, report.entry_number
    with force_locale(language):
        blocks = [
            letters.text(
                gettext("deine Meldung zu Bild %(number)s ist da. Jemand aus dem Team prüft sie.", number=number)
            ),
            letters.text(gettext("Wie wir entscheiden und warum, schreiben wir dir.")),
            letters.text(gettext("Der Code deiner Meldung:")),
            letters.code(report.code),
            _page(report),
        ]
        letter = Letter(gettext("Deine Meldung zu Bild %(number)s ist da", number=number), blocks, gettext(WHY))
    return letters.content_of(letter, address, language)


def decision(reports: Sequence[Report], address: str) -> Content:
    """Return the mail that tells somebody what was decided about their reports of one picture."""
    first = reports[0]
    number, outcome = first.entry_number, first.stands or Outcome.KEEP
    with force_locale(first.language):
        blocks = [
            letters.text(
                ngettext(
                    "wir haben deine Meldung zu Bild %(number)s geprüft. %(verdict)s",
                    "wir haben deine Meldungen zu Bild %(number)s geprüft. %(verdict)s",
                    len(reports),
                    number=number,
                    verdict=gettext(words.VERDICTS[outcome]),
                )
            ),
            letters.text(gettext("Die Begründung:")),
            letters.quote(first.stated_reasons),
            letters.text(" ".join(_grounds(first))),
            *_ways_on(first),
            *(_page(report) for report in reports),
        ]
        letter = Letter(gettext("Entscheidung über Bild %(number)s", number=number), blocks, gettext(WHY))
    return letters.content_of(letter, address, first.language)


def _page(report: Report) -> Block:
    return letters.link(gettext(PAGE), f"/melden/{report.code}", report.language)


def _grounds(report: Report) -> list[str]:
    ground = report.stated_ground
    return [*([gettext(words.GROUNDS[ground])] if ground else []), gettext(words.BY_PEOPLE)]


def _ways_on(report: Report) -> list[Block]:
    days, settled = OBJECTION.days, report.status is Status.SETTLED
    objection = gettext(
        "Du siehst das anders? Bis %(days)s Tage nach dieser Mail kannst du auf der Seite deiner Meldung "
        "widersprechen. Dann entscheidet jemand anderes.",
        days=days,
    )
    may = not settled and report.stands in (Outcome.KEEP, Outcome.BLUR)
    return [*([letters.text(objection)] if may else []), letters.text(gettext(words.REDRESS))]
