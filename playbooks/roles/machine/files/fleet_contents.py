"""What a block device holds, looked at without writing to it. Only what is proved to be blank is called blank."""

from __future__ import annotations

import os
import struct
import subprocess

BLANK = "blank"
MIB = 1 << 20
# Looked at between the first and the last MiB: all of a volume up to 16 MiB, and of any other what is read within a second.
SAMPLES = 1024
SAMPLE_BYTES = 16 * 1024
# How blkid ends.
FOUND, NOTHING, AMBIVALENT = 0, 2, 8


class Unfit(Exception):
    """A device that is neither blank nor holds a file system: what was got, and the way out."""

    def __init__(self, got: str, fix: str) -> None:
        super().__init__(f"got {got}; {fix}")


def contents(device: str) -> str:
    """The type of the file system on a device, or BLANK; raises Unfit, or OSError where the device cannot be read."""
    command = ["blkid", "-p", "-o", "export", "-s", "TYPE", "-s", "USAGE", "-s", "PTTYPE", device]
    probed = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True)
    if probed.returncode == FOUND:
        return file_system(dict(line.split("=", 1) for line in probed.stdout.splitlines() if "=" in line))
    if probed.returncode == AMBIVALENT:
        fix = f"erase the one that is wrong (wipefs --backup --offset OFFSET {device})"
        raise Unfit(f"several signatures ({signatures(device)})", fix)
    if probed.returncode != NOTHING:
        raise Unfit(f"an error of blkid, {probed.returncode}: {probed.stderr.strip()}", "look at the device's health")
    written = first_written(device)
    if written is None:
        return BLANK
    raise Unfit(f"nothing that blkid knows, and not only zeros (byte {written})", way_out(device))


def file_system(facts: dict[str, str]) -> str:
    """The type of the file system that blkid has found; raises Unfit where it has found something else."""
    if facts.get("USAGE") == "filesystem":
        return facts["TYPE"]
    found = facts.get("TYPE") or f"a partition table ({facts.get('PTTYPE', 'unknown')})"
    raise Unfit(found, "name a volume that holds a file system, or make one on this one if nothing of it is needed")


def signatures(device: str) -> str:
    """Everything that may be on the device, with offsets."""
    command = ["wipefs", "--no-act", "--noheadings", "--output", "OFFSET,TYPE", device]
    told = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True).stdout
    return ", ".join(" ".join(line.split()) for line in told.splitlines())


def first_written(device: str) -> int | None:
    """Offset of the first byte found that is not zero. Reads the first and last MiB, every place where an ext file system
    keeps a copy of its superblock, and samples of the rest."""
    with open(device, "rb", buffering=0) as file:
        size = file.seek(0, os.SEEK_END)
        if size == 0:
            raise Unfit("no bytes at all", "name a block device")
        places = [
            (0, MIB),
            *((offset, 4096) for _, _, offset in copies(size)),
            *samples(size),
            (max(0, size - MIB), MIB),
        ]
        for offset, count in places:
            data = read_at(file.fileno(), offset, count)
            if data != bytes(len(data)):
                return offset + len(data) - len(data.lstrip(b"\0"))
    return None


def read_at(descriptor: int, offset: int, count: int) -> bytes:
    """Bytes of a device, fewer only at its end: before a place that cannot be read the kernel just gives fewer at first."""
    pieces = []
    while count > 0 and (piece := os.pread(descriptor, count, offset)):
        pieces.append(piece)
        offset += len(piece)
        count -= len(piece)
    return b"".join(pieces)


def samples(size: int) -> list[tuple[int, int]]:
    """Places, evenly over the device, and how much is read there."""
    return [(size * index // SAMPLES & ~4095, SAMPLE_BYTES) for index in range(SAMPLES)]


def copies(size: int) -> list[tuple[int, int, int]]:
    """Where an ext file system of that size may keep copies of its superblock: block size, block, offset in bytes."""
    groups = sorted({1, *(base**power for base in (3, 5, 7) for power in range(1, 30))})
    places = []
    for block in (4096, 1024, 2048):
        # The first block of 1 KiB is before the first group.
        blocks = [group * 8 * block + (1 if block == 1024 else 0) for group in groups]
        places += [(block, number, number * block) for number in blocks if (number + 1) * block <= size]
    return places


def way_out(device: str) -> str:
    """What may be done about a device that holds nothing known."""
    wipe = f"if nothing of it is needed, make a file system on it (mkfs.ext4 {device})"
    with open(device, "rb", buffering=0) as file:
        for block, number, offset in copies(file.seek(0, os.SEEK_END)):
            data = read_at(file.fileno(), offset, 1024)
            # Magic number, and the size of a block as a power of two: struct ext4_super_block.
            if (
                len(data) == 1024
                and data[56:58] == b"\x53\xef"
                and 1024 << struct.unpack_from("<I", data, 24)[0] == block
            ):
                mend = f"e2fsck -f -b {number} -B {block} {device}"
                return f"an ext file system has a copy of its superblock here: {mend}; or, {wipe}"
    return f"mend it, or, {wipe}"
