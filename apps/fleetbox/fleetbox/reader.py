"""Reads requests from a connection: strict, so that two readers never disagree about where a request ends."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Mapping
from urllib.parse import parse_qsl, unquote

from .message import HttpError, Request

REQUEST_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+) ([\x21-\x7e\x80-\xff]+) HTTP/1\.([01])")
FIELD_LINE = re.compile(rb"([!#$%&'*+.^_`|~0-9A-Za-z-]+):[ \t]*([\t\x20-\x7e\x80-\xff]*?)[ \t]*")
CHUNK_SIZE = re.compile(rb"([0-9A-Fa-f]{1,8})[ \t]*(?:;[\t\x20-\x7e]*)?")
RECEIVE_BYTES = 16 * 1024


class Disconnected(Exception):
    """The other side is gone, or has been silent for too long: there is nobody to answer."""


class RequestReader:
    """The incoming half of one connection, with what has arrived but was not yet used."""

    def __init__(self, connection: socket.socket, head_limit: int, body_limit: int) -> None:
        self._connection = connection
        self._head_limit = head_limit
        self._body_limit = body_limit
        self._buffer = b""

    def wait(self, seconds: float) -> bool:
        """Waits for the first byte of the next request; False at the end of the connection."""
        if self._buffer:
            return True
        self._connection.settimeout(seconds)
        try:
            self._buffer = self._connection.recv(RECEIVE_BYTES)
        except OSError:  # Time-outs and resets alike.
            return False
        return bool(self._buffer)

    def read(self, seconds: float, send_continue: Callable[[], None]) -> Request:
        """The request whose first byte is here. `seconds` bounds each wait for more of it."""
        self._connection.settimeout(seconds)
        self._buffer = self._buffer.lstrip(b"\r\n")
        head = self._take_until(b"\r\n\r\n", self._head_limit, 431, "head")
        request_line, *field_lines = head.split(b"\r\n")
        method, target, version = parse_request_line(request_line)
        headers = parse_fields(field_lines)
        if version == 1 and "host" not in headers:
            raise HttpError(400, "Host: expected one, got none; HTTP/1.1 needs it")
        if headers.get("expect", "").lower() == "100-continue" and version == 1:
            send_continue()
        body = self._read_body(headers, version)
        path, _, query = target.partition("?")
        return Request(
            method=method,
            path=unquote(path),
            query=dict(parse_qsl(query, keep_blank_values=True)),
            headers=headers,
            body=body,
            keep_alive=keeps_alive(headers, version),
            http_1_0=version == 0,
        )

    def _read_body(self, headers: Mapping[str, str], version: int) -> bytes:
        length = headers.get("content-length")
        coding = headers.get("transfer-encoding")
        if coding is not None:
            if length is not None or version == 0:
                raise HttpError(400, "Transfer-Encoding: expected it alone and in HTTP/1.1; send one kind of length")
            if coding.lower() != "chunked":
                raise HttpError(501, f"Transfer-Encoding: expected chunked, got {coding}")
            return self._read_chunks()
        if length is None:
            return b""
        if not re.fullmatch(r"[0-9]{1,15}", length):
            raise HttpError(400, f"Content-Length: expected a number of bytes, got {length!r}")
        self._limit_body(int(length))
        return self._take(int(length))

    def _read_chunks(self) -> bytes:
        body = b""
        while True:
            line = self._take_until(b"\r\n", 256, 400, "chunk size")
            size = CHUNK_SIZE.fullmatch(line)
            if size is None:
                raise HttpError(400, f"chunk size: expected hexadecimal digits, got {line!r}")
            count = int(size[1], 16)
            if count == 0:
                break
            self._limit_body(len(body) + count)
            body += self._take(count)
            if self._take(2) != b"\r\n":
                raise HttpError(400, "chunk: expected a line end after its data")
        while self._take_until(b"\r\n", self._head_limit, 431, "trailer"):
            pass
        return body

    def _limit_body(self, size: int) -> None:
        if size > self._body_limit:
            raise HttpError(413, f"body: expected at most {self._body_limit} bytes, got {size}; send less")

    def _take(self, count: int) -> bytes:
        parts = [self._buffer]
        missing = count - len(self._buffer)
        while missing > 0:
            parts.append(self._receive())
            missing -= len(parts[-1])
        data = b"".join(parts)
        self._buffer = data[count:]
        return data[:count]

    def _take_until(self, end: bytes, limit: int, status: int, what: str) -> bytes:
        while (position := self._buffer.find(end)) < 0:
            if len(self._buffer) > limit:
                raise HttpError(status, f"{what}: expected at most {limit} bytes, got more; send less")
            self._buffer += self._receive()
        taken, self._buffer = self._buffer[:position], self._buffer[position + len(end) :]
        return taken

    def _receive(self) -> bytes:
        try:
            data = self._connection.recv(RECEIVE_BYTES)
        except TimeoutError as error:
            raise HttpError(408, "request: expected all of it in time, got a part; send it faster") from error
        except OSError as error:
            raise Disconnected from error
        if not data:
            raise Disconnected
        return data


def parse_request_line(line: bytes) -> tuple[str, str, int]:
    """Method, target in origin form, and minor version."""
    found = REQUEST_LINE.fullmatch(line)
    if found is None:
        raise HttpError(400, "request line: expected METHOD /PATH HTTP/1.1, got something else")
    target = found[2].decode("latin-1")
    if not target.startswith("/"):
        absolute = re.fullmatch(r"https?://[^/?#]+(/[^#]*)?", target)
        if absolute is None:
            raise HttpError(400, f"request target: expected a path, got {target!r}")
        target = absolute[1] or "/"
    return found[1].decode(), target, int(found[3])


def parse_fields(lines: list[bytes]) -> dict[str, str]:
    """Header fields by lower-case name; repeated ones are joined, except where that would hide an attack."""
    headers: dict[str, str] = {}
    for line in lines:
        found = FIELD_LINE.fullmatch(line)
        if found is None:
            raise HttpError(400, "header: expected NAME: VALUE, got something else")
        name, value = found[1].decode().lower(), found[2].decode("latin-1")
        if name in headers:
            if name in ("content-length", "transfer-encoding", "host"):
                raise HttpError(400, f"{name}: expected once, got it twice")
            value = f"{headers[name]}, {value}"
        headers[name] = value
    return headers


def keeps_alive(headers: Mapping[str, str], version: int) -> bool:
    """Whether the client wants to send another request on this connection."""
    options = {option.strip().lower() for option in headers.get("connection", "").split(",")}
    return "keep-alive" in options if version == 0 else "close" not in options
