"""Listens, hands each connection to a thread, and stops without losing a request."""

from __future__ import annotations

import os
import signal
import socket
import sys
import threading
import time

from .application import Application
from .connection import Connection
from .phase import Phase
from .settings import Settings

BACKLOG = 1024
STACK_BYTES = 256 * 1024
TICK_SECONDS = 0.05


class Server:
    """The listener, the connections and the phase they are in."""

    def __init__(self, application: Application, settings: Settings) -> None:
        self.phase = Phase.SERVING
        self._application = application
        self._settings = settings
        self._connections: set[Connection] = set()
        self._changed = threading.Condition()
        self._listener = listen(settings)
        threading.stack_size(STACK_BYTES)

    @property
    def port(self) -> int:
        """The port in use, also when the settings asked for any (0)."""
        return int(self._listener.getsockname()[1])

    def start(self) -> threading.Thread:
        """Accepts connections in a thread of its own, so that the main thread is free for signals."""
        thread = threading.Thread(target=self._accept_until_closing, name="accept", daemon=True)
        thread.start()
        return thread

    def stop(self) -> int:
        """Drains, closes and waits; the number of connections given up at the deadline."""
        deadline = time.monotonic() + self._settings.stop_seconds
        self.phase = Phase.DRAINING
        log(f"draining for {self._settings.drain_seconds:g} s, {len(self._connections)} connections")
        time.sleep(self._settings.drain_seconds)
        self.phase = Phase.CLOSING
        log(f"closing, {len(self._connections)} connections")
        while time.monotonic() < deadline:
            # Asked in this order: once the listener is closed, no connection is added any more.
            listening = self._listener.fileno() >= 0
            with self._changed:
                connections = list(self._connections)
            if not connections and not listening:
                break
            for connection in connections:
                connection.close_if_quiet()
            time.sleep(TICK_SECONDS)
        return len(self._connections)

    def _accept_until_closing(self) -> None:
        self._listener.settimeout(TICK_SECONDS)
        while self.phase is not Phase.CLOSING:
            self._accept()
        # Those who had connected before the port closes are still served.
        self._listener.settimeout(0)
        while self._accept():
            pass
        self._listener.close()

    def _accept(self) -> bool:
        try:
            client, _ = self._listener.accept()
        except (TimeoutError, BlockingIOError):
            return False
        except OSError as error:  # Out of descriptors, or the client has gone already.
            log(f"accept: {error}")
            time.sleep(TICK_SECONDS)
            return True
        connection = Connection(client, self._application, self._settings, lambda: self.phase)
        with self._changed:
            self._changed.wait_for(lambda: len(self._connections) < self._settings.connection_limit)
            self._connections.add(connection)
        threading.Thread(target=self._run, args=(connection,), daemon=True).start()
        return True

    def _run(self, connection: Connection) -> None:
        try:
            connection.run()
        finally:
            with self._changed:
                self._connections.discard(connection)
                self._changed.notify_all()


def serve(application: Application, settings: Settings) -> None:
    """Runs until SIGTERM or SIGINT, stops gracefully, and ends the process."""
    # Blocked in every thread and taken by sigwait: no handler that could run at a bad moment.
    stop_signals = {signal.SIGTERM, signal.SIGINT}
    signal.pthread_sigmask(signal.SIG_BLOCK, stop_signals)
    server = Server(application, settings)
    server.start()
    log(f"{application.name} of {settings.image_digest} listens on port {server.port}")
    signal.sigwait(stop_signals)
    given_up = server.stop()
    log("stopped" if given_up == 0 else f"stopped after STOP_SECONDS with {given_up} connections still in use")
    sys.stdout.flush()
    # Threads that serve a connection which was given up must not hold up the end.
    os._exit(0)


def listen(settings: Settings) -> socket.socket:
    """A listening socket; without an address on IPv6 and IPv4 alike where the box has both."""
    if settings.host or not socket.has_dualstack_ipv6():
        family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    return socket.create_server(("", settings.port), family=socket.AF_INET6, backlog=BACKLOG, dualstack_ipv6=True)


def log(line: str) -> None:
    """One line for the box's log."""
    print(line, file=sys.stderr, flush=True)
