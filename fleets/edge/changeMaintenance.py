"""Exchanges the map of what is under maintenance: the file, which the next edge reads, and what the HAProxy of this box knows.

usage: python3 -c PROGRAM FILE < LINES. A line is the name of an application, a space, and the word that lets somebody in;
without lines nothing is under maintenance. HAProxy has all of them at once, or as they were.
"""

from __future__ import annotations

import os
import re
import socket
import sys
from pathlib import Path

SOCKET = "/run/haproxy/admin.sock"
TIMEOUT_SECONDS = 5.0


def ask(command: str) -> str:
    """HAProxy's answer to one command."""
    with socket.socket(socket.AF_UNIX) as edge:
        edge.settimeout(TIMEOUT_SECONDS)
        edge.connect(SOCKET)
        edge.sendall(command.encode() + b"\n")
        parts = []
        while part := edge.recv(65536):
            parts.append(part)
    return b"".join(parts).decode("utf-8", "replace").strip()


def write(file: Path, lines: str) -> None:
    """All of it or nothing: an edge may read it at this moment."""
    partial = file.with_name(f"{file.name}.{os.getpid()}.partial")
    partial.write_text(lines, encoding="utf-8")
    partial.replace(file)


def tell(file: Path, lines: str) -> str:
    """Has HAProxy take the lines. Returns what it has against them."""
    prepared = ask(f"prepare map {file}")
    version = re.search(r"\d+$", prepared)
    if not version:
        return prepared
    refused = ask(f"add map @{version[0]} {file} <<\n{lines}") if lines else ""
    return refused or ask(f"commit map @{version[0]} {file}")


def main(path: str) -> int:
    """Exchanges the map."""
    file, lines = Path(path), sys.stdin.read()
    try:
        write(file, lines)
        refused = tell(file, lines)
    except OSError as error:
        refused = str(error)
    if refused:
        print(f"{file}: expected HAProxy to take it, got {refused}", file=sys.stderr)
    return 1 if refused else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
