"""Routes: which function answers which request."""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable
from dataclasses import replace

from .message import HttpError, Request, Response, json_response

Answer = Callable[[Request], Response]
# Says whether the application can serve now: None, or the reason why not.
Health = Callable[[], str | None]


class Application:
    """A named set of routes. `/healthz` is always there."""

    def __init__(self, name: str, health: Health = lambda: None) -> None:
        self.name = name
        self.health = health
        self._routes: list[tuple[list[str], dict[str, Answer]]] = []

    def route(self, method: str, pattern: str) -> Callable[[Answer], Answer]:
        """Registers the function for a path such as `/products/{id}`."""

        def register(answer: Answer) -> Answer:
            segments = pattern.split("/")
            for known, answers in self._routes:
                if known == segments:
                    answers[method] = answer
                    return answer
            self._routes.append((segments, {method: answer}))
            return answer

        return register

    def answer(self, request: Request, draining: bool = False) -> Response:
        """The response to a request, whatever happens: an exception is a 500 and a line on stderr."""
        try:
            if request.path == "/healthz":
                return self._health(draining)
            return self._dispatch(request)
        except HttpError as error:
            return error.response()
        except Exception:  # A box must outlive one bad request.
            print(traceback.format_exc(), file=sys.stderr, flush=True)
            return json_response({"error": "internal error; see the box's log"}, 500)

    def _health(self, draining: bool) -> Response:
        reason = "draining: the box is being stopped" if draining else self.health()
        if reason is None:
            return json_response({"status": "ok", "application": self.name})
        return json_response({"status": "unavailable", "reason": reason}, 503, {"Retry-After": "1"})

    def _dispatch(self, request: Request) -> Response:
        segments = request.path.split("/")
        method = "GET" if request.method == "HEAD" else request.method
        for pattern, answers in self._routes:
            parameters = match(pattern, segments)
            if parameters is None:
                continue
            if method not in answers:
                allowed = sorted({*answers, *(["HEAD"] if "GET" in answers else [])})
                message = f"{request.path}: expected {' or '.join(allowed)}, got {request.method}"
                raise HttpError(405, message, {"Allow": ", ".join(allowed)})
            return answers[method](replace(request, parameters=parameters))
        raise HttpError(404, f"{request.path}: there is no such path; GET / lists them")


def match(pattern: list[str], segments: list[str]) -> dict[str, str] | None:
    """The parameters when the path's segments fit the pattern's, else None."""
    if len(pattern) != len(segments):
        return None
    parameters: dict[str, str] = {}
    for expected, got in zip(pattern, segments):
        if expected.startswith("{"):
            parameters[expected[1:-1]] = got
        elif expected != got:
            return None
    return parameters
