"""One connection: requests in, answers out, and an orderly end."""

from __future__ import annotations

import contextlib
import socket
import time
from collections.abc import Callable
from email.utils import formatdate

from .application import Application
from .message import HttpError, Request, Response
from .phase import Phase
from .reader import Disconnected, RequestReader
from .settings import Settings

# An unread rest of a request makes the kernel answer with a reset, which would overtake our last answer.
LINGER_SECONDS = 2.0


class Connection:
    """Serves one client in the calling thread until either side has had enough."""

    def __init__(
        self, client: socket.socket, application: Application, settings: Settings, phase: Callable[[], Phase]
    ) -> None:
        self._client = client
        self._application = application
        self._settings = settings
        self._phase = phase
        self._reader = RequestReader(client, settings.head_limit, settings.body_limit)
        self._idle_since: float | None = time.monotonic()

    def run(self) -> None:
        """Answers requests one after the other, then closes."""
        with self._client:
            self._client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            with contextlib.suppress(Disconnected, OSError):
                while self._reader.wait(self._settings.idle_seconds):
                    self._idle_since = None
                    if not self._serve_one():
                        self._close_gently()
                        return
                    self._idle_since = time.monotonic()

    def close_if_quiet(self) -> None:
        """Ends the connection when nothing is going on. A request that has already arrived is still answered:
        shutting down the receiving half lets `recv` return it before it returns the end."""
        idle_since = self._idle_since
        if idle_since is not None and time.monotonic() - idle_since >= self._settings.quiet_seconds:
            with contextlib.suppress(OSError):
                self._client.shutdown(socket.SHUT_RD)

    def _serve_one(self) -> bool:
        """Answers one request; False when it was the last."""
        try:
            request = self._reader.read(self._settings.transfer_seconds, self._send_continue)
        except HttpError as error:
            self._send(error.response(), None, keep=False)
            return False
        response = self._application.answer(request, self._phase() is not Phase.SERVING)
        keep = request.keep_alive and self._phase() is not Phase.CLOSING
        self._send(response, request, keep)
        return keep

    def _send(self, response: Response, request: Request | None, keep: bool) -> None:
        """Status, headers and body in one write: two would wait for each other's acknowledgement."""
        extra = {
            "Date": formatdate(usegmt=True),
            "Content-Length": str(len(response.body)),
            "X-Image-Digest": self._settings.image_digest,
            "X-Box": self._settings.box,
        }
        if not keep:
            extra["Connection"] = "close"
        elif request is not None and request.http_1_0:
            extra["Connection"] = "keep-alive"
        body = b"" if request is not None and request.method == "HEAD" else response.body
        self._client.settimeout(self._settings.transfer_seconds)
        self._client.sendall(response.head(extra) + body)

    def _send_continue(self) -> None:
        self._client.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")

    def _close_gently(self) -> None:
        self._client.shutdown(socket.SHUT_WR)
        deadline = time.monotonic() + LINGER_SECONDS
        while (left := deadline - time.monotonic()) > 0:
            self._client.settimeout(left)
            if not self._client.recv(16 * 1024):
                return
