"""What staff copy under a post to ask for a right: the words in both languages, with the address of the page."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from campaign.contests.models import Contest
from campaign.entries.models import Entry
from campaign.extensions import settings
from campaign.rights.models import RightsGrant
from campaign.rights.question_words import words_for

PATHS: Final = {"de": "/rechte/", "en": "/en/rechte/"}


@dataclass(frozen=True)
class Letter:
    """The addresses of the page of a request, the words that ask, and those that remind, by language."""

    links: Mapping[str, str]
    texts: Mapping[str, str]
    reminders: Mapping[str, str]

    @property
    def link(self) -> str:
        """Return the address of the German page, which leads to the English one."""
        return self.links["de"]


def letter_of(asked: RightsGrant, entry: Entry, contest: Contest) -> Letter:
    """Return what to copy for a request."""
    links = {language: _link(asked, path) for language, path in PATHS.items()}

    def words(language: str, *, reminds: bool) -> str:
        account, link = entry.username, links[language]
        return words_for(asked.id, language, account=account, title=contest.title, link=link, reminds=reminds)

    return Letter(
        links,
        {language: words(language, reminds=False) for language in PATHS},
        {language: words(language, reminds=True) for language in PATHS},
    )


def _link(asked: RightsGrant, path: str) -> str:
    return f"{settings().site.base_url.rstrip('/')}{path}{asked.code}"
