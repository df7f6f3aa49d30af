"""What the rows of the audit log say in words: what changed, and how it stood before; pure."""

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
from campaign.operations.audit_acts import ACTS
from campaign.towns.gazetteer import load_gazetteer


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
    PEOPLE = enum.auto()
    USE = enum.auto()
    USES = enum.auto()
    ROLES = enum.auto()
    PROOF = enum.auto()
    WHY = enum.auto()
    OUTCOME = enum.auto()
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
    "people": (N_("Zu erkennen"), Kind.PEOPLE),
    "uses": (N_("Wofür"), Kind.USES),
    "use": (N_("Wofür"), Kind.USE),
    "until": (N_("Bis"), Kind.MOMENT),
    "for": (N_("Für wen"), Kind.TEXT),
    "outcome": (N_("Ergebnis"), Kind.OUTCOME),
    "entry": (N_("Bild"), Kind.TEXT),
    "email": (N_("Adresse"), Kind.TEXT),
    "roles": (N_("Rollen"), Kind.ROLES),
    "proof": (N_("Nachweis"), Kind.PROOF),
    "why": (N_("Warum"), Kind.WHY),
    "browser": (N_("Browser"), Kind.TEXT),
    "system": (N_("Gerät"), Kind.TEXT),
    "known_device": (N_("Bekanntes Gerät"), Kind.YES),
    "app": (N_("App"), Kind.YES),
    "passkeys": (N_("Passkeys"), Kind.COUNT),
    "name": (N_("Name"), Kind.TEXT),
    "sessions": (N_("Anmeldungen"), Kind.COUNT),
    "reports": (N_("Meldungen"), Kind.COUNT),
    "requests": (N_("Anfragen"), Kind.COUNT),
    "grants": (N_("Erlaubnisse"), Kind.COUNT),
    # How the check finds the decision; nobody reads it.
    "decision": (N_("Entscheidung"), Kind.HIDDEN),
    "digest": (N_("Prüfsumme"), Kind.HIDDEN),
    "said": (N_("Prüfsumme"), Kind.HIDDEN),
    "grant": (N_("Erlaubnis"), Kind.HIDDEN),
    "handout": (N_("Herausgabe"), Kind.HIDDEN),
    "event": (N_("Meldung"), Kind.HIDDEN),
    "wording": (N_("Fassung"), Kind.HIDDEN),
    "ground": (N_("Grundlage"), Kind.HIDDEN),
}


@dataclass(frozen=True)
class Change:
    """One value as it stood before and stands now; None where there was none or is none any more."""

    label: str
    kind: Kind
    old: Any
    new: Any


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
# Of entries, of grants and of reports.
_STATUS: Final[dict[str, str]] = {
    Status.PENDING: N_("wartet"),
    Status.APPROVED: N_("freigegeben"),
    Status.REJECTED: N_("abgelehnt"),
    Status.WITHDRAWN: N_("zurückgezogen"),
    Status.DISQUALIFIED: N_("ausgeschlossen"),
    "requested": N_("angefragt"),
    "granted": N_("erteilt"),
    "declined": N_("abgelehnt"),
    "expired": N_("abgelaufen"),
    "revoked": N_("widerrufen"),
    "received": N_("eingegangen"),
    "taken": N_("übernommen"),
    "decided": N_("entschieden"),
    "objected": N_("mit Widerspruch"),
    "settled": N_("endgültig entschieden"),
}
_PEOPLE: Final[dict[str, str]] = {
    "none": N_("niemand"),
    "incidental": N_("Beiwerk"),
    "consent": N_("mit Einwilligung"),
    "unrecognisable": N_("unkenntlich"),
}
_USES: Final[dict[str, str]] = {
    "web": N_("Internet"),
    "print": N_("Druck"),
    "press": N_("Presse"),
    "advertising": N_("Werbung"),
}
_ROLES: Final[dict[str, str]] = {
    "moderator": N_("Moderation"),
    "organiser": N_("Leitung"),
    "scrutineer": N_("Aufsicht"),
    "admin": N_("Technik"),
}
_PROOFS: Final[dict[str, str]] = {
    "code": N_("App"),
    "passkey": N_("Passkey"),
    "recovery": N_("Wiederherstellungscode"),
}
_ENDS: Final[dict[str, str]] = {
    "logout": N_("abgemeldet"),
    "idle": N_("30 Minuten nichts getan"),
    "expired": N_("nach 12 Stunden"),
    "revoked": N_("von anderswo beendet"),
    "password": N_("Passwort geändert"),
    "roles": N_("Rollen geändert"),
    "factor": N_("zweiter Faktor zurückgesetzt"),
    "closed": N_("Konto geschlossen"),
}
_OUTCOMES: Final[dict[str, str]] = {
    "keep": N_("bleibt"),
    "hide": N_("ausgeblendet"),
    "blur": N_("muss unkenntlich werden"),
    "revoke": N_("Erlaubnis widerrufen"),
}
_RULES: Final = {
    AccountKind.BLOCKED: N_("gesperrt"),
    AccountKind.ALLOWED: N_("von der Höchstzahl befreit"),
}
_WORDS: Final[dict[Kind, Callable[[Any], str]]] = {
    Kind.STATUS: lambda value: _STATUS[value],
    Kind.TOWN: _town,
    Kind.REASON: lambda value: REASONS[Reason(value)].label,
    Kind.YES: lambda value: N_("ja") if value else N_("nein"),
    Kind.RULE: lambda value: _RULES[AccountKind(value)],
    # The pictures of a grant are their names, of which only the number is of use.
    Kind.COUNT: lambda value: f"{len(value) if isinstance(value, list) else value:,}".replace(",", "."),
    Kind.ACTION: lambda value: ACTS[f"entry.{value}"],
    Kind.MOMENT: _moment,
    Kind.PEOPLE: _PEOPLE.__getitem__,
    Kind.USE: _USES.__getitem__,
    Kind.USES: lambda value: ", ".join(_USES[one] for one in value),
    Kind.ROLES: lambda value: ", ".join(_ROLES[one] for one in value),
    Kind.PROOF: _PROOFS.__getitem__,
    Kind.WHY: _ENDS.__getitem__,
    Kind.OUTCOME: _OUTCOMES.__getitem__,
}
