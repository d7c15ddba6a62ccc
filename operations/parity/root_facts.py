"""Prints, as JSON, what the root file system of this host holds and which ports it listens on.

Runs on the host as root, with nothing but the standard library; changes nothing. Other file systems are left out and named.
With --ports it looks at the ports alone. With --groups and a request it prints, compressed, what fits into a few
kilobytes: a digest for each of many groups of files, and the files of the groups that are asked for.
"""

import base64
import glob
import hashlib
import json
import os
import re
import stat
import subprocess
import sys
import zlib

KINDS = {stat.S_IFREG: "file", stat.S_IFDIR: "directory", stat.S_IFLNK: "symlink", stat.S_IFIFO: "fifo"}
LISTENING = "0A"
LOOPBACK = ("7F", "00000000000000000000000001000000")


def content(path, kind):
    if kind == "symlink":
        return os.readlink(path)
    if kind != "file":
        return ""
    digest = hashlib.sha256()
    with open(path, "rb") as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


def mount_points():
    """Where other file systems, or parts of them, are mounted; devices cannot tell it, since an overlay has several."""
    with open("/proc/self/mounts", encoding="utf-8", errors="surrogateescape") as lines:
        points = [line.split(" ")[1] for line in lines]
    plain = [re.sub(r"\\(\d{3})", lambda found: chr(int(found[1], 8)), point) for point in points]
    return sorted({point[1:] for point in plain} - {""})


def walk(mounts):
    """Files by path."""
    files, closed = {}, set(mounts)
    folders = ["/"]
    while folders:
        for entry in os.scandir(folders.pop()):
            try:
                status = entry.stat(follow_symlinks=False)
                kind = KINDS.get(stat.S_IFMT(status.st_mode))
                if kind is not None and entry.path[1:] not in closed:
                    facts = [kind, stat.S_IMODE(status.st_mode), status.st_uid, status.st_gid]
                    files[entry.path[1:]] = [*facts, content(entry.path, kind), int(status.st_mtime)]
                    if kind == "directory":
                        folders.append(entry.path)
            except FileNotFoundError:  # It went away meanwhile.
                continue
    return files


def owners():
    """Packages by path; dpkg's lists name folders that may be links today."""
    found = {}
    for listing in glob.glob("/var/lib/dpkg/info/*.list"):
        package = os.path.basename(listing)[: -len(".list")].split(":")[0]
        with open(listing, encoding="utf-8", errors="surrogateescape") as lines:
            for line in lines.read().splitlines():
                real = os.path.join(os.path.realpath(os.path.dirname(line)), os.path.basename(line))
                found.setdefault(real[1:], []).append(package)
    return found


def listeners():
    """Program by port that others can reach: `tcp/8080` is listened on by `apache2`."""
    inodes = {}
    for table in ("/proc/net/tcp", "/proc/net/tcp6"):
        with open(table, encoding="ascii") as lines:
            for row in [line.split() for line in lines.readlines()[1:]]:
                address, port = row[1].rsplit(":", 1)
                if row[3] == LISTENING and not address.endswith(LOOPBACK):
                    inodes[f"socket:[{row[9]}]"] = f"tcp/{int(port, 16)}"
    found = dict.fromkeys(inodes.values(), "unknown")
    for link in glob.glob("/proc/[0-9]*/fd/*"):
        try:
            port = inodes.get(os.readlink(link))
            if port is not None:
                with open(f"/proc/{link.split('/')[2]}/comm", encoding="utf-8") as file:
                    found[port] = file.read().strip()
        except OSError:
            continue
    return found


def program(link):
    """A program that starts itself anew from a mount of its own, as crun does, has no path any more: its file is looked for."""
    path = os.readlink(link)
    if path != "/":
        return path[1:]
    own = os.stat(link)
    same = (each for each in glob.glob("/usr/*bin/*") if os.path.samestat(os.lstat(each), own))
    return next(same, " (no path)")[1:]


def programs():
    """Programs that run from this root; what runs in a container of its own is another root's."""
    root = os.stat("/")
    found = set()
    for folder in glob.glob("/proc/[0-9]*"):
        try:
            own = os.stat(f"{folder}/root")
            if (own.st_dev, own.st_ino) == (root.st_dev, root.st_ino):
                found.add(program(f"{folder}/exe"))
        except OSError:
            continue
    return sorted(found)


def passwords():
    """Who may log in by password; the passwords are not told."""
    fields = [line.split(":") for line in text("/etc/shadow").splitlines()]
    locked = ("!", "*")
    return {each[0]: "set" if each[1] else "not needed" for each in fields if each[1:] and not each[1].startswith(locked)}


def rpms():
    """Versions of the packages in rpm's database, as rpm itself has them; none where there is no rpm."""
    # In parts: Ansible would take a brace before a percent sign for its own.
    form = "%{NAME}\\t%|EPOCH?{" "%{EPOCH}:}|%{VERSION}-%{RELEASE}\\n"
    try:
        answer = subprocess.run(["rpm", "--query", "--all", "--queryformat", form], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return {}
    rows = [line.split("\t") for line in answer.stdout.splitlines()]
    return {row[0]: row[1] for row in rows if len(row) == 2 and row[0] != "gpg-pubkey"}


def text(path):
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            return file.read()
    except FileNotFoundError:
        return ""


def root():
    mounts = mount_points()
    return {
        "files": walk(mounts),
        "mounts": mounts,
        "owners": owners(),
        "programs": programs(),
        "passwd": text("/etc/passwd"),
        "group": text("/etc/group"),
        "passwords": passwords(),
        "dpkg": text("/var/lib/dpkg/status"),
        "rpm": rpms(),
    }


def grouped(request):
    """The request is JSON in base64. `leaveOut`: patterns of paths that are not compared; `groups`: how many; `show`: those whose files are wanted."""
    mounts = mount_points()
    left_out = [re.compile(pattern) for pattern in request["leaveOut"]]
    digests = [hashlib.sha256() for _ in range(request["groups"])]
    shown, set_id = {}, []
    for name, (kind, mode, uid, gid, what, _) in sorted((os.fsencode(path), facts) for path, facts in walk(mounts).items()):
        path = name.decode(errors="replace")
        if any(pattern.search(path) for pattern in left_out):
            set_id += [path] if kind == "file" and mode & 0o6000 else []
            continue
        line = f"{kind} {mode:o} {uid}:{gid} {what}".rstrip()
        group = int(hashlib.sha256(name).hexdigest()[:8], 16) % len(digests)
        digests[group].update(name + f"\0{line}\n".encode(errors="surrogateescape"))
        if group in request["show"]:
            shown[path] = line
    packed = b"".join(each.digest()[:16] for each in digests)
    return {
        "groups": base64.b64encode(packed).decode(),
        "shown": shown,
        "setId": set_id,
        "mounts": mounts,
        "programs": programs(),
    }


def main():
    if "--groups" in sys.argv:
        facts = grouped(json.loads(base64.b64decode(sys.argv[-1])))
        return base64.b64encode(zlib.compress(json.dumps(facts).encode(), 9)).decode()
    return json.dumps({"ports": listeners(), **({} if "--ports" in sys.argv else root())})


if __name__ == "__main__":
    print(main())
