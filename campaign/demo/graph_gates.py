"""WSGI layers in front of the simulated Graph API: versions in paths, the log of requests."""

from collections.abc import Iterable
from typing import TYPE_CHECKING

from campaign.demo.faults import without_version
from campaign.demo.graph_desk import RequestLog

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIApplication, WSGIEnvironment


class VersionGate:
    """WSGI layer that lets every path also be called with a version in front (`/v26.0/...`)."""

    def __init__(self, app: "WSGIApplication") -> None:
        self._app = app

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Remove the version from the path and remember the path as it was called."""
        path = str(environ.get("PATH_INFO", ""))
        environ["graph.path"] = path
        environ["PATH_INFO"] = without_version(path)
        return self._app(environ, start)


class LogGate:
    """WSGI layer that notes each request before any fault can swallow it."""

    def __init__(self, app: "WSGIApplication", log: RequestLog) -> None:
        self._app, self._log = app, log

    def __call__(self, environ: "WSGIEnvironment", start: "StartResponse") -> Iterable[bytes]:
        """Note the request and pass it on."""
        path = str(environ.get("PATH_INFO", ""))
        if not path.startswith("/_"):
            self._log.note(environ)
        return self._app(environ, start)
