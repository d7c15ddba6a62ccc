"""Sees to the map of what is under maintenance, and becomes the edge's own program.

usage: python3 -c PROGRAM FILE COMMAND... The file is in memory that all edges behind a door share: what is there stays, for
the next edge to read before its first request.
"""

from __future__ import annotations

import contextlib
import os
import sys
from pathlib import Path


def see_to(file: Path) -> None:
    """Makes the file, empty, and its folder, where edges of any user may exchange it."""
    with contextlib.suppress(FileExistsError):
        file.parent.mkdir()
        file.parent.chmod(0o777)
    with contextlib.suppress(FileExistsError):
        file.touch(0o644, exist_ok=False)


if __name__ == "__main__":
    see_to(Path(sys.argv[1]))
    os.execvp(sys.argv[2], sys.argv[2:])
