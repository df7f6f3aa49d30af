"""A client of the simulated API, and a clock that tests move."""

import os
import re
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from campaign.demo.graph_api import GraphApi
from campaign.demo.graph_desk import hashtag_id

RECORDED = Path(os.environ.get("CAMPAIGN_TEST_DATA", Path(__file__).parents[3] / "shared" / "data" / "ig-fixtures"))
SECRET = "the-apps-secret"
OUR_NAME = "schoenster.blick"
TOKEN, USER = "the-token", "17841400000000001"
NOON = datetime(2026, 6, 20, 12, 0, tzinfo=UTC)
ALL_FIELDS = (
    "id,caption,children{id,media_type,media_url},comments_count,like_count,media_type,media_url,permalink,timestamp"
)
TAG_ID = hashtag_id("schoensterblick")


def error_of(answer: TestResponse) -> tuple[int, int, int | None]:
    """Return status, code and subcode of an answer that must be a whole Graph error."""
    body = (answer.get_json() or {})["error"]
    assert body["type"] == "OAuthException"
    assert re.fullmatch(r"A\w{22}", body["fbtrace_id"])
    return answer.status_code, body["code"], body.get("error_subcode")


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

    @property
    def api(self) -> GraphApi:
        """The state of the API."""
        api: GraphApi = self.client.application.extensions["graph_api"]
        return api

    def send(self, path: str, **form: str) -> TestResponse:
        """Return the answer to a form; the token goes along as a header."""
        return self.client.post(path, data=form, headers={"Authorization": f"Bearer {TOKEN}"})

    def tags(self, **query: str) -> Any:
        """Return the JSON of a page of media that tag us."""
        return self.get(f"/v26.0/{USER}/tags", **query).get_json()

    def mentioned(self, media_id: str, fields: str) -> TestResponse:
        """Return the answer to a question for a media that mentions us."""
        return self.get(f"/v26.0/{USER}", fields=f"mentioned_media.media_id({media_id}){{{fields}}}")

    def mentioned_comment(self, comment_id: str, fields: str) -> TestResponse:
        """Return the answer to a question for a comment that mentions us."""
        return self.get(f"/v26.0/{USER}", fields=f"mentioned_comment.comment_id({comment_id}){{{fields}}}")

    def control(self, method: str, path: str, **wish: Any) -> Any:
        """Return the JSON of a control page that takes a wish."""
        answer = self.client.open(path, method=method, json=wish)
        assert answer.status_code in (200, 201), answer.text
        return answer.get_json()

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
