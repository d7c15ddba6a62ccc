"""Folders of the image that differ from the one that they are in, and are not as an empty one in memory would be: where a box has one of
them in memory, that belongs to whom the image's does.
"""

import os

# In memory in every box, or of the package managers.
LEFT_OUT = {
    *("/var/log", "/var/tmp", "/var/run", "/var/lib/apt", "/var/lib/dpkg", "/var/lib/systemd", "/var/lib/private"),
    *("/var/cache/apt", "/var/cache/private", "/var/cache/debconf", "/var/lib/rpm", "/var/lib/dnf", "/var/cache/dnf"),
}
USUAL = (0, 0, 0o755)


def owned_folders(root="/var"):
    """Each with its path, the numbers of its user and group, and its mode, by path."""
    found = []
    pending = [root]
    while pending:
        parent = pending.pop()
        above = own(os.stat(parent))
        for entry in os.scandir(parent):
            if not entry.is_dir(follow_symlinks=False) or entry.path in LEFT_OUT:
                continue
            pending.append(entry.path)
            uid, gid, mode = own(entry.stat(follow_symlinks=False))
            if (uid, gid, mode) not in (USUAL, above):
                found.append({"path": entry.path, "uid": uid, "gid": gid, "mode": mode})
    return sorted(found, key=lambda folder: folder["path"])


def own(status):
    return status.st_uid, status.st_gid, status.st_mode & 0o7777
