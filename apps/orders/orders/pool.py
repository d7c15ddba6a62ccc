"""A few database connections, shared by many threads."""

from __future__ import annotations

import contextlib
import select
import threading
import time
from collections.abc import Callable, Iterator
from typing import Any, Protocol

import psycopg2


class DatabaseAway(Exception):
    """The database cannot be used now; worth trying again soon."""


class DatabaseConnection(Protocol):
    """The part of a psycopg2 connection that the pool uses."""

    closed: int

    def commit(self) -> None: ...
    def rollback(self) -> None: ...
    def close(self) -> None: ...
    def cursor(self) -> Any: ...
    def fileno(self) -> int: ...


class ConnectionPool:
    """At most `size` connections; who comes when all are in use waits, but not for long."""

    def __init__(
        self,
        connect: Callable[[], DatabaseConnection],
        configured: bool = True,
        size: int = 8,
        wait_seconds: float = 5.0,
    ) -> None:
        self._connect = connect
        self._configured = configured
        self._wait_seconds = wait_seconds
        self._free = threading.Semaphore(size)
        self._idle: list[DatabaseConnection] = []
        self._lock = threading.Lock()
        self._away_until = 0.0
        self._away_reason = ""

    @contextlib.contextmanager
    def transaction(self) -> Iterator[Any]:
        """A cursor whose work is committed at the end, or undone when an exception leaves the block."""
        if not self._configured:
            raise DatabaseAway("DATABASE_URL: expected postgresql://USER:PASSWORD@HOST/DATABASE, got nothing; set it")
        if not self._free.acquire(timeout=self._wait_seconds):
            raise DatabaseAway(f"database: expected a free connection within {self._wait_seconds:g} s, got none")
        try:
            with self._translated(), self._borrowed() as connection, connection.cursor() as cursor:
                yield cursor
                connection.commit()
        finally:
            self._free.release()

    @contextlib.contextmanager
    def _borrowed(self) -> Iterator[DatabaseConnection]:
        connection = self._take()
        try:
            yield connection
        except BaseException:
            self._discard(connection)
            raise
        with self._lock:
            self._idle.append(connection)

    def _take(self) -> DatabaseConnection:
        while True:
            with self._lock:
                connection = self._idle.pop() if self._idle else None
            if connection is None:
                return self._open()
            if not connection.closed and not has_news(connection):
                return connection
            self._discard(connection)

    def _open(self) -> DatabaseConnection:
        # One attempt per second while the database is away, not one per request.
        if time.monotonic() < self._away_until:
            raise DatabaseAway(self._away_reason)
        try:
            return self._connect()
        except psycopg2.OperationalError as error:
            self._away_reason = reason(error)
            self._away_until = time.monotonic() + 1.0
            raise

    @staticmethod
    def _discard(connection: DatabaseConnection) -> None:
        with contextlib.suppress(psycopg2.Error):
            connection.close()

    @staticmethod
    @contextlib.contextmanager
    def _translated() -> Iterator[None]:
        try:
            yield
        except (psycopg2.OperationalError, psycopg2.InterfaceError) as error:
            raise DatabaseAway(reason(error)) from error


def reason(error: Exception) -> str:
    """What the driver says, on one line."""
    return f"database: expected an answer, got: {' '.join(str(error).split()) or type(error).__name__}"


def has_news(connection: DatabaseConnection) -> bool:
    """Whether the server has said something on an idle connection: that can only be a farewell."""
    readable, _, _ = select.select([connection.fileno()], [], [], 0)
    return bool(readable)
