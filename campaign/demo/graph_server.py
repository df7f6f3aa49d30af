"""The simulated Graph API as a server on the loopback address."""

from dataclasses import dataclass
from threading import Thread

from flask import Flask
from werkzeug.serving import BaseWSGIServer, WSGIRequestHandler, make_server

from campaign.demo.faults import Faults
from campaign.demo.graph_state import GraphApi

LOOPBACK = "127.0.0.1"


class _Handler(WSGIRequestHandler):
    protocol_version = "HTTP/1.1"

    def log(self, type: str, message: str, *args: object) -> None:
        """Keep quiet: the log of requests is a page."""


@dataclass
class RunningGraphApi:
    """A simulated API that listens; `stop` ends it."""

    api: GraphApi
    port: int
    server: BaseWSGIServer
    thread: Thread

    @property
    def url(self) -> str:
        """Address without a slash at the end."""
        return f"http://{LOOPBACK}:{self.port}"

    @property
    def faults(self) -> Faults:
        """The faults of this server."""
        return self.api.faults

    def stop(self) -> None:
        """Stop listening and delivering; may be called twice."""
        self.api.webhooks.stop()
        if self.thread.is_alive():
            self.server.shutdown()
            self.thread.join()
        self.server.server_close()


def listen(app: Flask, port: int = 0) -> BaseWSGIServer:
    """Return a server for the app on the loopback address; port 0 takes a free one."""
    return make_server(LOOPBACK, port, app, threaded=True, request_handler=_Handler)
