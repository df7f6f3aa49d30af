"""A client of the simulated API, and a clock that tests move."""

from datetime import UTC, datetime, timedelta
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.demo.graph_desk import hashtag_id

TOKEN, USER = "the-token", "17841400000000001"
NOON = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
ALL_FIELDS = (
    "id,caption,children{id,media_type,media_url,permalink},comments_count,like_count,media_type,media_url,"
    "permalink,timestamp"
)
TAG_ID = hashtag_id("schoensterblick")


class Clock:
    """A clock that a test moves."""

    def __init__(self) -> None:
        self.now = NOON

    def __call__(self) -> datetime:
        return self.now

    def forward(self, **span: float) -> None:
        """Move the clock."""
        self.now += timedelta(**span)


class Caller:
    """Calls the API as a client with the token does."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client

    def get(self, path: str, **query: str) -> TestResponse:
        """Return the answer of a path; the token goes along as a header."""
        return self.client.get(path, query_string=query, headers={"Authorization": f"Bearer {TOKEN}"})

    def media(self, edge: str = "recent_media", **query: str) -> Any:
        """Return the JSON of a page of media of the contest's hashtag."""
        return self.get(f"/v26.0/{TAG_ID}/{edge}", **{"user_id": USER, "fields": ALL_FIELDS} | query).get_json()

    def walk(self, edge: str = "recent_media", **query: str) -> list[list[dict[str, Any]]]:
        """Return all pages of media from the first to the one without paging."""
        pages: list[list[dict[str, Any]]] = []
        after: dict[str, str] = {}
        while True:
            answer = self.media(edge, **query, **after)
            pages.append(answer["data"])
            if "paging" not in answer:
                return pages
            after = {"after": answer["paging"]["cursors"]["after"]}

    def fault(self, **wish: Any) -> None:
        """Switch a fault on from outside."""
        answer = self.client.post("/_faults", json=wish)
        assert answer.status_code == 201, answer.text

    def post(self, **wish: Any) -> dict[str, Any]:
        """Add a post from outside."""
        answer = self.client.post("/_posts", json=wish)
        assert answer.status_code == 201, answer.text
        return dict(answer.get_json())
