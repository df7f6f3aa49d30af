"""The words to copy under a post: several, written by hand, because the same comment again is taken for spam."""

from __future__ import annotations

from typing import Final

# %(name)s stands before the rest, empty where we do not know the account.
QUESTIONS: Final = {
    "de": (
        "Hallo%(name)s, was für ein schöner Blick! Dürfen wir dein Foto beim Wettbewerb „%(title)s“ zeigen?"
        " Hier steht, worum es geht, und du kannst Ja oder Nein sagen: %(link)s",
        "Dieses Bild gefällt uns sehr%(name)s. Wir würden es gern bei „%(title)s“ dabeihaben, aber nur, wenn du"
        " einverstanden bist. Antworten kannst du hier: %(link)s",
        "Guten Tag%(name)s, wir sammeln die schönsten Blicke der Thüringer Städte. Deiner gehört dazu, finden wir."
        " Erlaubst du uns, ihn zu zeigen? Alles Weitere: %(link)s",
        "So schön kann unsere Stadt sein%(name)s. Für „%(title)s“ fehlt uns nur noch dein Ja zu diesem Foto."
        " Lies bitte hier nach und entscheide selbst: %(link)s",
        "Hallo%(name)s, danke für dieses Foto. Bevor wir es im Wettbewerb zeigen, fragen wir dich: Ist dir das recht?"
        " Ein Klick genügt, ohne Konto: %(link)s",
        "Wir haben dein Foto entdeckt%(name)s und möchten es gern zur Wahl stellen, mit deinem Namen darunter."
        " Ob du das willst, sagst du uns hier: %(link)s",
    ),
    "en": (
        "Hello%(name)s, what a lovely view. May we show your photo in the contest “%(title)s”?"
        " Here is what it is about, and you can say yes or no: %(link)s",
        "We like this picture a lot%(name)s. We would love to have it in “%(title)s”, but only if you agree."
        " You can answer here: %(link)s",
        "Good day%(name)s, we are collecting the finest views of the towns of Thuringia, and yours is one of them."
        " Will you allow us to show it? More about it: %(link)s",
        "This is how beautiful our town can be%(name)s. For “%(title)s” all we need is your yes to this photo."
        " Please read about it here and decide: %(link)s",
        "Hello%(name)s, thank you for this photo. Before we show it in the contest we would like to ask you."
        " One click is enough, no account needed: %(link)s",
        "We came across your photo%(name)s and would like people to be able to vote for it, with your name below."
        " Tell us here whether you want that: %(link)s",
    ),
}
REMINDERS: Final = {
    "de": (
        "Hallo%(name)s, wir fragen noch einmal nach: Dürfen wir dein Foto bei „%(title)s“ zeigen? Ein Nein ist auch"
        " in Ordnung: %(link)s",
        "Kurz erinnert%(name)s: Ohne deine Antwort nehmen wir das Foto nicht in den Wettbewerb auf. Hier geht es zur"
        " Frage: %(link)s",
        "Vielleicht ist unsere Frage untergegangen%(name)s. Möchtest du mit diesem Blick dabei sein? %(link)s",
    ),
    "en": (
        "Hello%(name)s, we are asking once more: may we show your photo in “%(title)s”? A no is fine, too: %(link)s",
        "A short reminder%(name)s: without your answer we leave the photo out of the contest. The question is here:"
        " %(link)s",
        "Perhaps our question got lost%(name)s. Would you like to take part with this view? %(link)s",
    ),
}


def words_for(number: int, language: str, *, account: str | None, title: str, link: str, reminds: bool = False) -> str:
    """Return the words for the request of a number: neighbours differ, the same one reads the same again."""
    variants = (REMINDERS if reminds else QUESTIONS)[language]
    name = f" @{account}" if account else ""
    return variants[number % len(variants)] % {"name": name, "title": title, "link": link}
