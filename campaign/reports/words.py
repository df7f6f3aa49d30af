"""What is said about reports: message ids for pages and mails."""

from __future__ import annotations

from typing import Final

from campaign.errors import N_
from campaign.moderation.reasons import Reason
from campaign.reports.lifecycle import Event, Ground, Kind, Outcome, Status

# As the reporter chooses.
KINDS: Final = {
    Kind.OWN_PHOTO: N_("Das ist mein Foto, und ich habe es nicht erlaubt"),
    Kind.SHOWN: N_("Ich bin darauf zu erkennen"),
    Kind.CHILD: N_("Mein Kind ist darauf zu erkennen"),
    Kind.PRIVATE_GROUND: N_("Es zeigt mein Grundstück oder meine Wohnung"),
    Kind.PERSONALITY: N_("Es verletzt jemandes Persönlichkeit"),
    Kind.COPYRIGHT: N_("Es verletzt ein Urheberrecht oder eine Marke"),
    Kind.ILLEGAL: N_("Es ist beleidigend oder verboten"),
    Kind.ABUSE: N_("Es zeigt sexuelle Gewalt gegen Kinder"),
    Kind.ADVERTISING: N_("Es ist Werbung"),
    Kind.OTHER: N_("Etwas anderes"),
}

# In few words, for lists.
LABELS: Final = {
    Kind.OWN_PHOTO: N_("eigenes Foto"),
    Kind.SHOWN: N_("selbst zu erkennen"),
    Kind.CHILD: N_("Kind zu erkennen"),
    Kind.PRIVATE_GROUND: N_("privater Grund"),
    Kind.PERSONALITY: N_("Persönlichkeitsrecht"),
    Kind.COPYRIGHT: N_("Urheberrecht oder Marke"),
    Kind.ILLEGAL: N_("beleidigend oder verboten"),
    Kind.ABUSE: N_("Gewalt gegen Kinder"),
    Kind.ADVERTISING: N_("Werbung"),
    Kind.OTHER: N_("anderes"),
}

STATES: Final = {
    Status.RECEIVED: N_("eingegangen"),
    Status.TAKEN: N_("in Prüfung"),
    Status.DECIDED: N_("entschieden"),
    Status.OBJECTED: N_("Widerspruch"),
    Status.SETTLED: N_("abschließend entschieden"),
}

EVENTS: Final = {
    Event.RECEIVED: N_("eingegangen"),
    Event.TAKEN: N_("übernommen"),
    Event.WORD: N_("ergänzt"),
    Event.DECIDED: N_("entschieden"),
    Event.OBJECTED: N_("Widerspruch eingelegt"),
    Event.SETTLED: N_("abschließend entschieden"),
    Event.ERASED: N_("Angaben zur Person gelöscht"),
}

OUTCOMES: Final = {
    Outcome.KEEP: N_("bleibt"),
    Outcome.HIDE: N_("herausgenommen"),
    Outcome.BLUR: N_("verborgen, bis es verpixelt ist"),
    Outcome.REVOKE: N_("Erlaubnis gilt nicht mehr"),
}

# What the decision is, in a sentence that both sides read.
VERDICTS: Final = {
    Outcome.KEEP: N_("Das Bild bleibt, wie es ist."),
    Outcome.HIDE: N_("Das Bild ist aus dem Wettbewerb genommen und wird nirgends mehr gezeigt."),
    Outcome.BLUR: N_("Auf dem Bild soll niemand mehr zu erkennen sein. Solange das nicht so ist, zeigen wir es nicht."),
    Outcome.REVOKE: N_("Das Bild ist verborgen, weil die Erlaubnis, es zu zeigen, nicht mehr gilt."),
}

# Art. 17 (3) (d) and (e) DSA.
GROUNDS: Final = {
    Ground.LAW: N_("Grundlage ist das Gesetz."),
    Ground.RULES: N_("Grundlage sind die Teilnahmebedingungen."),
}
# Art. 17 (3) (c), Art. 16 (6).
BY_PEOPLE: Final = N_("Das hat ein Mensch entschieden, kein Programm.")
# Art. 17 (3) (f).
REDRESS: Final = N_(
    "Du kannst dich auch an eine zugelassene Stelle für die außergerichtliche Streitbeilegung wenden oder vor Gericht "
    "gehen."
)

# The reason of an entry's own decision that fits what was reported.
FITTING: Final = {
    Kind.OWN_PHOTO: Reason.RIGHTS,
    Kind.SHOWN: Reason.PEOPLE,
    Kind.CHILD: Reason.PEOPLE,
    Kind.PRIVATE_GROUND: Reason.OTHER,
    Kind.PERSONALITY: Reason.PEOPLE,
    Kind.COPYRIGHT: Reason.RIGHTS,
    Kind.ILLEGAL: Reason.OFFENSIVE,
    Kind.ABUSE: Reason.OFFENSIVE,
    Kind.ADVERTISING: Reason.ADVERTISING,
    Kind.OTHER: Reason.OTHER,
}
