"""What the rows of the audit log say in words: acts, their groups, and what changed; pure.

Whoever records a new act writes its words here; a test names what is missing.
"""

from __future__ import annotations

import enum
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from campaign.clock import to_berlin
from campaign.entries.admission import AccountKind
from campaign.entries.lifecycle import Status
from campaign.errors import N_
from campaign.moderation.reasons import REASONS, Reason
from campaign.towns.gazetteer import load_gazetteer

# The part of an act's name before the dot.
GROUPS: Final[dict[str, str]] = {
    "entry": N_("Bilder"),
    "claim": N_("Zurückziehen"),
    "rights": N_("Erlaubnisse"),
    "account": N_("Konten auf Instagram"),
    "staff": N_("Team und Anmeldung"),
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
}


class Kind(enum.Enum):
    """How a value is put into words."""

    TEXT = enum.auto()
    COUNT = enum.auto()
    YES = enum.auto()
    STATUS = enum.auto()
    TOWN = enum.auto()
    REASON = enum.auto()
    RULE = enum.auto()
    ACTION = enum.auto()
    MOMENT = enum.auto()
    HIDDEN = enum.auto()


FIELDS: Final[dict[str, tuple[str, Kind]]] = {
    "status": (N_("Status"), Kind.STATUS),
    "town": (N_("Ort"), Kind.TOWN),
    "reason": (N_("Grund"), Kind.REASON),
    "rule": (N_("Regel"), Kind.RULE),
    "moved": (N_("Bewegte Bilder"), Kind.COUNT),
    "has_picture": (N_("Bild dabei"), Kind.YES),
    "hidden": (N_("Verborgen"), Kind.YES),
    "sha256": (N_("Prüfsumme"), Kind.TEXT),
    "bytes": (N_("Größe in Byte"), Kind.COUNT),
    "lifted": (N_("Aufgehobene Sperren"), Kind.COUNT),
    "ballots": (N_("Stimmzettel"), Kind.COUNT),
    "addresses": (N_("Adressen"), Kind.COUNT),
    "pictures": (N_("Bilder"), Kind.COUNT),
    "uploads": (N_("Hochgeladenes"), Kind.COUNT),
    "mentions": (N_("Kommentare und Erwähnungen"), Kind.COUNT),
    "files": (N_("Dateien"), Kind.COUNT),
    "action": (N_("Entscheidung"), Kind.ACTION),
    "by": (N_("Von"), Kind.TEXT),
    "decided_at": (N_("Entschieden"), Kind.MOMENT),
    # How the check finds the decision; nobody reads it.
    "decision": (N_("Entscheidung"), Kind.HIDDEN),
    "digest": (N_("Prüfsumme"), Kind.HIDDEN),
}


@dataclass(frozen=True)
class Change:
    """One value as it stood before and stands now; None where there was none or is none any more."""

    label: str
    kind: Kind
    old: Any
    new: Any


def group_of(act: str) -> str:
    """Return the group of an act: the part of its name before the dot."""
    return act.partition(".")[0]


def read_values(text: object) -> Mapping[str, Any]:
    """Return the values that a row holds as JSON; none where they cannot be read."""
    try:
        found = json.loads(text) if isinstance(text, str) else {}
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def changes(before: Mapping[str, Any], after: Mapping[str, Any]) -> list[Change]:
    """Return what an act changed or noted, in the order of the fields above; what stayed as it was is left out."""
    names = [*FIELDS, *sorted({*before, *after} - set(FIELDS))]
    found = [(name, before.get(name), after.get(name)) for name in names]
    described = [(*FIELDS.get(name, (name, Kind.TEXT)), old, new) for name, old, new in found if old != new]
    return [Change(*one) for one in described if one[1] is not Kind.HIDDEN]


def in_words(value: Any, kind: Kind) -> str:
    """Return a value in words (a message id where they can be translated); as it is where it has none."""
    if value is None:
        return NOTHING
    try:
        return _WORDS.get(kind, str)(value)
    except (KeyError, ValueError, TypeError):
        # From another version of the program, or written past it.
        return str(value)


def _town(ags: str) -> str:
    found = load_gazetteer().get(ags)
    return found.name if found else ags


def _moment(text: str) -> str:
    return to_berlin(datetime.fromisoformat(text)).strftime("%d.%m.%Y %H:%M")


NOTHING: Final = N_("nichts")
_STATUS: Final = {
    Status.PENDING: N_("wartet"),
    Status.APPROVED: N_("freigegeben"),
    Status.REJECTED: N_("abgelehnt"),
    Status.WITHDRAWN: N_("zurückgezogen"),
    Status.DISQUALIFIED: N_("ausgeschlossen"),
}
_RULES: Final = {
    AccountKind.BLOCKED: N_("gesperrt"),
    AccountKind.ALLOWED: N_("von der Höchstzahl befreit"),
}
_WORDS: Final[dict[Kind, Callable[[Any], str]]] = {
    Kind.STATUS: lambda value: _STATUS[Status(value)],
    Kind.TOWN: _town,
    Kind.REASON: lambda value: REASONS[Reason(value)].label,
    Kind.YES: lambda value: N_("ja") if value else N_("nein"),
    Kind.RULE: lambda value: _RULES[AccountKind(value)],
    Kind.COUNT: lambda value: f"{value:,}".replace(",", "."),
    Kind.ACTION: lambda value: ACTS[f"entry.{value}"],
    Kind.MOMENT: _moment,
}
