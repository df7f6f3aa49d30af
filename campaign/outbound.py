"""HTTP to the outside: bounded in time and size, retried a little, never redirected.

The time-outs of `requests` bound the silence between two bytes, not the whole answer: a server that sends one byte
a second would hold a pass for hours. Here a watchdog shuts the socket down when the answer's time is over.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http.cookiejar import DefaultCookiePolicy
from io import BytesIO

import requests

from campaign.connections import Dialer, DialledAdapter, ForbiddenAddress, Resolve, Watchdog

# The library writes whole addresses, at DEBUG and when it warns, and some of ours hold a token.
logging.getLogger("urllib3").setLevel(logging.ERROR)

USER_AGENT = "schoenster-blick/1"
_CHUNK = 65_536
_TOO_LONG = "the answer took too long"


class OutboundError(Exception):
    """The other side did not give a whole answer; the message holds no address and no secret."""


@dataclass(frozen=True)
class Answer:
    """A whole answer: status, headers with lower-case names, body."""

    status: int
    headers: dict[str, str]
    body: bytes


class Outbound:
    """Fetches whole answers; one object for one kind of use, not shared between threads.

    `seconds` bounds a single try from its start to its last byte, `size` the body in bytes, `retries` the further
    tries after connection errors and 5xx (waiting `backoff`, twice that, … seconds). With `hosts` only these are
    connected (`campaign.addresses.is_listed`), and only at public addresses; without it whatever the operator has
    configured. `resolve` stands in for `socket.getaddrinfo`.
    """

    def __init__(
        self,
        *,
        seconds: float,
        size: int,
        retries: int = 2,
        backoff: float = 0.5,
        hosts: Sequence[str] | None = None,
        resolve: Resolve | None = None,
    ) -> None:
        self._seconds, self._size, self._retries, self._backoff = seconds, size, retries, backoff
        self._session = requests.Session()
        # Neither proxies nor passwords of the environment: the allow-list speaks of the real host.
        self._session.trust_env = False
        # What a host hands out as cookies would come back to it with every later request, however much it is.
        self._session.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        adapter = DialledAdapter(Dialer(hosts, resolve))
        self._session.mount("http://", adapter)
        self._session.mount("https://", adapter)
        self._session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "identity"})
        self.requests = 0

    def get(
        self,
        url: str,
        *,
        params: dict[str, str] | None = None,
        headers: dict[str, str] | None = None,
        is_final: Callable[[Answer], bool] = lambda answer: answer.status < 500,
    ) -> Answer:
        """Return the whole answer, the last one when none was final (by default: all tries ended in 5xx).

        Raises:
            OutboundError: no connection, too slow, too large, or cut off, after all tries.
        """
        for attempt in range(self._retries + 1):
            last = attempt == self._retries
            try:
                answer = self._try("GET", url, params, headers)
            except _Final:
                raise
            except OutboundError:
                if last:
                    raise
            else:
                if last or is_final(answer):
                    return answer
            time.sleep(self._backoff * 2**attempt)
        raise AssertionError("unreachable")

    def post(self, url: str, *, data: dict[str, str], headers: dict[str, str] | None = None) -> Answer:
        """Send a form and return the whole answer; tried once, because the other side may have acted already.

        Raises:
            OutboundError: no connection, too slow, too large, or cut off.
        """
        return self._try("POST", url, data, headers)

    def _try(self, method: str, url: str, values: dict[str, str] | None, headers: dict[str, str] | None) -> Answer:
        self.requests += 1
        with Watchdog(self._seconds) as watchdog:
            try:
                answer = self._exchange(method, url, values, headers)
            except OutboundError:
                raise
            except ForbiddenAddress as error:
                raise _Final(str(error)) from None
            except (requests.RequestException, OSError, ValueError) as error:
                if watchdog.expired or isinstance(error, requests.Timeout):
                    raise _Final(_TOO_LONG) from None
                raise OutboundError(_describe(error)) from None
            if watchdog.expired:
                # A body that ends with the connection looks whole although we cut it.
                raise _Final(_TOO_LONG)
        return answer

    def _exchange(self, method: str, url: str, values: dict[str, str] | None, headers: dict[str, str] | None) -> Answer:
        with self._session.request(
            method,
            url,
            params=None if method == "POST" else values,
            data=values if method == "POST" else None,
            headers=headers,
            timeout=min(10.0, self._seconds),
            stream=True,
            allow_redirects=False,
        ) as response:
            body = self._read(response)
            lowered = {name.lower(): value for name, value in response.headers.items()}
            return Answer(response.status_code, lowered, body)

    def _read(self, response: requests.Response) -> bytes:
        announced = response.headers.get("Content-Length", "")
        if announced.isdigit() and int(announced) > self._size:
            raise TooLarge(f"the answer is larger than {self._size} bytes")
        # Its buffer becomes the value without a second copy.
        body = BytesIO()
        for chunk in response.iter_content(_CHUNK):
            body.write(chunk)
            if body.tell() > self._size:
                raise TooLarge(f"the answer is larger than {self._size} bytes")
        return body.getvalue()


class _Final(OutboundError):
    """Not tried again: the next answer would be as large or as slow."""


class TooLarge(_Final):
    """The other side answers, and with more bytes than we take."""


def _describe(error: Exception) -> str:
    if isinstance(error, requests.exceptions.ChunkedEncodingError):
        return "the connection broke within the answer"
    if isinstance(error, requests.ConnectionError):
        return "no connection"
    return f"no usable answer ({type(error).__name__})"
