"""Writes a layer that an engine keeps as a folder of overlayfs as the tar that it would make of it, to standard output: what was taken away
becomes a whiteout (OCI image specification, layer.md), and a second name of a file a link. Sockets are left out. Nothing but the standard
library; the argument is the folder, which is at rest as soon as standard input has said `stopped` and has ended.
"""

import os
import stat
import sys
import tarfile

ROOT = os.fsencode(sys.argv[1])
KINDS = {
    stat.S_IFREG: tarfile.REGTYPE,
    stat.S_IFDIR: tarfile.DIRTYPE,
    stat.S_IFLNK: tarfile.SYMTYPE,
    stat.S_IFCHR: tarfile.CHRTYPE,
    stat.S_IFBLK: tarfile.BLKTYPE,
    stat.S_IFIFO: tarfile.FIFOTYPE,
}
CHUNK_BYTES = 1 << 20
# <linux/capability.h>: images have no capabilities of a user namespace's root.
VERSION_MASK, VERSION_2, VERSION_3, VERSION_2_BYTES = 0xFF000000, 0x02000000, 0x03000000, 20
output = sys.stdout.buffer
seen = {}


def main():
    if sys.stdin.buffer.read() != b"stopped\n":
        sys.exit(1)  # Whoever failed has said why.
    walk(b"")
    output.write(bytes(tarfile.RECORDSIZE))


def walk(folder):
    for name in sorted(os.listdir(os.path.join(ROOT, folder))):
        path = os.path.join(folder, name)
        status = os.lstat(os.path.join(ROOT, path))
        if stat.S_ISSOCK(status.st_mode):
            continue
        if stat.S_ISCHR(status.st_mode) and status.st_rdev == 0:
            write(os.path.join(folder, b".wh." + name), status, tarfile.REGTYPE, mode=0o600)
            continue
        add(path, status)
        if stat.S_ISDIR(status.st_mode):
            if attribute(path, "trusted.overlay.opaque") == b"y":
                write(os.path.join(path, b".wh..wh..opq"), status, tarfile.REGTYPE, mtime=0)
            walk(path)


def add(path, status):
    kind = KINDS[stat.S_IFMT(status.st_mode)]
    more = {}
    first = seen.setdefault((status.st_dev, status.st_ino), path)
    if kind != tarfile.DIRTYPE and first != path:
        kind = tarfile.LNKTYPE
        more["linkname"] = os.fsdecode(first)
    elif kind == tarfile.SYMTYPE:
        more["linkname"] = os.fsdecode(os.readlink(os.path.join(ROOT, path)))
    elif kind in (tarfile.CHRTYPE, tarfile.BLKTYPE):
        more.update(devmajor=os.major(status.st_rdev), devminor=os.minor(status.st_rdev))
    elif kind == tarfile.REGTYPE:
        more["size"] = status.st_size
    write(path, status, kind, capabilities(path), **more)
    if kind == tarfile.REGTYPE:
        copy(path, status.st_size)


def write(path, status, kind, capability=None, **more):
    info = tarfile.TarInfo(os.fsdecode(path))
    info.type = kind
    info.mode = stat.S_IMODE(status.st_mode)
    info.uid, info.gid, info.mtime = status.st_uid, status.st_gid, status.st_mtime_ns // 10**9
    for name, value in more.items():
        setattr(info, name, value)
    if capability is not None:
        info.pax_headers["SCHILY.xattr.security.capability"] = os.fsdecode(capability)
    form = tarfile.GNU_FORMAT if capability is None else tarfile.PAX_FORMAT
    output.write(info.tobuf(form, "utf-8", "surrogateescape"))


def copy(path, size):
    left = size
    with open(os.path.join(ROOT, path), "rb") as file:
        while left > 0:
            part = file.read(min(left, CHUNK_BYTES))
            if not part:
                sys.exit(f"{os.fsdecode(path)}: expected {size} bytes, got {size - left}")
            output.write(part)
            left -= len(part)
    output.write(bytes(-size % tarfile.BLOCKSIZE))


def attribute(path, name):
    try:
        return os.getxattr(os.path.join(ROOT, path), name, follow_symlinks=False)
    except OSError:
        return None


def capabilities(path):
    value = attribute(path, "security.capability")
    if value is None or int.from_bytes(value[:4], "little") & VERSION_MASK != VERSION_3:
        return value
    version = int.from_bytes(value[:4], "little") & ~VERSION_MASK | VERSION_2
    return version.to_bytes(4, "little") + value[4:VERSION_2_BYTES]


main()
