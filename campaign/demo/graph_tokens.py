"""Access tokens of the simulated Graph API: what each may do, until when, and how it is renewed."""

import hmac
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from threading import Lock
from typing import Any
from zoneinfo import ZoneInfo

from flask import Request

from campaign.demo.graph_errors import GraphError, bad_parameter, bad_token

SCOPES = (
    "instagram_basic",
    "instagram_manage_comments",
    "pages_manage_metadata",
    "pages_read_engagement",
    "pages_show_list",
)
LONG_LIFE = timedelta(seconds=5183944)
PROOF_LIFE = timedelta(minutes=5)
TYPES = ("USER", "PAGE", "SYSTEM_USER")
_WISHES = frozenset(
    ("token", "type", "issued_at", "expires_at", "data_access_expires_at", "scopes", "is_valid", "subcode")
)
_PACIFIC = ZoneInfo("America/Los_Angeles")
_DEAD = {
    458: "The user has not authorized application {app_id}.",
    459: "You cannot access the app till you log in to www.facebook.com and follow the instructions given.",
    460: "The session has been invalidated because the user changed their password or Facebook has changed the"
    " session for security reasons.",
    464: "Sessions for the user are not allowed because the user is not a confirmed user.",
    467: "The session is invalid because the user logged out.",
    492: "The user must be an administrator, editor, or moderator of the page in order to impersonate it.",
}


@dataclass(frozen=True)
class Token:
    """A token and its facts; a time that is None never comes, `subcode` says why a token is not valid."""

    value: str
    issued_at: datetime
    type: str = "USER"
    expires_at: datetime | None = None
    data_access_expires_at: datetime | None = None
    scopes: tuple[str, ...] = SCOPES
    is_valid: bool = True
    subcode: int | None = None

    def described(self) -> dict[str, Any]:
        """Return the facts as JSON for the control page, without the token itself."""
        facts = {name: value for name, value in asdict(self).items() if name != "value"}
        return {name: value.isoformat() if isinstance(value, datetime) else value for name, value in facts.items()}

    def problem(self, now: datetime) -> tuple[str, int | None] | None:
        """Return message and subcode of the error 190 that the token gets now, or None while it is alive."""
        begin = "Error validating access token: "
        if not self.is_valid:
            return begin + _DEAD.get(self.subcode or 0, "The session is invalid."), self.subcode
        if self.expires_at is not None and self.expires_at <= now:
            times = f"{_pacific(self.expires_at)}. The current time is {_pacific(now)}."
            return f"{begin}Session has expired on {times}", 463
        return None


class TokenDesk:
    """The tokens that the API knows; several live side by side."""

    def __init__(self, value: str, now: datetime, app_id: str, app_secret: str | None, *, require_proof: bool) -> None:
        self.app_id, self._secret, self._require_proof = app_id, app_secret, require_proof
        self.first, self._made = value, 0
        ends, access_ends = now + timedelta(days=50), now + timedelta(days=80)
        issued = now - timedelta(days=10)
        self._tokens = {value: Token(value, issued, expires_at=ends, data_access_expires_at=access_ends)}
        self._lock = Lock()

    def require(self, asked: Request, now: datetime, *, app_is_enough: bool = False) -> Token:
        """Return the token of a request; raises error 190 for none or a dead one, 100 for a wrong proof."""
        value = token_in(asked)
        if app_is_enough and self._is_app(value):
            return Token(value, now, type="APP")
        token = self.find(value)
        if token is None:
            raise bad_token()
        if problem := token.problem(now):
            message, subcode = problem
            raise GraphError(message.format(app_id=self.app_id), 190, subcode)
        self._check_proof(asked, value, now)
        return token

    def find(self, value: str) -> Token | None:
        """Return the facts of a token, or None for an unknown one."""
        with self._lock:
            return self._tokens.get(value)

    def set(self, wish: Mapping[str, Any], now: datetime) -> Token:
        """Change a token or make one known; raises ValueError when the wish cannot be read.

        Keys, all optional: token (else the first one), type, issued_at, expires_at and data_access_expires_at (ISO
        8601, or None for never), scopes, is_valid, subcode (458, 459, 460, 463, 464, 467, 492).
        """
        if set(wish) - _WISHES or wish.get("type", "USER") not in TYPES:
            raise ValueError(f"The keys are {', '.join(sorted(_WISHES))}; type is one of {', '.join(TYPES)}.")
        value = wish.get("token") or self.first
        token = self.find(value) or Token(value, now)
        changes = {name: _read(name, wish[name]) for name in wish if name != "token"}
        return self._keep(replace(token, **changes))

    def exchange(self, query: Mapping[str, str], now: datetime) -> dict[str, Any]:
        """Return the answer to `fb_exchange_token`: a new token; the old one lives on to its own date.

        Raises GraphError 101 or 1 for a wrong app or secret, 190 for a token that is dead.
        """
        if query.get("grant_type") != "fb_exchange_token":
            raise bad_parameter("Invalid grant_type")
        if query.get("client_id") != self.app_id:
            raise GraphError("Error validating application. Cannot get application info due to a system error.", 101)
        if self._secret is None or not hmac.compare_digest(self._secret, query.get("client_secret", "")):
            raise GraphError("Error validating client secret.", 1)
        old = self.find(query.get("fb_exchange_token", ""))
        if old is None:
            raise bad_token()
        if problem := old.problem(now):
            raise GraphError(problem[0].format(app_id=self.app_id), 190, problem[1])
        return self._renewed(old, query.get("set_token_expires_in_60_days") == "true", now)

    def _renewed(self, old: Token, sixty_days: bool, now: datetime) -> dict[str, Any]:
        ends = old.type == "USER" or sixty_days
        self._made += 1
        value = "new-" + sha256(f"{old.value} {self._made}".encode()).hexdigest()
        self._keep(replace(old, value=value, issued_at=now, expires_at=now + LONG_LIFE if ends else None))
        life = {"expires_in": int(LONG_LIFE.total_seconds())} if ends else {}
        return {"access_token": value, "token_type": "bearer"} | life

    def describe(self, value: str, now: datetime) -> dict[str, Any]:
        """Return the `data` of `debug_token` for a token, dead or alive."""
        token = self.find(value)
        shared = {"app_id": self.app_id, "type": token.type if token else "USER", "application": "Der schönste Blick"}
        if token is None:
            error = {"code": 190, "message": "Invalid OAuth access token.", "subcode": 463}
            return shared | {"error": error, "is_valid": False, "scopes": []}
        body: dict[str, Any] = shared | {
            "data_access_expires_at": _seconds(token.data_access_expires_at),
            "expires_at": _seconds(token.expires_at),
            "is_valid": True,
            "issued_at": _seconds(token.issued_at),
            "scopes": list(token.scopes),
            "granular_scopes": [{"scope": scope} for scope in token.scopes],
            "user_id": "122093456789012345",
        }
        if problem := token.problem(now):
            error = {"code": 190, "message": problem[0].format(app_id=self.app_id)}
            error |= {"subcode": problem[1]} if problem[1] else {}
            body |= {"error": error, "is_valid": False}
        return body

    def _keep(self, token: Token) -> Token:
        with self._lock:
            self._tokens[token.value] = token
        return token

    def _is_app(self, value: str) -> bool:
        return self._secret is not None and hmac.compare_digest(f"{self.app_id}|{self._secret}", value)

    def _check_proof(self, asked: Request, value: str, now: datetime) -> None:
        """Check `appsecret_proof`: HMAC of the token, or of `token|time` with `appsecret_time`, for five minutes."""
        proof, moment = asked.values.get("appsecret_proof"), asked.values.get("appsecret_time")
        if self._secret is None:
            return
        if proof is None:
            if self._require_proof:
                raise GraphError("API calls from the server require an appsecret_proof argument", 100)
            return
        text = value if moment is None else f"{value}|{moment}"
        right = hmac.compare_digest(hmac.new(self._secret.encode(), text.encode(), sha256).hexdigest(), proof)
        if not right or (moment is not None and not _is_fresh(moment, now)):
            raise GraphError("Invalid appsecret_proof provided in the API argument", 100)


def token_in(asked: Request) -> str:
    """Return the token that a request carries, as bearer header or as parameter; empty without one."""
    header = asked.headers.get("Authorization", "").removeprefix("Bearer ").strip()
    return header or asked.values.get("access_token", "")


def _is_fresh(seconds: str, now: datetime) -> bool:
    return seconds.isdigit() and abs(now.timestamp() - int(seconds)) <= PROOF_LIFE.total_seconds()


def _read(name: str, value: Any) -> Any:
    if name.endswith("_at") and value is not None:
        moment = datetime.fromisoformat(value)
        if moment.tzinfo is None:
            raise ValueError(f"{name} needs an offset.")
        return moment.astimezone(UTC)
    return tuple(value) if name == "scopes" else value


def _seconds(moment: datetime | None) -> int:
    return int(moment.timestamp()) if moment else 0


def _pacific(moment: datetime) -> str:
    return moment.astimezone(_PACIFIC).strftime("%A, %d-%b-%y %H:%M:%S %Z")
