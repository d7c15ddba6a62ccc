"""What boxes go by that share a volume, and of which one leads: a part of their programs (fleets/acme, fleets/schedules)."""

import fcntl
import json
from pathlib import Path


def read(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}


def claimed(path: Path):
    """An open file that is ours alone until it is closed; None while it is another's."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        file.close()
        return None
