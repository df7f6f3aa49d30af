"""The one client of the Instagram Graph API (with Facebook Login)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any, TypeVar
from urllib.parse import quote

from campaign.clock import utc_now
from campaign.entries.incoming import IncomingMedia
from campaign.instagram.budget import Edge
from campaign.instagram.gate import Gate
from campaign.instagram.limits import GraphFault, Kind
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
from campaign.instagram.transport import GraphError, GraphTransport
from campaign.outbound import Outbound
from campaign.sections import InstagramSettings

__all__ = ["GraphError", "InstagramClient"]

PAGE_SIZE = 50
# Meta, IG Hashtag Search: different hashtags within seven days.
HASHTAG_QUOTA = 30
MAX_ANSWER_BYTES = 5_000_000
ANSWER_SECONDS = 20.0

Read = TypeVar("Read")


class InstagramClient:
    """Speaks for one Instagram account; the token travels in a header, never in an address.

    `token` takes the place of the configured one, `gate` decides before each call whether it may be made
    (`campaign.instagram.credentials.open_client` gives both).

    Raises (all methods):
        GraphError: no answer, no Graph answer, or an error of the Graph API.
    """

    def __init__(
        self,
        config: InstagramSettings,
        *,
        outbound: Outbound | None = None,
        token: str | None = None,
        gate: Gate | None = None,
    ) -> None:
        if not config.user_id or not config.access_token:
            fault = GraphFault(Kind.UNCONFIGURED, "instagram.user_id or instagram.access_token is not set")
            raise GraphError(fault)
        self._user_id = config.user_id
        self._app = _app_of(config)
        sender = outbound or Outbound(seconds=ANSWER_SECONDS, size=MAX_ANSWER_BYTES)
        self._graph = GraphTransport(config, token or config.access_token.get_secret_value(), sender, gate)

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self._graph.requests

    def hashtag_id(self, name: str) -> str:
        """Return the static id of a hashtag (Meta, IG Hashtag Search).

        A new one is not asked for when 30 are in use: the refusal would cost a call and tell nothing more.
        """
        if self._is_quota_used_up(name):
            raise GraphError(GraphFault(Kind.HASHTAG_QUOTA, f"#{name} was not asked for"))
        document = self._graph.get("ig_hashtag_search", {"user_id": self._user_id, "q": name}, Edge.HASHTAG)
        found = document.get("data")
        if not found:
            raise GraphError(GraphFault(Kind.HASHTAG_UNKNOWN, f"Instagram has no hashtag #{name}"))
        first = found[0] if isinstance(found, list) else None
        graph_id = first.get("id") if isinstance(first, dict) else None
        if not isinstance(graph_id, str) or not re.fullmatch(r"[0-9]{1,40}", graph_id):
            raise GraphError(GraphFault(Kind.UNREADABLE, "the answer holds no hashtag id"))
        return graph_id

    def _is_quota_used_up(self, name: str) -> bool:
        try:
            known = self.searched_hashtags()
        except GraphError as error:
            if error.fault.kind in (Kind.PAUSED, Kind.LIMIT):
                raise
            # The list is a courtesy; the search itself says what is wrong.
            return False
        return len(known) >= HASHTAG_QUOTA and name.casefold() not in known and all(known)

    def recent_media(self, hashtag_id: str, after: str | None = None) -> Page:
        """Return a page of the posts of the last 24 hours (Meta, IG Hashtag Recent Media)."""
        return self._media(f"{quote(hashtag_id)}/recent_media", after)

    def top_media(self, hashtag_id: str, after: str | None = None) -> Page:
        """Return a page of the most popular posts (Meta, IG Hashtag Top Media)."""
        return self._media(f"{quote(hashtag_id)}/top_media", after)

    def tags(self, after: str | None = None) -> Page:
        """Return a page of the posts in which others tagged our account (Meta, IG User Tags)."""
        query = {"fields": f"{FIELDS},username", "limit": str(PAGE_SIZE), **({"after": after} if after else {})}
        return self._read(read_cursor_page, self._graph.get(f"{self._user_id}/tags", query, Edge.TAGS))

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
        document = self._graph.get(self._user_id, {"fields": field}, Edge.MENTIONS)
        return self._read(read_comment, document.get("mentioned_comment"))

    def comment(self, media_id: str, message: str) -> str:
        """Write a comment under a post that mentions us and return its id (Meta, IG User Mentions); tried once."""
        values = {"media_id": media_id, "message": message}
        document = self._graph.post(f"{self._user_id}/mentions", values, Edge.COMMENT)
        return str(document.get("id", ""))

    def exists(self, permalink: str) -> bool:
        """Return whether a post can be shown; nothing of the answer is kept (Meta, Instagram oEmbed, no token).

        False is deleted, private, or closed to embeds: Instagram does not tell which.
        """
        try:
            query = {"url": permalink, "omitscript": "true", "fields": "version"}
            self._graph.get_without_token("instagram_oembed", query, Edge.OEMBED)
        except GraphError as error:
            if (error.fault.code, error.fault.subcode) == (24, 2207045):
                return False
            raise
        return True

    def account(self) -> dict[str, Any]:
        """Return id and name of the account itself."""
        return self._graph.get(self._user_id, {"fields": "id,username"}, Edge.ALL)

    def searched_hashtags(self) -> list[str]:
        """Return the casefolded names of the hashtags of seven days, "" where one has no name; 30 are allowed.

        Source: Meta, IG User Recently Searched Hashtags.
        """
        query = {"fields": "id,name", "limit": str(HASHTAG_QUOTA)}
        listed = self._graph.get(f"{self._user_id}/recently_searched_hashtags", query, Edge.HASHTAG).get("data")
        items = [item for item in listed if isinstance(item, dict)] if isinstance(listed, list) else []
        return [str(item.get("name", "")).casefold() for item in items]

    def token_facts(self, token: str | None = None) -> TokenFacts | None:
        """Return what Meta says about a token, ours by default; None without the app's id and secret (Debug Token)."""
        if self._app is None:
            return None
        asked = token or self._graph.token
        document = self._graph.get_as_app("debug_token", {"input_token": asked}, secrets=(asked,))
        return self._read(lambda found: read_token(found, utc_now()), document)

    def exchange(self, *, system_user: bool) -> str:
        """Return a longer-lived token for ours (Meta, Long-Lived Tokens, System User Tokens).

        Ours lives on to its own date. An expired one cannot be exchanged.
        """
        if self._app is None:
            raise GraphError(GraphFault(Kind.UNCONFIGURED, "instagram.app_id or instagram.app_secret is not set"))
        query = {"grant_type": "fb_exchange_token", "client_id": self._app[0], "client_secret": self._app[1]}
        query |= {"fb_exchange_token": self._graph.token}
        query |= {"set_token_expires_in_60_days": "true"} if system_user else {}
        token = self._graph.get_as_app("oauth/access_token", query, secrets=()).get("access_token")
        if not isinstance(token, str) or not re.fullmatch(r"[!-~]{1,2000}", token):
            raise GraphError(GraphFault(Kind.UNREADABLE, "the answer holds no token"))
        return token

    @property
    def served_version(self) -> str | None:
        """Return the version that answered last, which is another one once ours has ended."""
        return self._graph.served_version

    def _media(self, path: str, after: str | None) -> Page:
        query = {"user_id": self._user_id, "fields": FIELDS, "limit": str(PAGE_SIZE)}
        if after:
            query["after"] = after
        return self._read(read_page, self._graph.get(path, query, Edge.HASHTAG))

    def _mentioned_media(self, media_id: str, fields: str) -> IncomingMedia:
        field = f"mentioned_media.media_id({quote(media_id)}){{{fields}}}"
        document = self._graph.get(self._user_id, {"fields": field}, Edge.MENTIONS)
        return self._read(read_media, document.get("mentioned_media"))

    def _read(self, reader: Callable[[object], Read], document: object) -> Read:
        try:
            return reader(document)
        except ValueError as error:
            raise GraphError(GraphFault(Kind.UNREADABLE, str(error))) from None


def _app_of(config: InstagramSettings) -> tuple[str, str] | None:
    secret = config.app_secret.get_secret_value() if config.app_secret else None
    return (config.app_id, secret) if config.app_id and secret else None
