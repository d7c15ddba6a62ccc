"""What goes in and out of an application: plain values, no sockets."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Any


@dataclass(frozen=True, slots=True)
class Request:
    """One request, read completely. Header names are lower case; the path is decoded."""

    method: str
    path: str
    query: Mapping[str, str]
    headers: Mapping[str, str]
    body: bytes
    keep_alive: bool
    http_1_0: bool = False
    parameters: Mapping[str, str] = field(default_factory=dict)

    def json(self) -> Any:
        """The body as JSON; a client's mistake becomes a 400 or a 415."""
        media_type = self.headers.get("content-type", "application/json").partition(";")[0].strip().lower()
        if media_type != "application/json":
            raise HttpError(415, f"Content-Type: expected application/json, got {media_type}; send JSON")
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError) as error:
            raise HttpError(400, f"body: expected JSON, got {len(self.body)} bytes that are not ({error})") from error


@dataclass(frozen=True, slots=True)
class Response:
    """One response. The server adds Date, Content-Length, Connection and the box's own headers."""

    status: int
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def head(self, extra: Mapping[str, str]) -> bytes:
        """The status line and headers, up to and including the empty line."""
        lines = [f"HTTP/1.1 {self.status} {HTTPStatus(self.status).phrase}"]
        lines += [f"{name}: {value}" for name, value in {**self.headers, **extra}.items()]
        return ("\r\n".join(lines) + "\r\n\r\n").encode("latin-1")


class HttpError(Exception):
    """An answer other than success, raised from anywhere below the server."""

    def __init__(self, status: int, message: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.headers = headers or {}

    def response(self) -> Response:
        """The answer as JSON."""
        return json_response({"error": str(self)}, self.status, self.headers)


def json_response(value: object, status: int = 200, headers: Mapping[str, str] | None = None) -> Response:
    """The value as JSON with a final newline, so that it reads well in a terminal."""
    body = json.dumps(value, ensure_ascii=False, separators=(",", ":")).encode() + b"\n"
    return Response(status, body, {"Content-Type": "application/json", **(headers or {})})
