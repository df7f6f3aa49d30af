"""The mails to the senders of photos: one for a single photo, one for several that were decided together."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from flask_babel import force_locale, gettext

from campaign.entrants import words
from campaign.entrants.queries import Case
from campaign.entrants.rules import Kind, corrects
from campaign.extensions import settings
from campaign.mail import letters
from campaign.mail.letters import Block, Letter
from campaign.mail.message import Content
from campaign.moderation.reasons import Reason, text_for
from campaign.reports import words as report_words
from campaign.reports.rules import OBJECTION
from campaign.uploads.mails import WHY, whereabouts

REFUSALS = (Kind.REJECTED, Kind.DISQUALIFIED)


def compose(cases: Sequence[Case], address: str) -> Content:
    """Return the mail that tells somebody how their photos stand."""
    language = cases[0].upload.language
    with force_locale(language):
        subject = gettext("Neues zu deinen Fotos: %(numbers)s", numbers=_numbers(cases))
        if len(cases) == 1:
            subject = gettext(words.SUBJECTS[cases[0].standing.kind], number=cases[0].entry.number)
        blocks = [block for case in cases for block in _about(case, language)]
        blocks += _redress({case.standing.kind for case in cases if _is_refusal(case)})
        letter = Letter(subject, blocks, gettext(WHY))
    return letters.content_of(letter, address, language)


def _is_refusal(case: Case) -> bool:
    is_reported = case.standing.kind is Kind.NO_RIGHT and case.report is not None
    return case.standing.kind in (*REFUSALS, Kind.UNANSWERED) or is_reported


def _redress(refusals: Collection[Kind]) -> list[Block]:
    """Return what stands below all refusals of a mail: that people decided (unless a program did), and the courts."""
    if not refusals:
        return []
    said = [] if Kind.UNANSWERED in refusals else [gettext(report_words.BY_PEOPLE)]
    return [letters.text(" ".join([*said, gettext(report_words.REDRESS)]))]


def _numbers(cases: Sequence[Case]) -> str:
    return ", ".join(str(case.entry.number) for case in cases)


def _about(case: Case, language: str) -> list[Block]:
    blocks = [letters.heading(_title(case))]
    if corrects(case.standing, case.told):
        blocks.append(letters.text(gettext(words.NO_LONGER_TRUE)))
    kind = case.standing.kind
    if kind is Kind.UNANSWERED:
        return [*blocks, letters.text(gettext(words.FIRST[kind])), *_objection(case, language)]
    if _is_refusal(case):
        return blocks + _refusal(case, language)
    first = gettext(words.FIRST[kind])
    if kind is Kind.APPROVED:
        return blocks + _shown(case, first, language)
    if kind in (Kind.DELETED, Kind.SAID_NO):
        return [*blocks, letters.text(first)]
    return [*blocks, letters.text(first), *whereabouts(case.upload.code, language)]


def _title(case: Case) -> str:
    town = case.entry.town
    number = case.entry.number
    return (
        gettext("Foto %(number)s aus %(town)s", number=number, town=town.name)
        if town
        else gettext("Foto %(number)s", number=number)
    )


def _shown(case: Case, first: str, language: str) -> list[Block]:
    if not case.is_public:
        return [letters.text(gettext("Wir haben dein Foto freigegeben.")), *whereabouts(case.upload.code, language)]
    share = gettext("Zum Weiterzeigen genügt diese Adresse: Schick sie herum oder häng sie in deine Story.")
    return [
        letters.link(first, f"/bild/{case.entry.number}", language),
        letters.text(share),
        *whereabouts(case.upload.code, language),
    ]


def _refusal(case: Case, language: str) -> list[Block]:
    blocks = [letters.text(gettext(words.REPORTED))] if case.report else []
    blocks.append(letters.text(gettext(words.FIRST[case.standing.kind])))
    reason = Reason(case.decision.reason) if case.decision and case.decision.reason else None
    if reason:
        blocks += [letters.text(gettext("Der Grund:")), letters.quote(text_for(reason, language))]
    said = case.report.stated_reasons if case.report else case.decision.text if case.decision else None
    if said:
        blocks += [letters.text(gettext("Dazu schreibt das Team:")), letters.quote(said)]
    if case.report and case.report.stated_ground:
        blocks.append(letters.text(gettext(report_words.GROUNDS[case.report.stated_ground])))
    if reason in words.REMEDIES and not case.report:
        blocks.append(letters.text(gettext(words.REMEDIES[reason])))
    return blocks + _objection(case, language)


def _objection(case: Case, language: str) -> list[Block]:
    if case.report and case.report.creator_code:
        by_link = gettext(words.OBJECTION_BY_LINK, days=OBJECTION.days)
        return [letters.link(by_link, f"/melden/{case.report.creator_code}", language)]
    email = settings().organiser.email
    by_mail = gettext(words.OBJECTION, email=email) if email else gettext(words.OBJECTION_WITHOUT_ADDRESS)
    return [letters.text(by_mail), letters.code(case.upload.code)]
