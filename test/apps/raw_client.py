"""A client that sees every byte: tests of a server need to send what a good client never would."""

from __future__ import annotations

import socket
from dataclasses import dataclass


@dataclass
class Answer:
    """One answer as it came."""

    status: int
    headers: dict[str, str]
    body: bytes


class RawClient:
    """One connection."""

    def __init__(self, port: int) -> None:
        self.socket = socket.create_connection(("127.0.0.1", port), timeout=10)
        self._buffer = b""

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: object) -> None:
        self.socket.close()

    def send(self, data: bytes) -> None:
        """Sends the bytes as they are."""
        self.socket.sendall(data)

    def get(self, path: str, *headers: str) -> Answer:
        """A well-formed GET, and its answer."""
        lines = [f"GET {path} HTTP/1.1", "Host: test", *headers, "", ""]
        self.send("\r\n".join(lines).encode())
        return self.answer()

    def answer(self, with_body: bool = True) -> Answer:
        """The next answer; its body by Content-Length."""
        while b"\r\n\r\n" not in self._buffer:
            self._receive()
        head, _, self._buffer = self._buffer.partition(b"\r\n\r\n")
        status_line, *fields = head.decode().split("\r\n")
        headers = {name.lower(): value for name, _, value in (field.partition(": ") for field in fields)}
        length = int(headers.get("content-length", 0)) if with_body else 0
        while len(self._buffer) < length:
            self._receive()
        body, self._buffer = self._buffer[:length], self._buffer[length:]
        return Answer(int(status_line.split()[1]), headers, body)

    def at_end(self) -> bool:
        """Whether the server has closed the connection in an orderly way, with nothing left to read."""
        return not self._buffer and self.socket.recv(1) == b""

    def _receive(self) -> None:
        data = self.socket.recv(65536)
        if not data:
            raise EOFError(f"the connection ended within an answer: {self._buffer!r}")
        self._buffer += data
