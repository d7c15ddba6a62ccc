"""Keeps the entries that roles added to /etc/hosts, which the engine mounts, in a file that images have: machine images take
them from there. Says in one line each what is left out, since the environment of a box decides it. Runs in the build container.
"""

import os

ETC = "/etc"
BEFORE = "/run/fleet-build"
OUTPUT = "/usr/lib/fleet/hosts"
# What every box has.
USUAL = {("127.0.0.1", "localhost"), *(("::1", name) for name in ("localhost", "ip6-localhost", "ip6-loopback"))}


def main():
    keep(list(added()))
    for name, what in (("resolv.conf", "its name servers"), ("hostname", "its name")):
        if changed(name):
            print(f"/etc/{name}: what roles say is no part of the image; the environment of a box decides {what}")


def lines(path):
    if not os.path.exists(path):
        return []
    with open(path, errors="surrogateescape") as file:
        stripped = (" ".join(line.partition("#")[0].split()) for line in file)
        return [line for line in stripped if line]


def names(line):
    address, *others = line.split()
    return {(address, name) for name in others}


def added():
    """The entries without what every box has, and without what names this one."""
    known = USUAL.union(*map(names, lines(f"{BEFORE}/hosts.before")))
    for line in lines(f"{ETC}/hosts"):
        address, *others = line.split()
        new = [name for name in others if (address, name) not in known and name != os.uname().nodename]
        if new:
            yield " ".join([address, *new])


def keep(entries):
    """Those of the layers below are among them, since place.py put them into the file, unless a role took them away."""
    if entries == lines(OUTPUT):
        return
    os.makedirs(os.path.dirname(OUTPUT), mode=0o755, exist_ok=True)
    with open(OUTPUT, "w", errors="surrogateescape") as file:
        file.write("".join(f"{entry}\n" for entry in entries))


def changed(name):
    named = name == "hostname" and os.path.exists(f"{BEFORE}/hostname.kept")
    return named or lines(f"{ETC}/{name}") != lines(f"{BEFORE}/{name}.before")


if __name__ == "__main__":
    main()
