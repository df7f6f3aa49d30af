"""One call of the Graph API: signed, admitted by the gate, read as JSON, its error named."""

from __future__ import annotations

import hashlib
import hmac
import json
import time
from collections.abc import Callable
from typing import Any

from campaign.instagram.budget import Edge
from campaign.instagram.gate import Gate
from campaign.instagram.limits import GraphFault, Kind, classify
from campaign.logs import redact
from campaign.outbound import Answer, Outbound, OutboundError
from campaign.sections import InstagramSettings


class GraphError(Exception):
    """The Graph API did not give what was asked for; `fault` says what and what to do."""

    def __init__(self, fault: GraphFault) -> None:
        super().__init__(str(fault))
        self.fault = fault


class GraphTransport:
    """Sends calls with our token in a header, signed with the app's secret where there is one.

    Raises (all methods):
        GraphError: not admitted, no answer, no Graph answer, or an error of the Graph API.
    """

    def __init__(self, config: InstagramSettings, token: str, outbound: Outbound, gate: Gate | None) -> None:
        self.token = token
        self.served_version: str | None = None
        self._secret = config.app_secret.get_secret_value() if config.app_secret else None
        self._root = f"{config.api_base_url}/{config.api_version}"
        self._outbound, self._gate = outbound, gate

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self._outbound.requests

    def get(self, path: str, query: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Ask for a document with our token."""
        values, headers = {**query, **self._proof()}, _bearer(self.token)
        return self._admitted(edge, lambda: self._outbound.get(self._url(path), params=values, headers=headers))

    def get_without_token(self, path: str, query: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Ask for a document that everybody may ask for."""
        return self._admitted(edge, lambda: self._outbound.get(self._url(path), params=query))

    def get_as_app(self, path: str, query: dict[str, str], app: str | None = None) -> dict[str, Any]:
        """Ask for a document about tokens, as the app or with what the query holds; the gate is not asked."""
        headers = _bearer(app) if app else None
        return self._read(self._sent(lambda: self._outbound.get(self._url(path), params=query, headers=headers)))

    def post(self, path: str, values: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Send a form with our token; tried once, because Instagram may have acted already."""
        data, headers = {**values, **self._proof()}, _bearer(self.token)
        return self._admitted(edge, lambda: self._outbound.post(self._url(path), data=data, headers=headers))

    def _url(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _admitted(self, edge: Edge, request: Callable[[], Answer]) -> dict[str, Any]:
        refusal = self._gate.refusal(edge) if self._gate else None
        if refusal is not None:
            raise GraphError(refusal)
        answer = self._sent(request)
        self.served_version = answer.headers.get("facebook-api-version", self.served_version)
        fault: GraphFault | None = None
        try:
            return self._read(answer)
        except GraphError as error:
            fault = error.fault
            raise
        finally:
            if self._gate:
                self._gate.note(edge, answer.headers, fault)

    def _sent(self, request: Callable[[], Answer]) -> Answer:
        try:
            return request()
        except OutboundError as error:
            raise GraphError(GraphFault(Kind.TRANSIENT, f"Instagram: {error}")) from None

    def _read(self, answer: Answer) -> dict[str, Any]:
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

    def _proof(self) -> dict[str, str]:
        # The timed form is valid for five minutes only, so each call gets its own.
        if self._secret is None:
            return {}
        moment = str(int(time.time()))
        proof = hmac.new(self._secret.encode(), f"{self.token}|{moment}".encode(), hashlib.sha256)
        return {"appsecret_proof": proof.hexdigest(), "appsecret_time": moment}

    def _fault(self, error: object) -> GraphFault:
        fields = error if isinstance(error, dict) else {}
        code, subcode = fields.get("code"), fields.get("error_subcode")
        code = code if isinstance(code, int) else 1
        subcode = subcode if isinstance(subcode, int) else None
        said = fields.get("error_user_msg") or fields.get("message") or "no message"
        message = (
            redact(str(said))
            .replace(self.token, "[hidden]")
            .replace(self._secret or self.token, "[hidden]")[:300]
            .rstrip(".")
        )
        return GraphFault(classify(code, subcode), f"Instagram: {message}", code, subcode)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}
