"""Makes a tree of files as it is described, or describes one, as JSON. Names are bytes, one character each (latin-1).

usage: tree.py make FOLDER < DESCRIPTION, tree.py describe FOLDER
"""

import hashlib
import json
import os
import socket
import stat
import sys

TYPES = {
    stat.S_IFREG: "file",
    stat.S_IFDIR: "directory",
    stat.S_IFLNK: "symlink",
    stat.S_IFCHR: "character-device",
    stat.S_IFBLK: "block-device",
    stat.S_IFIFO: "fifo",
    stat.S_IFSOCK: "socket",
}


def raw(text):
    return text.encode("latin-1")


def make_node(path, node):
    kind = node["type"]
    if kind == "directory":
        os.makedirs(path, exist_ok=True)
    elif kind == "symlink":
        os.symlink(raw(node["target"]), path)
    elif kind == "link":
        os.link(raw(node["target"]), path, follow_symlinks=False)
    elif kind == "fifo":
        os.mkfifo(path)
    elif kind == "socket":
        # An address is short; the folder may be deep.
        here = os.open(".", os.O_RDONLY)
        os.chdir(os.path.dirname(path) or b".")
        socket.socket(socket.AF_UNIX).bind(os.path.basename(path))
        os.fchdir(here)
    elif kind == "file":
        with open(path, "wb") as file:
            for at, text in node["parts"]:
                file.seek(at)
                file.write(raw(text))
            file.truncate(node["size"])
    else:
        flag = stat.S_IFCHR if kind == "character-device" else stat.S_IFBLK
        os.mknod(path, flag | 0o600, os.makedev(node["major"], node["minor"]))


def set_attributes(path, node):
    os.lchown(path, node["uid"], node["gid"])
    if node["type"] != "symlink":
        os.chmod(path, node["mode"])
    for name, value in node["xattrs"].items():
        os.setxattr(path, raw(name), bytes.fromhex(value))


def make(nodes):
    for node in nodes:
        path = raw(node["path"])
        os.makedirs(os.path.dirname(path) or b".", exist_ok=True)
        make_node(path, node)
    own = [node for node in nodes if node["type"] != "link"]
    for node in own:
        set_attributes(raw(node["path"]), node)
    # A folder's time changes with what is made in it, so those below come first.
    for node in sorted(own, key=lambda each: each["path"].count("/"), reverse=True):
        nanoseconds = int(node["mtime"] * 1000) * 10**6
        os.utime(raw(node["path"]), ns=(nanoseconds, nanoseconds), follow_symlinks=False)


def describe_node(path):
    status = os.lstat(path)
    kind = TYPES[stat.S_IFMT(status.st_mode)]
    node = {
        "path": path[2:].decode("latin-1"),
        "inode": status.st_ino,
        "type": kind,
        "mode": status.st_mode & 0o7777,
        "uid": status.st_uid,
        "gid": status.st_gid,
        "mtime": status.st_mtime_ns // 10**9,
        "device": [os.major(status.st_rdev), os.minor(status.st_rdev)],
        "target": os.readlink(path).decode("latin-1") if kind == "symlink" else "",
        "xattrs": {},
        "size": 0,
        "content": "",
    }
    if kind in ("file", "directory"):
        for name in sorted(os.listxattr(path, follow_symlinks=False)):
            node["xattrs"][os.fsencode(name).decode("latin-1")] = os.getxattr(path, name).hex()
    if kind == "file":
        node["size"] = status.st_size
        with open(path, "rb") as file:
            node["content"] = hashlib.sha256(file.read()).hexdigest()
    return node


def describe():
    found = []
    for folder, folders, files in os.walk(b"."):
        found += [describe_node(os.path.join(folder, name)) for name in folders + files]
    return found


os.chdir(sys.argv[2])
if sys.argv[1] == "make":
    make(json.load(sys.stdin))
else:
    json.dump(describe(), sys.stdout)
