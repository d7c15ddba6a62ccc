"""The first process of an edge that has a network of its own: it runs HAProxy on the listening sockets of the door.

usage: python3 -c PROGRAM FOLDER COMMAND... It waits for the door at FOLDER/door.sock, however long that takes: the engine
starts door and edge in any order. When the door ends, it ends, for the engine to start it again: the sockets lead nowhere.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path

RETRY_SECONDS = 0.1
BIND = r"(?m)^  bind :(\d+)(?=$| ssl )"
STOPPING = (signal.SIGUSR1, signal.SIGTERM, signal.SIGINT)


def reach(path: str) -> socket.socket:
    """A connection to the door."""
    said = False
    while True:
        door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        try:
            door.connect(path)
            return door
        except OSError as error:
            door.close()
            if not said:
                print(f"{path}: expected the door to answer, got {error}; waiting for it", file=sys.stderr, flush=True)
            said = True
            time.sleep(RETRY_SECONDS)


def listening(door: socket.socket, port: str) -> int:
    """The number of the file that is the door's socket for a port."""
    files: list[int] = []
    try:
        door.sendall(port.encode())
        _, files, _, _ = socket.recv_fds(door, 64, 1)
    except OSError:
        pass  # It has just ended.
    if not files:
        sys.exit(f"door: expected its socket for port {port}, got none; see the door's log")
    return files[0]


def through(door: socket.socket, configuration: str, own: str) -> tuple[str, list[int]]:
    """HAProxy's configuration with the door's sockets for its ports, and their numbers; other edges ask it by a path."""
    files = {port: listening(door, port) for port in sorted(set(re.findall(BIND, configuration)))}
    bound = re.sub(BIND, lambda found: f"  bind fd@{files[found[1]]}", configuration)
    state = f"  stats socket {own} mode 666 level user"
    return re.sub(r"(?m)^  stats socket ipv4@127\.0\.0\.1:\d+ level user$", state, bound), list(files.values())


def keep(certificates: str, configuration: str) -> None:
    """Writes certificates, a list of texts in JSON, to the folder that the configuration has them from, for this user alone."""
    place = re.search(r"(?m)^  bind :\d+ ssl crt (\S+)", configuration)
    if not place:
        return
    folder = Path(place[1])
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number, text in enumerate(json.loads(certificates)):
        file = os.open(folder / f"{number:03}.pem", os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with open(file, "w", encoding="utf-8") as opened:
            opened.write(text)


def running(folder: str, own: str) -> str | None:
    """Where the newest of the other edges answers; what is left of those that ended is removed."""
    for path in sorted(Path(folder).glob("edge-*.sock"), key=lambda path: path.stat().st_mtime, reverse=True):
        with socket.socket(socket.AF_UNIX) as edge:
            try:
                edge.connect(str(path))
                return str(path)
            except OSError:
                path.unlink(missing_ok=True)
    return None


def attend(edge: subprocess.Popen[bytes], door: socket.socket, woken: socket.socket) -> int:
    """Waits for the end of the edge or of the door. Returns the exit code."""
    while True:
        ready, _, _ = select.select([door, woken], [], [])
        if door in ready:
            print(
                "door: expected it to go on, got its end; the edge ends, to be started again",
                file=sys.stderr,
                flush=True,
            )
            edge.kill()
            return 1
        woken.recv(64)
        code = ended(edge.pid)
        if code is not None:
            return code


def ended(edge: int) -> int | None:
    """Takes leave of processes that ended. Returns the edge's exit code when it is one of them."""
    code = None
    while True:
        try:
            pid, status = os.waitpid(-1, os.WNOHANG)
        except ChildProcessError:
            return code
        if pid == 0:
            return code
        if pid == edge:
            result = os.waitstatus_to_exitcode(status)
            code = result if result >= 0 else 128 - result


def main(folder: str, *command: str) -> int:
    """Runs the edge behind the door."""
    for number in STOPPING:
        signal.signal(number, lambda *_: sys.exit(0))
    door = reach(f"{folder}/door.sock")
    own = f"{folder}/edge-{socket.gethostname()}.sock"
    keep(os.environ.pop("EDGE_CERTIFICATES", "[]"), os.environ.get("EDGE_CONFIGURATION", ""))
    configuration, files = through(door, os.environ.get("EDGE_CONFIGURATION", ""), own)
    other = running(folder, own)
    environment = {**os.environ, "EDGE_CONFIGURATION": configuration, **({"EDGE_SOCKET": other} if other else {})}
    woken, waking = socket.socketpair()
    waking.setblocking(False)
    signal.set_wakeup_fd(waking.fileno())
    signal.signal(signal.SIGCHLD, lambda *_: None)
    edge = subprocess.Popen(command, env=environment, pass_fds=files)
    for number in STOPPING:
        signal.signal(number, lambda number, _: os.kill(edge.pid, number))
    return attend(edge, door, woken)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
