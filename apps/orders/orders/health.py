"""Whether the orders can serve: asked by the edge several times a second, answered from memory."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable

from .pool import DatabaseAway


class CachedHealth:
    """Runs the check at most once per `keep_seconds`, and never twice at the same time."""

    def __init__(self, check: Callable[[], None], keep_seconds: float = 1.0) -> None:
        self._check = check
        self._keep_seconds = keep_seconds
        self._lock = threading.Lock()
        self._valid_until = 0.0
        self._reason: str | None = None

    def reason(self) -> str | None:
        """None, or why the database cannot be used."""
        with self._lock:
            if time.monotonic() >= self._valid_until:
                before, self._reason = self._reason, self._ask()
                self._valid_until = time.monotonic() + self._keep_seconds
                if self._reason != before:
                    print(f"database: {self._reason or 'answers'}", file=sys.stderr, flush=True)
            return self._reason

    def _ask(self) -> str | None:
        try:
            self._check()
        except DatabaseAway as error:
            return str(error)
        return None
