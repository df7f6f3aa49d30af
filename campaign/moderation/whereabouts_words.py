"""The words of the page that says where a picture is: message ids, each with the places that it fills."""

from __future__ import annotations

from typing import Final

from campaign.errors import N_
from campaign.moderation.pasted import Kind
from campaign.moderation.whereabouts_rules import Cause, State

# What cannot be looked up, and what to paste instead.
PROBLEMS: Final = {
    Kind.EMPTY: N_("Füg die Adresse deines Beitrags oder deinen Code ein."),
    Kind.SHARE: N_(
        "Aus diesem Teilen-Link können wir den Beitrag nicht lesen. Öffne ihn im Browser und kopiere die Adresse, "
        "die dann oben steht: Sie enthält /p/ oder /reel/."
    ),
    Kind.STORY: N_("Storys nehmen nicht teil. Füg die Adresse eines Beitrags ein: Sie enthält /p/ oder /reel/."),
    Kind.PROFILE: N_(
        "Das ist ein Profil. Öffne dort deinen Beitrag, tipp auf „Teilen“ und „Link kopieren“ und füg den Link ein."
    ),
    Kind.NUMBER: N_("Mit einer Nummer suchen wir nicht. Füg die Adresse deines Beitrags oder deinen Code ein."),
    Kind.ELSEWHERE: N_(
        "Das ist keine Adresse eines Beitrags bei Instagram und kein Code von uns. "
        "Eine Adresse sieht so aus: instagram.com/p/C8xYz12AbCd"
    ),
}

# Heading and first sentence of each answer.
STATES: Final = {
    State.SHOWN: (N_("Dein Bild hängt in der Galerie."), N_("Alle können es sehen.")),
    State.WAITING: (N_("Dein Bild ist da und wartet."), N_("Jemand aus dem Team sieht es sich noch an.")),
    State.NEEDS_STILL: (
        N_("Dein Video ist da, uns fehlt ein Standbild."),
        N_("Instagram gibt zu diesem Video kein Bild heraus. Das Team ergänzt eines, oder du reichst ein Foto ein."),
    ),
    State.NO_PERMISSION: (
        N_("Dein Bild ist freigegeben, uns fehlt nur deine Erlaubnis."),
        N_("Zeigen dürfen wir es erst, wenn du es erlaubst."),
    ),
    State.HIDDEN: (
        N_("Dein Bild ist gerade verborgen."),
        N_(
            "Der Beitrag ist auf Instagram nicht zu sehen: gelöscht, auf privat gestellt oder ohne Einbetten. Ist er "
            "wieder da, kommt das Bild innerhalb eines Tages von selbst zurück. Seine Stimmen zählen weiter."
        ),
    ),
    State.REJECTED: (N_("Dein Bild nimmt nicht teil."), N_("Das Team hat es angesehen und nicht freigegeben.")),
    State.KEPT_OUT: (N_("Dein Bild nimmt nicht teil."), N_("Das sagen die Regeln des Wettbewerbs.")),
    State.EXCLUDED: (N_("Dein Bild ist ausgeschlossen."), N_("Das Team hat es nachträglich herausgenommen.")),
    State.WITHDRAWN: (N_("Dein Bild ist zurückgezogen."), N_("Es ist auf keiner Seite mehr zu sehen.")),
    State.UNCONFIRMED: (
        N_("Dein Foto ist noch nicht bestätigt."),
        N_(
            "Gib die PIN aus unserer Mail ein. Gilt sie nicht mehr, reich das Foto noch einmal ein. Was niemand "
            "bestätigt, löschen wir 48 Stunden nach der Mail."
        ),
    ),
    State.ERASED: (
        N_("Dieses Foto gibt es nicht mehr."),
        N_("Es wurde nicht mit der PIN bestätigt oder schon zurückgezogen, darum haben wir es gelöscht."),
    ),
    State.UNKNOWN_CODE: (
        N_("Diesen Code kennen wir nicht."),
        N_("Vergleich ihn Zeichen für Zeichen mit dem in unserer Mail zu deinem Foto."),
    ),
    State.NEVER_SEEN: (N_("Diesen Beitrag haben wir nicht."), ""),
}

CAUSES: Final = {
    Cause.NOT_YET: N_("Der Wettbewerb hat noch nicht begonnen. Mitmachen können Beiträge vom %(begin)s an."),
    Cause.BEFORE_WINDOW: N_(
        "Der Beitrag ist wohl älter als der Wettbewerb. Mitmachen können Beiträge vom %(begin)s an."
    ),
    Cause.AFTER_WINDOW: N_("Der Beitrag kam wohl nach dem Ende der Sammelzeit am %(end)s."),
    Cause.TOO_NEW: N_(
        "Der Beitrag ist ganz neu, und wir sehen alle %(minutes)s Minuten nach. Schau danach noch einmal vorbei."
    ),
    Cause.NOT_LOOKED: N_(
        "Seit es diesen Beitrag gibt, konnten wir auf Instagram nicht nachsehen. Das holen wir nach: "
        "Schau morgen noch einmal vorbei."
    ),
    Cause.GAP: N_(
        "Der Beitrag ist wohl aus einer Zeit, in der wir Instagram nicht fragen konnten: vom %(gap_begin)s bis zum "
        "%(gap_end)s. Du hast nichts falsch gemacht."
    ),
    Cause.PRIVATE: N_("Das Konto ist privat. Wir sehen nur Beiträge von öffentlichen Konten."),
    Cause.HASHTAG_MISSING: N_(
        "Im Text fehlt #%(hashtag)s, oder er ist anders geschrieben. Ein Hashtag in einem Kommentar zählt nicht."
    ),
    Cause.HASHTAG_LATE: N_(
        "Der Hashtag kam erst später dazu. Beiträge, die älter als 24 Stunden sind, zeigt Instagram uns nicht mehr."
    ),
    Cause.PROTECTED_SOUND: N_("Es ist ein Video mit geschützter Musik. Solche Videos gibt Instagram nicht heraus."),
}
