"""One call of the Graph API: signed, admitted by the gate, read as JSON, its error named."""

from __future__ import annotations

import hashlib
import hmac
import json
import re
import time
from collections.abc import Callable
from typing import Any

from campaign.instagram.budget import Edge
from campaign.instagram.gate import Gate
from campaign.instagram.limits import GraphFault, Kind, classify
from campaign.logs import redact
from campaign.outbound import Answer, Outbound, OutboundError
from campaign.sections import InstagramSettings

_VERSION = re.compile(r"v[0-9]{1,3}\.[0-9]{1,3}")


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
        self._app_id = config.app_id
        self._secret = config.app_secret.get_secret_value() if config.app_secret else None
        self._hidden = {token, self._secret or token}
        self._root = f"{config.api_base_url}/{config.api_version}"
        self._outbound, self._gate = outbound, gate

    @property
    def requests(self) -> int:
        """Return how many requests were sent, retries included."""
        return self._outbound.requests

    def get(self, path: str, query: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Ask for a document with our token."""
        return self._get_as(self.token, path, query, edge)

    def get_without_token(self, path: str, query: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Ask for a document that everybody may ask for."""
        return self._admitted(edge, lambda: self._got(path, query, {}))

    def get_as_app(self, path: str, query: dict[str, str], *, secrets: tuple[str, ...]) -> dict[str, Any]:
        """Ask for a document about tokens with the app's own; `secrets` of the query are in no message afterwards."""
        self._hidden |= set(secrets)
        return self._get_as(f"{self._app_id}|{self._secret}", path, query, Edge.APP)

    def post(self, path: str, values: dict[str, str], edge: Edge) -> dict[str, Any]:
        """Send a form with our token; tried once, because Instagram may have acted already."""
        data, headers = {**values, **self._proof(self.token)}, _bearer(self.token)
        return self._admitted(edge, lambda: self._outbound.post(self._url(path), data=data, headers=headers))

    def _get_as(self, token: str, path: str, query: dict[str, str], edge: Edge) -> dict[str, Any]:
        values, headers = {**query, **self._proof(token)}, _bearer(token)
        return self._admitted(edge, lambda: self._got(path, values, headers))

    def _got(self, path: str, values: dict[str, str], headers: dict[str, str]) -> Answer:
        return self._outbound.get(self._url(path), params=values, headers=headers, is_final=self._is_final)

    def _url(self, path: str) -> str:
        return f"{self._root}/{path}"

    def _admitted(self, edge: Edge, request: Callable[[], Answer]) -> dict[str, Any]:
        refusal = self._gate.refusal(edge) if self._gate else None
        if refusal is not None:
            raise GraphError(refusal)
        answer = self._sent(request)
        served = _VERSION.fullmatch(answer.headers.get("facebook-api-version", ""))
        self.served_version = served[0] if served else self.served_version
        fault: GraphFault | None = None
        try:
            return self._read(answer)
        except GraphError as error:
            fault = error.fault
            raise
        finally:
            if self._gate:
                self._gate.note(edge, answer.headers, fault)

    def _is_final(self, answer: Answer) -> bool:
        """Return whether asking once more cannot help: what an answer means stands in its body, not in its status."""
        try:
            self._read(answer)
        except GraphError as error:
            return error.fault.kind not in (Kind.TRANSIENT, Kind.UNREADABLE)
        return True

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

    def _proof(self, token: str) -> dict[str, str]:
        # The timed form is valid for five minutes only, so each call gets its own.
        if self._secret is None:
            return {}
        moment = str(int(time.time()))
        proof = hmac.new(self._secret.encode(), f"{token}|{moment}".encode(), hashlib.sha256)
        return {"appsecret_proof": proof.hexdigest(), "appsecret_time": moment}

    def _fault(self, error: object) -> GraphFault:
        fields = error if isinstance(error, dict) else {}
        found, subcode = _whole(fields.get("code")), _whole(fields.get("error_subcode"))
        code = 1 if found is None else found
        said = str(fields.get("error_user_msg") or fields.get("message") or "no message")
        for secret in self._hidden:
            said = said.replace(secret, "[hidden]")
        # Not every character can be stored.
        message = "".join(one for one in redact(said) if one.isprintable())[:300].rstrip(".")
        kind = classify(code, subcode)
        passing = kind is Kind.REQUEST and fields.get("is_transient") is True
        return GraphFault(Kind.TRANSIENT if passing else kind, f"Instagram: {message}", code, subcode)


def _bearer(token: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {token}"}


def _whole(value: object) -> int | None:
    """Return a code, also one that was sent as text."""
    text = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    return int(text) if re.fullmatch(r"[0-9]{1,9}", text) else None
