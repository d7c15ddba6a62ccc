"""The door's program: it listens where requests come in, and hands its listening sockets to the edges.

usage: python3 -c PROGRAM FOLDER. An edge connects to FOLDER/door.sock and sends port numbers, one a message; it gets each
one back with the socket (SCM_RIGHTS), or the connection's end. All edges share one socket and its queue, so that a request waits
while no edge runs, and none is lost when one edge follows another. A connection that ends tells the other side's end.
"""

from __future__ import annotations

import os
import selectors
import socket
import sys

BACKLOG = 4096


class Door:
    """The listening sockets by port, and the ports that each connected edge asked for."""

    def __init__(self) -> None:
        self.listening: dict[int, socket.socket] = {}
        self.asked: dict[socket.socket, set[int]] = {}

    def enter(self, edge: socket.socket) -> None:
        """An edge has connected."""
        self.asked[edge] = set()

    def answer(self, edge: socket.socket, message: bytes) -> None:
        """Hands one socket over."""
        port = int(message)
        if port not in self.listening:
            self.listening[port] = socket.create_server(("", port), backlog=BACKLOG)
        self.asked[edge].add(port)
        socket.send_fds(edge, [message], [self.listening[port].fileno()])

    def leave(self, edge: socket.socket) -> None:
        """An edge has gone. The last one's ports stay open: what comes in waits until it is started again."""
        del self.asked[edge]
        edge.close()
        if self.asked:
            for port in self.listening.keys() - set().union(*self.asked.values()):
                self.listening.pop(port).close()


def listen(path: str) -> socket.socket:
    """Where edges connect; in the place of a former door's."""
    if os.path.exists(path):
        os.unlink(path)
    server = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    server.bind(path)
    os.chmod(path, 0o666)
    server.listen()
    return server


def hear(door: Door, edge: socket.socket) -> bool:
    """Answers one message. Returns whether the edge is still there."""
    try:
        message = edge.recv(64)
        if message:
            door.answer(edge, message)
        return message != b""
    except (OSError, OverflowError, ValueError) as error:
        print(f"door: expected an edge that asks for a port, got {error}", file=sys.stderr, flush=True)
        return False


def serve(folder: str) -> None:
    """Never returns."""
    door = Door()
    with listen(f"{folder}/door.sock") as server, selectors.DefaultSelector() as selector:
        selector.register(server, selectors.EVENT_READ)
        while True:
            for key, _ in selector.select():
                if key.fileobj is server:
                    edge, _ = server.accept()
                    edge.setblocking(False)
                    door.enter(edge)
                    selector.register(edge, selectors.EVENT_READ)
                elif not hear(door, key.fileobj):
                    selector.unregister(key.fileobj)
                    door.leave(key.fileobj)


if __name__ == "__main__":
    serve(sys.argv[1])
