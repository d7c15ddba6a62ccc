"""What tests add to the catalog: exchanges that last, below /long/. The rest is the catalog's own, and so is the stop.

PUT upload takes a body of any size, as it comes, and answers with its size and SHA-256. GET download?bytes=N. GET stream?lines=N:
a chunk each 100 ms. GET socket with `Upgrade: echo`: it echoes until the client has said all; when the box stops, it says `bye` first.
"""

from __future__ import annotations

import hashlib
import json
import time
from urllib.parse import parse_qs

from fleetbox import server
from fleetbox.connection import Connection
from fleetbox.phase import Phase
from fleetbox.reader import parse_fields, parse_request_line

PART = 64 * 1024
LOOK_SECONDS = 0.2


class LongConnection(Connection):
    """A connection on which exchanges may last."""

    def _serve_one(self) -> bool:
        line = self._reader._buffer.partition(b"\r\n")[0]
        if b" /long/" not in line:
            return super()._serve_one()
        head = self._reader._take_until(b"\r\n\r\n", 16 * 1024, 431, "head")
        request_line, *fields = head.split(b"\r\n")
        _, target, _ = parse_request_line(request_line)
        path, _, query = target.partition("?")
        numbers = {name: int(values[0]) for name, values in parse_qs(query).items()}
        self._client.settimeout(30)
        getattr(self, path.removeprefix("/long/"))(parse_fields(fields), **numbers)
        return False

    def upload(self, headers: dict[str, str]) -> None:
        """Holds a part of it at a time."""
        left, digest = int(headers["content-length"]), hashlib.sha256()
        size = left
        while left > 0:
            part = self._reader._take(min(left, PART))
            digest.update(part)
            left -= len(part)
        body = json.dumps({"bytes": size, "sha256": digest.hexdigest()}).encode()
        self._say("201 Created", f"Content-Length: {len(body)}")
        self._client.sendall(body)

    def download(self, _: dict[str, str], bytes: int) -> None:
        """As fast as it is taken."""
        self._say("200 OK", f"Content-Length: {bytes}")
        for start in range(0, bytes, PART):
            self._client.sendall(b"x" * min(PART, bytes - start))

    def stream(self, _: dict[str, str], lines: int) -> None:
        """Chunked."""
        self._say("200 OK", "Transfer-Encoding: chunked")
        for number in range(lines):
            line = f"{number}\n".encode()
            self._client.sendall(f"{len(line):x}\r\n".encode() + line + b"\r\n")
            time.sleep(0.1)
        self._client.sendall(b"0\r\n\r\n")

    def socket(self, _: dict[str, str]) -> None:
        """Both ways, until the client has ended its own."""
        self._say("101 Switching Protocols", "Connection: Upgrade", "Upgrade: echo")
        self._client.sendall(self._reader._buffer)
        self._client.settimeout(LOOK_SECONDS)
        said = False
        while True:
            if not said and self._phase() is Phase.CLOSING:
                self._client.sendall(b"bye\n")
                said = True
            try:
                data = self._client.recv(PART)
            except TimeoutError:
                continue
            if not data:
                return
            self._client.sendall(data)

    def _say(self, status: str, *fields: str) -> None:
        told = [f"HTTP/1.1 {status}", *fields, f"X-Box: {self._settings.box}"]
        if not status.startswith("101"):
            told.append("Connection: close")
        self._client.sendall(("\r\n".join(told) + "\r\n\r\n").encode())


def add() -> None:
    """From now on, connections are such."""
    server.Connection = LongConnection
