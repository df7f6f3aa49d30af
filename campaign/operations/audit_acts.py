"""What the acts of the audit log are called, and who acts without an account of the staff; pure.

Whoever records a new act writes its words here; a test names what is missing.
"""

from __future__ import annotations

from typing import Final

from campaign.errors import N_

# The part of an act's name before the dot.
GROUPS: Final[dict[str, str]] = {
    "entry": N_("Bilder"),
    "claim": N_("Zurückziehen"),
    "login": N_("Anmeldungen"),
    "rights": N_("Erlaubnisse"),
    "account": N_("Konten auf Instagram"),
    "staff": N_("Team"),
    "report": N_("Meldungen"),
    "results": N_("Ergebnisse"),
    "export": N_("Dateien"),
    "intake": N_("Erfassung"),
    "erase": N_("Löschen"),
}
ACTS: Final[dict[str, str]] = {
    "entry.approve": N_("Bild freigegeben"),
    "entry.reject": N_("Bild abgelehnt"),
    "entry.set_town": N_("Ort gesetzt"),
    "entry.choose_picture": N_("Motiv gewählt"),
    "entry.add_picture": N_("Standbild hinzugefügt"),
    "entry.withdraw": N_("Bild zurückgezogen"),
    "entry.disqualify": N_("Bild ausgeschlossen"),
    "entry.undo": N_("Entscheidung rückgängig gemacht"),
    "entry.park": N_("Bild zurückgestellt"),
    "entry.reopen": N_("Bild wieder geöffnet"),
    "entry.propose_exclusion": N_("Ausschluss vorgeschlagen"),
    "entry.drop_exclusion": N_("Vorschlag zum Ausschluss verworfen"),
    "entry.set_people": N_("Erkennbare Personen eingetragen"),
    "entry.describe": N_("Bild beschrieben"),
    "entry.blur": N_("Stellen unkenntlich gemacht"),
    "entry.adopt": N_("Frühere Entscheidung ins Protokoll übernommen"),
    "entry.add": N_("Bild eingetragen"),
    "entry.confirm_gone": N_("Verschwundenen Beitrag bestätigt"),
    "entry.erase_picture": N_("Bilddateien gelöscht"),
    "claim.confirm": N_("Anspruch auf ein Bild bestätigt"),
    "claim.refuse": N_("Anspruch auf ein Bild abgelehnt"),
    "account.block": N_("Konto gesperrt"),
    "account.allow": N_("Konto von der Höchstzahl befreit"),
    "account.lift": N_("Regel für ein Konto aufgehoben"),
    "rights.request": N_("Um Erlaubnis gebeten"),
    "rights.remind": N_("An die Anfrage erinnert"),
    "rights.grant": N_("Erlaubnis erteilt"),
    "rights.decline": N_("Erlaubnis abgelehnt"),
    "rights.expire": N_("Erlaubnis abgelaufen"),
    "rights.revoke": N_("Erlaubnis widerrufen"),
    "rights.restore": N_("Erlaubnis gilt wieder"),
    "rights.handout": N_("Bilder herausgegeben"),
    "report.received": N_("Meldung eingegangen"),
    "report.taken": N_("Meldung übernommen"),
    "report.word": N_("Meldung ergänzt"),
    "report.decided": N_("Über die Meldung entschieden"),
    "report.objected": N_("Widerspruch eingelegt"),
    "report.settled": N_("Über den Widerspruch entschieden"),
    "report.erased": N_("Angaben zur Meldung gelöscht"),
    "login.start": N_("Angemeldet"),
    "login.proof": N_("Noch einmal ausgewiesen"),
    "login.end": N_("Anmeldung beendet"),
    "staff.add": N_("Konto angelegt"),
    "staff.invite": N_("Eingeladen"),
    "staff.invite_again": N_("Noch einmal eingeladen"),
    "staff.withdraw": N_("Einladung zurückgenommen"),
    "staff.accept": N_("Einladung angenommen"),
    "staff.roles": N_("Rollen geändert"),
    "staff.close": N_("Konto geschlossen"),
    "staff.reopen": N_("Konto wieder geöffnet"),
    "staff.end_sessions": N_("Alle Anmeldungen beendet"),
    "staff.password": N_("Passwort geändert"),
    "staff.app": N_("App eingerichtet"),
    "staff.passkey_add": N_("Passkey hinzugefügt"),
    "staff.passkey_remove": N_("Passkey entfernt"),
    "staff.recovery_codes": N_("Neue Wiederherstellungscodes"),
    "staff.reset_factor": N_("Zweiten Faktor zurückgesetzt"),
    "results.publish": N_("Ergebnisse veröffentlicht"),
    "export.file": N_("Datei heruntergeladen"),
    "intake.resume": N_("Angehaltene Abfragen freigegeben"),
    "erase.due": N_("Fällige Daten gelöscht"),
    "erase.files": N_("Dateien ohne Eintrag gelöscht"),
}
# People who have no account of their own.
ACTORS: Final[dict[str, str]] = {
    "command line": N_("Kommandozeile"),
    "program": N_("Programm"),
    "creator": N_("Urheberin oder Urheber"),
    "reporter": N_("Wer gemeldet hat"),
}
