"""What is said to the senders of photos: message ids, each with the places that it fills."""

from __future__ import annotations

from typing import Final

from campaign.entrants.rules import Kind
from campaign.errors import N_
from campaign.moderation.reasons import Reason

SUBJECTS: Final = {
    Kind.WAITING: N_("Wir sehen uns dein Foto %(number)s noch einmal an"),
    Kind.APPROVED: N_("Dein Foto %(number)s hängt in der Galerie"),
    Kind.REJECTED: N_("Dein Foto %(number)s nimmt nicht teil"),
    Kind.DISQUALIFIED: N_("Dein Foto %(number)s ist ausgeschlossen"),
    Kind.WITHDRAWN: N_("Dein Foto %(number)s ist zurückgezogen"),
    Kind.DELETED: N_("Dein Foto %(number)s ist gelöscht"),
    Kind.NO_RIGHT: N_("Dein Foto %(number)s ist verborgen"),
    Kind.UNANSWERED: N_("Dein Foto %(number)s ist gelöscht"),
    Kind.SAID_NO: N_("Dein Foto %(number)s ist gelöscht"),
}

FIRST: Final = {
    Kind.WAITING: N_("Wir sehen uns dein Foto noch einmal an. Sobald entschieden ist, schreiben wir dir."),
    Kind.APPROVED: N_("Wir haben dein Foto angesehen und freigegeben. Alle können es sehen:"),
    Kind.REJECTED: N_("Jemand aus dem Team hat dein Foto angesehen. Es nimmt nicht teil und wird nirgends gezeigt."),
    Kind.DISQUALIFIED: N_(
        "Dein Foto ist vom Wettbewerb ausgeschlossen. Es wird nirgends mehr gezeigt, und seine Stimmen zählen nicht."
    ),
    Kind.WITHDRAWN: N_(
        "Dein Foto ist aus dem Wettbewerb genommen, weil uns der Wunsch dazu erreicht hat. Es wird nirgends mehr "
        "gezeigt."
    ),
    Kind.DELETED: N_("Du hast dein Foto zurückgezogen. Wir haben es mit allen kleineren Fassungen gelöscht."),
    Kind.UNANSWERED: N_(
        "Wir haben gefragt, ob wir dein Foto zeigen dürfen, und bis zum Ende der Frist kam keine Antwort. Deshalb "
        "nimmt es nicht teil, und wir haben es mit allen kleineren Fassungen gelöscht. Das hat ein Programm getan, "
        "kein Mensch. Soll das Foto doch teilnehmen, reich es neu ein."
    ),
    Kind.SAID_NO: N_(
        "Auf unsere Frage, ob wir dein Foto zeigen dürfen, kam ein Nein. Es nimmt nicht teil, und wir haben es mit "
        "allen kleineren Fassungen gelöscht."
    ),
    Kind.NO_RIGHT: N_("Wir zeigen dein Foto nicht, weil die Erlaubnis dafür fehlt oder nicht mehr gilt."),
}

NO_LONGER_TRUE: Final = N_("Was wir dir zuletzt zu diesem Foto geschrieben haben, gilt nicht mehr.")
REPORTED: Final = N_("Uns wurde das Foto gemeldet, und wir haben es geprüft.")
OBJECTION: Final = N_(
    "Du siehst das anders? Antworte auf diese Mail und nenn den Code, oder schreib an %(email)s. Dann sieht es sich "
    "jemand anderes an."
)
OBJECTION_WITHOUT_ADDRESS: Final = N_(
    "Du siehst das anders? Schreib uns und nenn den Code: Die Anschrift steht im Impressum."
)
OBJECTION_BY_LINK: Final = N_(
    "Du siehst das anders? Hier kannst du widersprechen, bis %(days)s Tage nach der Entscheidung. Dann entscheidet "
    "jemand anderes:"
)

# What can be done about a refusal, where something can.
REMEDIES: Final = {
    Reason.NO_TOWN: N_("Schreib uns, welcher Ort zu sehen ist und woran man ihn erkennt."),
    Reason.PEOPLE: N_(
        "Haben alle zugestimmt, die zu erkennen sind, dann schreib uns das. Sonst nimm ein Foto ohne sie."
    ),
    Reason.QUALITY: N_(
        "Hast du das Foto größer oder schärfer, zum Beispiel das Original aus der Kamera? Reich es neu ein."
    ),
    Reason.RIGHTS: N_("Hat jemand anderes das Foto gemacht, kann nur diese Person es einreichen."),
    Reason.ADVERTISING: N_("Zeig die Stadt ohne Werbung, dann kann es teilnehmen."),
}
