"""Volumes of a box on real devices, where that is possible."""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
import unittest
from pathlib import Path

from box_case import MOUNT, BoxCase
from devices import MIB

# Without it nobody changes the size of a file system that is mounted.
CAP_SYS_RESOURCE = 24


class Mounted(BoxCase):
    """Real devices, really mounted."""

    def setUp(self) -> None:
        super().setUp()
        self.path.mkdir()
        self.file = self.blank(name="volume")
        self.attach(self.file)
        if subprocess.run(["unshare", "--mount", "true"], capture_output=True).returncode:
            self.skipTest("expected rights to mount, got none; run as root")

    def attach(self, file: Path, *options: str) -> None:
        """Makes a device of a file."""
        made = subprocess.run(["losetup", "--find", "--show", *options, str(file)], capture_output=True, text=True)
        if made.returncode:
            self.skipTest(f"expected a loop device, got none ({made.stderr.strip()}); run as root where there are some")
        self.device = made.stdout.strip()
        self.addCleanup(subprocess.run, ["losetup", "--detach", self.device], check=True)
        self.addCleanup(subprocess.run, ["umount", "--quiet", str(self.path)], check=False, stderr=subprocess.DEVNULL)
        self.volumes(f"{self.path}={self.device}")

    def test_a_blank_one_is_formatted_mounted_and_kept(self) -> None:
        self.starts()
        self.assertTrue(self.path.is_mount())
        (self.path / "kept").write_text("data")
        # Run again, it leaves alone what is mounted.
        self.starts()
        self.assertEqual(self.run_on_device("findmnt", "-n", "-o", "TARGET").split(), [str(self.path)])
        subprocess.run(["umount", str(self.path)], check=True)
        self.starts()
        self.assertEqual((self.path / "kept").read_text(), "data")

    def test_one_whose_device_has_grown_fills_it(self) -> None:
        capabilities = re.search(r"^CapEff:\s*(\w+)", Path("/proc/self/status").read_text(), re.MULTILINE)
        if not int(capabilities[1], 16) & 1 << CAP_SYS_RESOURCE:
            self.skipTest("expected the capability CAP_SYS_RESOURCE, got none; run as root outside a container")
        self.starts()
        (self.path / "kept").write_text("data")
        subprocess.run(["umount", str(self.path)], check=True)
        os.truncate(self.file, 512 * MIB)
        subprocess.run(["losetup", "--set-capacity", self.device], check=True)
        self.starts()
        self.assertGreater(os.statvfs(self.path).f_blocks * os.statvfs(self.path).f_frsize, 400 * MIB)
        self.assertEqual((self.path / "kept").read_text(), "data")

    def test_one_that_was_not_unmounted_comes_back_with_its_data(self) -> None:
        self.starts()
        (self.path / "kept").write_text("data")
        os.sync()
        # As the device is when the power goes.
        crashed = self.folder / "crashed"
        subprocess.run(["cp", "--sparse=always", self.file, crashed], check=True)
        subprocess.run(["umount", str(self.path)], check=True)
        self.attach(crashed)
        self.assertIn("needs_recovery", self.run_on_device("dumpe2fs", "-h"))
        self.starts()
        self.assertEqual((self.path / "kept").read_text(), "data")


class Unreadable(BoxCase):
    """A device that gives errors."""

    def test_is_never_taken_for_blank(self) -> None:
        self.stub("mount", MOUNT)
        # Not in memory: a device that is read directly, and whose file is shorter than it was, gives errors.
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        file = Path(folder.name) / "device"
        for readable in (0, MIB // 2, 32 * MIB, 64 * MIB - 4096):
            with self.subTest(readable=readable):
                file.write_bytes(b"")
                os.truncate(file, 64 * MIB)
                made = subprocess.run(
                    ["losetup", "--find", "--show", "--direct-io=on", str(file)], capture_output=True, text=True
                )
                if made.returncode:
                    self.skipTest(
                        f"expected a loop device, got none ({made.stderr.strip()}); run as root where there are some"
                    )
                self.device = made.stdout.strip()
                try:
                    os.truncate(file, readable)
                    self.volumes(f"{self.path}={self.device}")
                    self.stops(
                        rf"FLEET_VOLUMES {self.path}={self.device}: expected to read it, got .*Input/output error; look at the volume's health"
                    )
                finally:
                    subprocess.run(["losetup", "--detach", self.device], check=True)


if __name__ == "__main__":
    unittest.main()
