"""Mails that tell something: the same sentences as plain text and as HTML, and nothing to load.

Both are made of the same blocks, so that no sentence can be missing in one of them.
"""

from __future__ import annotations

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass

from flask import render_template
from flask_babel import force_locale

from campaign.extensions import settings
from campaign.mail.message import Content, ascii_address

# RFC 5322, 2.1.1: lines should have no more than 78 characters.
LINE = 76
SUBJECT = 78


@dataclass(frozen=True)
class Block:
    """One part of a letter. `kind` is text, heading, quote (somebody's words), code, or link (`text` names it)."""

    kind: str
    text: str
    href: str = ""

    @property
    def lines(self) -> str:
        """Return the block as it stands in plain text."""
        if self.kind == "code":
            return f"    {self.text}"
        if self.kind == "heading":
            return f"{self.text}\n{'-' * min(len(self.text), LINE)}"
        if self.kind == "link":
            return f"{wrapped(self.text)}\n{self.href}"
        return wrapped(self.text, "> " if self.kind == "quote" else "")


@dataclass(frozen=True)
class Letter:
    """What a mail tells; `why` says in one sentence why the reader gets it. All of it is in the reader's language."""

    subject: str
    blocks: Sequence[Block]
    why: str


def text(sentence: str) -> Block:
    """Return a paragraph."""
    return Block("text", sentence)


def heading(words: str) -> Block:
    """Return a heading."""
    return Block("heading", words)


def quote(words: str) -> Block:
    """Return somebody's own words."""
    return Block("quote", words)


def code(value: str) -> Block:
    """Return a code on a line of its own."""
    return Block("code", value)


def link(words: str, path: str, language: str) -> Block:
    """Return a link to a page of ours, by its German path."""
    return Block("link", words, f"{site_for(language)}{path}")


def site_for(language: str) -> str:
    """Return the address of the web site in a language."""
    return settings().site.base_url + ("" if language == "de" else f"/{language}")


def content_of(letter: Letter, address: str, language: str) -> Content:
    """Return the mail; answers go to the organiser, where there is an address."""
    told = {"letter": letter, "site": site_for(language), "organiser": settings().organiser.name, "language": language}
    with force_locale(language):
        return Content(
            address,
            textwrap.shorten(letter.subject, SUBJECT, placeholder=" …"),
            render_template("mail/letter.txt", **told, wrapped=wrapped),
            render_template("mail/letter.html", **told),
            _answers_to(),
        )


def _answers_to() -> str:
    address = settings().organiser.email
    try:
        ascii_address(address)
    except ValueError:
        # What is written in the configuration must not keep the mail from leaving.
        return ""
    return address


def fitted(words: str) -> str:
    """Return a text with its long lines parted; the others stay as they are."""
    return "\n".join(line if len(line) <= LINE else wrapped(line) for line in words.split("\n"))


def wrapped(words: str, before: str = "") -> str:
    """Return a text in lines; what cannot be parted, such as an address, keeps its length."""
    form = textwrap.TextWrapper(
        LINE, initial_indent=before, subsequent_indent=before, break_long_words=False, break_on_hyphens=False
    )
    return "\n".join(form.fill(line) if line.strip() else before.strip() for line in words.splitlines())
