"""The question for the right to show a photo, as a comment, and what an answer to it means; pure."""

from __future__ import annotations

import enum
import re
import unicodedata
from collections.abc import Collection
from datetime import datetime, timedelta

HOUR = timedelta(hours=1)

_GREETINGS = (
    "Hallo @{person}, danke fürs Mitmachen!",
    "@{person}, schön, dass du dabei bist!",
    "Hallo @{person}, dein Blick auf die Stadt gefällt uns.",
    "@{person}, vielen Dank für deinen Blick!",
    "Lieben Dank, @{person}!",
)
_QUESTIONS = (
    "Dürfen wir dein Foto im Wettbewerb zeigen (Bild {number})?",
    "Dürfen wir dein Foto als Bild {number} auf der Website des Wettbewerbs zeigen?",
    "Erlaubst du uns, dein Foto im Wettbewerb zu zeigen? Es ist das Bild {number}.",
)
_ANSWERS = (
    "Was du damit erlaubst, steht unter {rules}. Antworte hier mit „@{us} #ja“ oder „@{us} #nein“.",
    "Schreib hier „@{us} #ja“ oder „@{us} #nein“. Was ein Ja bedeutet, liest du unter {rules}.",
)
_ENGLISH = (
    "May we show your photo in the contest (no. {number})? Reply here “@{us} #yes” or “@{us} #no”.",
    "English: may photo {number} take part? Please comment “@{us} #yes” or “@{us} #no”.",
)

_WORDS = {"ja": "yes", "yes": "yes", "nein": "no", "no": "no"}
# Instagram takes "#ja#blick" for two hashtags, and what follows a letter or a slash for none.
_HASHTAGS = re.compile(r"(?<![\w&/])(?:#\w+)+")
_ACCOUNT = re.compile(r"[a-z0-9._]{1,30}")
_MENTIONS = re.compile(r"@[\w.]+")
# What people put around a yes without taking anything of it back. Every other word may be a condition or a question.
_AROUND_A_YES = re.compile(
    r"absolut|absolutely|alles|auf|beste|besten|bitte|cool|course|dank|danke|dankeschön|dankesehr|"
    r"das|definitely|dürft|einverstanden|euch|fall|freu|freue|freut|gern|gerne|gladly|gruss|grüsse|"
    r"guys|hallo|hello|herzen|herzlich|herzliche|herzlichen|hey|hi|ich|ihr|ja|jap|jawohl|jeden|jo|"
    r"klar|könnt|lg|liebe|lieben|lieber|mach|machen|macht|many|merci|mich|moin|much|na|naklar|"
    r"natürlich|of|oh|ok|okay|oki|perfekt|please|pleasure|prima|sehr|selbstverständlich|servus|so|"
    r"super|sure|team|thank|thanks|thx|toll|unbedingt|very|vg|viel|viele|vielen|von|wow|wunderbar|"
    r"yeah|yep|yes|you"
)
# Instead of a word: a question, a doubt, a no.
_DOUBTS = frozenset("?❓❔🤔🤨🙄😕👎🚫🛑⛔❌🙅")
_HEART = re.compile(r"<3+")
_NEGATED = re.compile(r"\b(?:nicht|kein(?:e[nmrs]?)?|nie|not|never|don'?t)\W+#(?:ja|yes|nein|no)\b")


class Answer(enum.StrEnum):
    """What a comment says to the question; unclear decides nothing."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


def write_question(number: int, person: str, us: str, rules: str) -> str:
    """Return the comment that asks a person about an entry: German, and English in a second line.

    `person` and `us` are account names without `@`, `rules` the address of the conditions. No two entries get the
    same words: Instagram refuses those (Meta, Error Codes, 506).
    """
    greeting, question = _GREETINGS[number % len(_GREETINGS)], _QUESTIONS[number % len(_QUESTIONS)]
    answers, english = _ANSWERS[number // 5 % len(_ANSWERS)], _ENGLISH[number % len(_ENGLISH)]
    text = f"{greeting} {question} {answers}\n{english}"
    return text.format(number=number, person=person, us=us, rules=rules)


def read_answer(text: str, us: str = "") -> Answer:
    """Return what a comment says: it must hold the hashtag #ja or #yes, or else #nein or #no, as a whole word.

    Both at once say nothing, and neither does a hashtag that a "nicht" or "not" stands before. A yes may stand among
    mentions, hashtags, thanks, greetings and emoji only: with any other word it may be a question or a condition. A no
    counts in any words, because not to show a photo is the safe side. `us` is our account, whose `@` some answers lack.
    """
    plain = unicodedata.normalize("NFKC", text).casefold()
    tags = {tag for chain in _HASHTAGS.findall(plain) for tag in chain.split("#")}
    said = {_WORDS[tag] for tag in tags if tag in _WORDS}
    if len(said) != 1 or _NEGATED.search(plain):
        return Answer.UNCLEAR
    answer = Answer(said.pop())
    return answer if answer is Answer.NO or _is_plain(plain, us.casefold()) else Answer.UNCLEAR


def _is_plain(text: str, us: str) -> bool:
    rest = _HEART.sub(" ", _MENTIONS.sub(" ", _HASHTAGS.sub(" ", text)))
    rest = re.sub(rf"(?<![\w.]){re.escape(us)}(?!\w)", " ", rest) if us else rest
    # A figure or the sign of a currency is no decoration.
    signs = any(char in _DOUBTS or unicodedata.category(char) in ("Sc", "Sm") for char in rest)
    return not signs and all(_AROUND_A_YES.fullmatch(word) for word in re.findall(r"\w+", rest))


def is_by_creator(commenter: str, owner: str | None, creator: Collection[str]) -> bool:
    """Return whether the account of a post wrote a comment under it.

    `creator` are the names under which we know the account, `owner` is the one that Instagram named when the comment
    came, where it was asked: that one decides.
    """
    name = commenter.casefold()
    return name == owner.casefold() if owner else name in {one.casefold() for one in creator}


def is_account(name: str) -> bool:
    """Return whether a casefolded name can be an Instagram account: only such a one is ever written to."""
    return bool(_ACCOUNT.fullmatch(name))


def may_ask(asked: Collection[datetime], now: datetime, per_hour: int) -> bool:
    """Return whether another question may go out: so many within any hour, and spread over it.

    `asked` are the moments of all questions of the last hour, or of more. A clock that was set back waits.
    """
    recent = [moment for moment in asked if moment > now - HOUR]
    return len(recent) < per_hour and all(now - moment >= HOUR / per_hour for moment in recent)
