"""Puts the files of a tar on standard input into /usr/lib/fleet, where a box's first process finds them; leaves equal ones alone.
Runs in the build container."""

import os
import sys
import tarfile

FOLDER = "/usr/lib/fleet"
os.makedirs(FOLDER, mode=0o755, exist_ok=True)
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as members:
    for member in members:
        path = os.path.join(FOLDER, os.path.basename(member.name))
        content = members.extractfile(member).read()
        if os.path.exists(path) and open(path, "rb").read() == content:
            continue
        with open(path, "wb") as file:
            file.write(content)
        os.chmod(path, 0o644 if path.endswith(".py") else 0o755)
