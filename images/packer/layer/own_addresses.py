"""Says which files of the layer have the address of the build container, which no box has: roles write it from facts. Runs in the
build container."""

import os
import re
import socket
import stat

SINCE = "/run/fleet-build/hosts.before"
ROOTS = ("/etc", "/opt", "/srv", "/usr/local", "/var/lib", "/var/www")
LIMIT_BYTES = 1 << 20
# Mounted by the engine.
LEFT_OUT = {"/etc/hosts", "/etc/resolv.conf", "/etc/hostname"}


def own_address():
    """The one that others see; None without a network. Nothing is sent."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(("192.0.2.1", 9))
        except OSError:
            return None
        return asked.getsockname()[0]


def files_with(address, roots=ROOTS, since=SINCE):
    pattern = re.compile(rb"(?<![\d.])%s(?!\.?\d)" % re.escape(address.encode()))
    start = os.stat(since).st_mtime
    for path in (os.path.join(folder, name) for root in roots for folder, _, names in os.walk(root) for name in names):
        try:
            status = os.lstat(path)
            if path in LEFT_OUT or not stat.S_ISREG(status.st_mode) or status.st_ctime < start or status.st_size > LIMIT_BYTES:
                continue
            with open(path, "rb") as file:
                content = file.read()
        except FileNotFoundError:
            # Services still run, and files of theirs come and go.
            continue
        if pattern.search(content):
            yield path


def tell():
    address = own_address()
    for path in sorted(files_with(address)) if address else []:
        print(f"{path}: has {address}, the address of the build container, and boxes have others; give its role another by a variable")


if __name__ == "__main__":
    tell()
