"""The one client of the Instagram Graph API (with Facebook Login)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from typing import Any
from urllib.parse import quote

from campaign.clock import utc_now
from campaign.config import InstagramSettings
from campaign.instagram.limits import GraphFault, Kind, classify
from campaign.instagram.payloads import FIELDS, Page, read_page
from campaign.instagram.tokens import TokenFacts, read_token
from campaign.logs import redact
from campaign.outbound import Answer, Outbound, OutboundError

PAGE_SIZE = 50
MAX_ANSWER_BYTES = 5_000_000
ANSWER_SECONDS = 20.0


class GraphError(Exception):
    """The Graph API did not give what was asked for; `fault` says what and what to do."""

    def __init__(self, fault: GraphFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class InstagramClient:
    """Speaks for one Instagram account; the token travels in a header, never in an address.

    Raises (all methods):
        GraphError: no answer, no Graph answer, or an error of the Graph API.
    """

    def __init__(self, config: InstagramSettings, *, outbound: Outbound | None = None) -> None:
        if not config.user_id or not config.access_token:
            fault = GraphFault(Kind.UNCONFIGURED, "instagram.user_id or instagram.access_token is not set")
            raise GraphError(fault)
        self._user_id = config.user_id
        self._token = config.access_token.get_secret_value()
        self._secret = config.app_secret.get_secret_value() if config.app_secret else None
        self._app = f"{config.app_id}|{self._secret}" if config.app_id and self._secret else None
        self._root = f"{config.api_base_url}/{config.api_version}"
        self._outbound = outbound or Outbound(seconds=ANSWER_SECONDS, size=MAX_ANSWER_BYTES)

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self._outbound.requests

    def hashtag_id(self, name: str) -> str:
        """Return the static id of a hashtag (Meta, IG Hashtag Search)."""
        document = self._get("ig_hashtag_search", {"user_id": self._user_id, "q": name})
        found = document.get("data")
        if not found:
            raise GraphError(GraphFault(Kind.HASHTAG_UNKNOWN, f"Instagram has no hashtag #{name}"))
        first = found[0] if isinstance(found, list) else None
        graph_id = first.get("id") if isinstance(first, dict) else None
        if not isinstance(graph_id, str) or not graph_id.isdigit():
            raise GraphError(GraphFault(Kind.UNREADABLE, "the answer holds no hashtag id"))
        return graph_id

    def recent_media(self, hashtag_id: str, after: str | None = None) -> Page:
        """Return a page of the posts of the last 24 hours (Meta, IG Hashtag Recent Media)."""
        return self._media(f"{quote(hashtag_id)}/recent_media", after)

    def top_media(self, hashtag_id: str, after: str | None = None) -> Page:
        """Return a page of the most popular posts (Meta, IG Hashtag Top Media)."""
        return self._media(f"{quote(hashtag_id)}/top_media", after)

    def account(self) -> dict[str, Any]:
        """Return id and name of the account itself."""
        return self._get(self._user_id, {"fields": "id,username"})

    def recently_searched_hashtags(self) -> int:
        """Return how many different hashtags were asked for within seven days; 30 are allowed."""
        listed = self._get(f"{self._user_id}/recently_searched_hashtags", {"limit": "30"}).get("data")
        return len(listed) if isinstance(listed, list) else 0

    def token_facts(self) -> list[TokenFacts]:
        """Return what Meta says about the token; nothing without the app's id and secret (Meta, Debug Token)."""
        if not self._app:
            return []
        document = self._get("debug_token", {"input_token": self._token}, bearer=self._app)
        return [read_token(document, utc_now())]

    def _media(self, path: str, after: str | None) -> Page:
        query = {"user_id": self._user_id, "fields": FIELDS, "limit": str(PAGE_SIZE)}
        if after:
            query["after"] = after
        try:
            return read_page(self._get(path, query))
        except ValueError as error:
            raise GraphError(GraphFault(Kind.UNREADABLE, str(error))) from None

    def _get(self, path: str, query: dict[str, str], *, bearer: str | None = None) -> dict[str, Any]:
        try:
            answer = self._outbound.get(
                f"{self._root}/{path}",
                params=query if bearer else {**query, **self._proof()},
                headers={"Authorization": f"Bearer {bearer or self._token}"},
            )
        except OutboundError as error:
            raise GraphError(GraphFault(Kind.TRANSIENT, f"Instagram: {error}")) from None
        return self._document(answer)

    def _proof(self) -> dict[str, str]:
        # The timed form is valid for five minutes only, so each call gets its own.
        if self._secret is None:
            return {}
        moment = str(int(time.time()))
        proof = hmac.new(self._secret.encode(), f"{self._token}|{moment}".encode(), hashlib.sha256)
        return {"appsecret_proof": proof.hexdigest(), "appsecret_time": moment}

    def _document(self, answer: Answer) -> dict[str, Any]:
        try:
            document = json.loads(answer.body)
        except (ValueError, RecursionError):
            document = None
        if not isinstance(document, dict):
            message = f"Instagram answered with status {answer.status} and something that is not its JSON"
            raise GraphError(GraphFault(Kind.UNREADABLE, message))
        if "error" in document:
            raise GraphError(self._fault(document["error"]))
        if answer.status >= 400:
            message = f"Instagram answered with status {answer.status} and no reason"
            raise GraphError(GraphFault(Kind.TRANSIENT, message))
        return document

    def _fault(self, error: object) -> GraphFault:
        fields = error if isinstance(error, dict) else {}
        code, subcode = fields.get("code"), fields.get("error_subcode")
        code = code if isinstance(code, int) else 1
        subcode = subcode if isinstance(subcode, int) else None
        said = fields.get("error_user_msg") or fields.get("message") or "no message"
        message = redact(str(said)).replace(self._token, "[hidden]")[:300].rstrip(".")
        return GraphFault(classify(code, subcode), f"Instagram: {message}", code, subcode)
