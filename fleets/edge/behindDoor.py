"""The first process of an edge that has a network of its own: it runs HAProxy on the listening sockets of the door.

usage: python3 -c PROGRAM FOLDER COMMAND... It waits for the door at FOLDER/door.sock, however long that takes: the engine
starts door and edge in any order. When the door ends, it ends, for the engine to start it again: the sockets lead nowhere.
Certificates that change while it runs (EDGE_CERTIFICATE_FOLDER) come to HAProxy by its runtime API, without a restart.
"""

from __future__ import annotations

import json
import os
import re
import select
import signal
import socket
import ssl
import subprocess
import sys
import threading
import time
from pathlib import Path

RETRY_SECONDS = 0.1
# How soon an edge has a certificate that another box has brought.
LOOK_SECONDS = 1
ANSWER_SECONDS = 5
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


class Certificates:
    """Certificates that another box brings to a folder and renews there: HAProxy has them from a folder of its own."""

    def __init__(self, source: str, configuration: str) -> None:
        """source has files NAME.pem, each whole at any time."""
        place = re.search(r"(?m)^  bind :\d+ ssl crt (\S+)", configuration)
        api = re.search(r"(?m)^  stats socket (/\S+) mode 600 level admin", configuration)
        self.source, self.place = Path(source), Path(place[1] if place else "")
        self.api = api[1] if api else ""
        self.known: dict[str, bytes] = {}
        self.wrong: dict[str, bytes] = {}
        if place and api:
            self.place.mkdir(mode=0o700, parents=True, exist_ok=True)
            for name, text in self.changed():
                with open(os.open(self.place / name, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "wb") as file:
                    file.write(text)
                self.known[name] = text
            threading.Thread(target=self.follow, daemon=True).start()

    def changed(self) -> list[tuple[str, bytes]]:
        """Those that HAProxy has not: without what it would refuse, and would not start by."""
        found = []
        for path in sorted(self.source.glob("[!.]*.pem")):
            text = b""
            try:
                text = path.read_bytes()
                if text != self.known.get(path.name):
                    ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)
                    found.append((path.name, text))
            except (OSError, ValueError) as error:
                self.complain(path.name, text, f"a certificate and its key, got {error}")
        return found

    def complain(self, name: str, text: bytes, wrong: str) -> None:
        """Says once of each text what is wrong with it; it is tried again."""
        if self.wrong.get(name) != text:
            self.wrong[name] = text
            print(f"{name}: expected {wrong}", file=sys.stderr, flush=True)

    def follow(self) -> None:
        """Shows what changes, as soon as HAProxy answers."""
        while True:
            time.sleep(LOOK_SECONDS)
            for name, text in self.changed():
                try:
                    problem = self.show(name, text)
                except OSError:
                    break  # It has not started yet, or has ended.
                if problem is None:
                    self.known[name] = text
                    print(f"{name}: is shown from now on", file=sys.stderr, flush=True)
                else:
                    self.complain(name, text, f"HAProxy to take it, got {problem}")

    def show(self, name: str, text: bytes) -> str | None:
        """Gives HAProxy a certificate (management guide, 9.3). Returns what it says against it."""
        path = self.place / name
        is_new = name not in self.known
        # An empty line would be the end of it.
        lines = "\n".join(line for line in text.decode().splitlines() if line)
        steps = [
            *([f"new ssl cert {path}"] if is_new else []),
            f"set ssl cert {path} <<\n{lines}\n",
            f"commit ssl cert {path}",
            *([f"add ssl crt-list {self.place} {path}"] if is_new else []),
        ]
        for step in steps:
            answer = self.ask(step)
            if not re.search(r"New empty|already exists|Transaction (created|updated)|Success!", answer):
                return answer.strip()
        return None

    def ask(self, command: str) -> str:
        """HAProxy's answer to one command."""
        with socket.socket(socket.AF_UNIX) as api:
            api.settimeout(ANSWER_SECONDS)
            api.connect(self.api)
            api.sendall(command.encode() + b"\n")
            parts = []
            while part := api.recv(65536):
                parts.append(part)
        return b"".join(parts).decode("utf-8", "replace")


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
    source = os.environ.pop("EDGE_CERTIFICATE_FOLDER", "")
    if source:
        Certificates(source, os.environ.get("EDGE_CONFIGURATION", ""))
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
