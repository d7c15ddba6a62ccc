"""Files that stand for the devices of volumes, each with a fault of its own, made by the real programs."""

from __future__ import annotations

import hashlib
import os
import shutil
import subprocess
import tempfile
import unittest
from pathlib import Path

MIB = 1 << 20
MEMORY = "/dev/shm"
os.environ["PATH"] += ":/usr/sbin:/sbin"
PROGRAMS = ["blkid", "debugfs", "e2fsck", "mkfs.ext4", "mkswap", "resize2fs", "sfdisk", "wipefs"]


class DeviceCase(unittest.TestCase):
    """Tests with a folder of devices."""

    @classmethod
    def setUpClass(cls) -> None:
        missing = [program for program in PROGRAMS if shutil.which(program) is None]
        if missing:
            raise unittest.SkipTest(f"expected on PATH: {', '.join(missing)}; install e2fsprogs, fdisk and util-linux")

    def setUp(self) -> None:
        # In memory where there is such a place: most of each device are holes.
        folder = tempfile.TemporaryDirectory(dir=MEMORY if os.access(MEMORY, os.W_OK) else None)
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.device = str(self.blank())

    def blank(self, size: int = 64 * MIB, name: str = "device") -> Path:
        """A device of zeros."""
        path = self.folder / name
        path.write_bytes(b"")
        os.truncate(path, size)
        return path

    def put(self, data: bytes, offset: int) -> None:
        """Writes into the device; from its end where the offset is negative."""
        with open(self.device, "r+b") as file:
            file.seek(offset, os.SEEK_SET if offset >= 0 else os.SEEK_END)
            file.write(data)

    def run_on_device(self, *command: str, then: tuple[str, ...] = (), code: int | None = 0) -> str:
        """Runs a program on the device; what it printed."""
        done = subprocess.run(
            [*command, self.device, *then],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        if code is not None:
            self.assertEqual(done.returncode, code, done.stdout)
        return done.stdout

    def make_ext4(self, *options: str) -> None:
        """A file system with a file in it."""
        self.run_on_device("mkfs.ext4", "-q", *options)
        self.run_on_device("debugfs", "-w", "-R", f"write {__file__} kept")

    def debugfs(self, *requests: str) -> None:
        """Has the file system damaged."""
        for request in requests:
            self.run_on_device("debugfs", "-w", "-R", request)

    def kept(self) -> bool:
        """Whether the file that was in the file system is there."""
        return self.run_on_device("debugfs", "-R", "cat kept").split("\n", 1)[-1] == Path(__file__).read_text()

    def digest(self) -> str:
        """Of the device's content."""
        digest = hashlib.sha256()
        with open(self.device, "rb") as file:
            for index in written(file.fileno()):
                data = os.pread(file.fileno(), MIB, index * MIB)
                digest.update(b"" if data == bytes(len(data)) else b"%d:%s" % (index, data))
        return digest.hexdigest()


def written(descriptor: int) -> list[int]:
    """Which MiB of a sparse file are no holes."""
    found: set[int] = set()
    offset = 0
    while True:
        try:
            offset = os.lseek(descriptor, offset, os.SEEK_DATA)
        except OSError:
            return sorted(found)
        end = os.lseek(descriptor, offset, os.SEEK_HOLE)
        found |= set(range(offset // MIB, (end - 1) // MIB + 1))
        offset = end
