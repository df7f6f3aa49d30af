"""The one client of the Instagram Graph API (with Facebook Login)."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from campaign.clock import utc_now
from campaign.entries.incoming import IncomingMedia
from campaign.instagram.limits import GraphFault, Kind, classify
from campaign.instagram.payloads import (
    FIELDS,
    MENTION_FIELDS,
    Comment,
    Page,
    read_comment,
    read_cursor_page,
    read_media,
    read_page,
)
from campaign.instagram.tokens import TokenFacts, read_token
from campaign.logs import redact
from campaign.outbound import Answer, Outbound, OutboundError
from campaign.sections import InstagramSettings

PAGE_SIZE = 50
MAX_ANSWER_BYTES = 5_000_000
ANSWER_SECONDS = 20.0

Read = TypeVar("Read")


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

    def tags(self, after: str | None = None) -> Page:
        """Return a page of the posts in which others tagged our account (Meta, IG User Tags)."""
        query = {"fields": f"{FIELDS},username", "limit": str(PAGE_SIZE), **({"after": after} if after else {})}
        return self._read(read_cursor_page, self._get(f"{self._user_id}/tags", query))

    def mentioned_media(self, media_id: str) -> IncomingMedia:
        """Return a post whose caption mentions our account (Meta, IG User Mentioned Media).

        The documented fields hold no permalink; where it is refused the post comes without its address.
        """
        try:
            return self._mentioned_media(media_id, MENTION_FIELDS + ",permalink")
        except GraphError as error:
            if (error.fault.code, error.fault.subcode) != (100, None):
                raise
            return self._mentioned_media(media_id, MENTION_FIELDS)

    def mentioned_comment(self, comment_id: str) -> Comment:
        """Return a comment that mentions our account (Meta, IG User Mentioned Comment)."""
        field = f"mentioned_comment.comment_id({quote(comment_id)}){{id,text,timestamp,username,media{{id}}}}"
        document = self._get(self._user_id, {"fields": field})
        return self._read(read_comment, document.get("mentioned_comment"))

    def comment(self, media_id: str, message: str) -> str:
        """Write a comment under a post that mentions us and return its id (Meta, IG User Mentions); tried once."""
        document = self._post(f"{self._user_id}/mentions", {"media_id": media_id, "message": message})
        return str(document.get("id", ""))

    def exists(self, permalink: str) -> bool:
        """Return whether a post can be shown; nothing of the answer is kept (Meta, Instagram oEmbed, no token).

        False is deleted, private, or closed to embeds: Instagram does not tell which.
        """
        try:
            self._get("instagram_oembed", {"url": permalink, "omitscript": "true", "fields": "version"}, bearer="")
        except GraphError as error:
            if (error.fault.code, error.fault.subcode) == (24, 2207045):
                return False
            raise
        return True

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
        return self._read(read_page, self._get(path, query))

    def _mentioned_media(self, media_id: str, fields: str) -> IncomingMedia:
        field = f"mentioned_media.media_id({quote(media_id)}){{{fields}}}"
        document = self._get(self._user_id, {"fields": field})
        return self._read(read_media, document.get("mentioned_media"))

    def _read(self, reader: Callable[[object], Read], document: object) -> Read:
        try:
            return reader(document)
        except ValueError as error:
            raise GraphError(GraphFault(Kind.UNREADABLE, str(error))) from None

    def _get(self, path: str, query: dict[str, str], *, bearer: str | None = None) -> dict[str, Any]:
        """Ask for a document; `bearer` takes the place of our token, "" stands for none."""
        values = {**query, **self._proof()} if bearer is None else query
        headers = self._authorization(self._token if bearer is None else bearer)
        return self._send(lambda: self._outbound.get(f"{self._root}/{path}", params=values, headers=headers))

    def _post(self, path: str, values: dict[str, str]) -> dict[str, Any]:
        data, headers = {**values, **self._proof()}, self._authorization(self._token)
        return self._send(lambda: self._outbound.post(f"{self._root}/{path}", data=data, headers=headers))

    def _authorization(self, token: str) -> dict[str, str]:
        return {"Authorization": f"Bearer {token}"} if token else {}

    def _send(self, request: Callable[[], Answer]) -> dict[str, Any]:
        try:
            answer = request()
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
