"""A box set up from its settings: on devices that are files, without mounting them, and on real ones where that is possible."""

from __future__ import annotations

import io
import os
import random
import re
import subprocess
import tempfile
import unittest
from contextlib import redirect_stderr, redirect_stdout
from pathlib import Path
from unittest import mock

from role_files import ROLES, load  # Finds the modules.

from devices import MIB, DeviceCase
from fleet_settings import read, written

DIGEST = f"sha256:{'a' * 64}"
UDEVADM = """#!/bin/sh
echo "$@" >>"$0.log"
[ ! -e "$0.late" ] || mv "$0.late" "$(cat "$0.where")"
shift 2
for device; do [ -e "$device" ] || { echo "Timed out" >&2; exit 1; }; done
"""
# Without it nobody changes the size of a file system that is mounted.
CAP_SYS_RESOURCE = 24
MOUNT = """#!/bin/sh
echo "$@" >>"$0.log"
"""


class BoxCase(DeviceCase):
    """Tests of a box, which has what user data and its disk say in a folder of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.box = load(ROLES / "machine" / "files" / "fleet-box")
        self.box.TOLD = self.folder / "run" / "box.env"
        self.box.DISK = self.folder / "image.env"
        self.box.DISK.write_text(f"FLEET_IMAGE_DIGEST={DIGEST}\n")
        self.path = self.folder / "data"
        self.stub("udevadm", UDEVADM)
        self.stub("systemctl", "#!/bin/sh\nexit 1\n")
        path = mock.patch.dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}")
        path.start()
        self.addCleanup(path.stop)

    def stub(self, name: str, script: str) -> None:
        """A program in the place of one that would work on this machine itself."""
        program = self.folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)

    def asked(self, name: str) -> list[str]:
        """With what a stub was run."""
        log = self.folder / "bin" / f"{name}.log"
        return log.read_text().splitlines() if log.exists() else []

    def tell(self, content: str | bytes) -> None:
        """Has user data begun the settings."""
        self.box.TOLD.parent.mkdir(exist_ok=True)
        self.box.TOLD.write_bytes(content if isinstance(content, bytes) else content.encode())

    def volumes(self, *pairs: str) -> None:
        self.tell(f'FLEET_VOLUMES="{" ".join(pairs)}"\n')

    def start(self) -> tuple[int, str]:
        """Runs it: the exit code, and what it said."""
        with redirect_stderr(io.StringIO()) as said, redirect_stdout(io.StringIO()):
            code = self.box.main()
        return code, said.getvalue()

    def starts(self) -> None:
        self.assertEqual(self.start(), (0, ""))

    def stops(self, *patterns: str) -> None:
        """It ends with one line for each of these, and mounts nothing."""
        code, said = self.start()
        self.assertEqual(code, 1, said)
        lines = said.splitlines()
        self.assertEqual(len(lines), len(patterns), said)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, rf"^fleet-box: {pattern}")
        self.assertEqual(self.asked("mount"), [])

    def kind(self) -> str:
        """The type of the file system on the device; nothing where it has none."""
        return self.run_on_device("blkid", "-p", "-o", "value", "-s", "TYPE", code=None).strip()


class Told(BoxCase):
    """What the services of a box are told."""

    def setUp(self) -> None:
        super().setUp()
        self.stub("mount", MOUNT)

    def test_completes_what_user_data_has_begun(self) -> None:
        self.tell(f"LEVEL=info\nFLEET_IMAGE_DIGEST=sha256:{'b' * 64}\nFLEET_BOX=i-1\n")
        self.starts()
        told = self.box.TOLD.read_text()
        self.assertEqual(told, f'FLEET_BOX="i-1"\nFLEET_IMAGE_DIGEST="{DIGEST}"\nLEVEL="info"\n')
        self.assertEqual(self.box.TOLD.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.box.TOLD.parent.stat().st_mode & 0o777, 0o755)

    def test_names_a_box_that_nobody_has_named(self) -> None:
        for content in ("", "FLEET_BOX=\n"):
            self.tell(content)
            self.starts()
            self.assertEqual(read(self.box.TOLD), {"FLEET_BOX": self.box.box_name(), "FLEET_IMAGE_DIGEST": DIGEST})

    def test_no_line_of_a_value_names_a_device(self) -> None:
        values = {
            "MOTTO": f"one\nFLEET_VOLUMES={self.path}={self.device}\nFLEET_BOX=evil\nFLEET_IMAGE_DIGEST=sha256:evil\n",
            "QUOTED": f'"\nFLEET_VOLUMES={self.path}={self.device}\n"',
            "SLASHED": f"\\\nFLEET_VOLUMES='{self.path}={self.device}'",
        }
        before = self.digest()
        self.tell(written(values | {"FLEET_BOX": "b"}))
        self.starts()
        self.assertEqual(read(self.box.TOLD), values | {"FLEET_BOX": "b", "FLEET_IMAGE_DIGEST": DIGEST})
        self.assertEqual((self.asked("mount"), self.digest()), ([], before))

    def test_generated_values_come_through_and_name_no_device(self) -> None:
        pieces = ["\n", f"FLEET_VOLUMES={self.path}={self.device}", '"', "'", "\\", "$", " ", "=", "#", "\r", "ü", "FLEET_BOX=x", "x"]
        before = self.digest()
        for seed in range(200):
            chance = random.Random(seed)
            values = {name: "".join(chance.choice(pieces) for _ in range(8)) for name in ("A", "Z")}
            self.tell(written(values | {"FLEET_BOX": "b"}))
            self.starts()
            self.assertEqual(read(self.box.TOLD), values | {"FLEET_BOX": "b", "FLEET_IMAGE_DIGEST": DIGEST}, f"seed {seed}")
        self.assertEqual((self.asked("mount"), self.digest()), ([], before))

    def test_nothing_unfinished_hides_the_digest_of_the_disk(self) -> None:
        self.tell('FLEET_IMAGE_DIGEST=sha256:evil\nOPEN="')
        self.starts()
        self.assertEqual(read(self.box.TOLD)["FLEET_IMAGE_DIGEST"], DIGEST)

    def test_stops_where_services_would_be_told_nothing_at_all(self) -> None:
        self.tell(b"GOOD=1\nLATIN=\xfc\n")
        self.stops(f"{self.box.TOLD}: LATIN: expected characters in UTF-8 other than NUL, got other bytes; encode it$")
        self.tell("GOOD=1\n")
        self.box.DISK.write_text("")
        self.stops(f"{self.box.DISK}: expected FLEET_IMAGE_DIGEST, got none; build the disk again$")

    def test_stops_where_user_data_was_not_taken(self) -> None:
        self.volumes(f"{self.path}={self.device}")
        self.stub("systemctl", '#!/bin/sh\n[ "$*" = "is-failed --quiet cloud-init.service" ]\n')
        self.stops("user data: expected cloud-init to take it, got a failure; see journalctl -u cloud-init$")
        self.assertEqual(self.kind(), "")

    def test_volumes_that_are_none(self) -> None:
        self.volumes("data=/dev/sdf", "/srv", "/srv=sdf", f"{self.path}={self.device}")
        expected = "FLEET_VOLUMES: expected PATH=DEVICE with absolute paths, got"
        self.stops(f"{expected} data=/dev/sdf; correct it$", f"{expected} /srv; correct it$", f"{expected} /srv=sdf; correct it$")
        self.assertEqual(self.kind(), "")


class Volumes(BoxCase):
    """Volumes before they are mounted."""

    def setUp(self) -> None:
        super().setUp()
        self.stub("mount", MOUNT)
        self.name = f"FLEET_VOLUMES {self.path}={self.device}"
        self.volumes(f"{self.path}={self.device}")

    def mounted(self) -> None:
        """It has been mounted, and nothing else."""
        self.assertEqual(self.asked("mount"), [f"{self.device} {self.path}"])
        self.assertEqual(self.path.stat().st_mode & 0o777, 0o755)

    def test_a_blank_one_is_formatted(self) -> None:
        self.starts()
        self.assertEqual(self.kind(), "ext4")
        self.mounted()
        self.assertEqual(self.asked("udevadm"), [f"wait --timeout=60 {self.device}"])

    def test_the_disk_declares_those_that_user_data_does_not(self) -> None:
        self.tell("")
        self.box.DISK.write_text(f'FLEET_IMAGE_DIGEST={DIGEST}\nFLEET_VOLUMES="{self.path}={self.device}"\n')
        self.starts()
        self.mounted()

    def test_a_file_system_is_kept(self) -> None:
        self.make_ext4()
        self.starts()
        self.mounted()
        self.assertTrue(self.kept())

    def test_a_device_that_comes_late_is_waited_for(self) -> None:
        self.make_ext4()
        (self.folder / "bin" / "udevadm.where").write_text(self.device)
        os.rename(self.device, self.folder / "bin" / "udevadm.late")
        self.starts()
        self.mounted()
        self.assertTrue(self.kept())

    def test_one_that_does_not_come_is_named(self) -> None:
        self.volumes(f"{self.path}={self.device}", f"/srv={self.folder}/none", "/var/x=LABEL=spool")
        self.stops(
            rf"FLEET_VOLUMES /srv={self.folder}/none: expected the device within 60 s, got none \(Timed out\); attach it, or correct its name$",
            "FLEET_VOLUMES /var/x=/dev/disk/by-label/spool: expected the device within 60 s, got none",
        )
        self.assertEqual(self.kind(), "")

    def test_nothing_is_done_to_any_where_one_is_not_in_order(self) -> None:
        good, self.device = self.device, str(self.blank(name="other"))
        self.make_ext4()
        self.put(b"\0" * 1024, 1024)
        other = self.device
        self.volumes(f"{self.path}={good}", f"/srv={other}")
        before = self.digest()
        self.stops(rf"FLEET_VOLUMES /srv={other}: expected a file system or a blank device, got nothing that blkid knows.*; nothing was written to it$")
        self.assertEqual(self.digest(), before)
        self.device = good
        self.assertEqual(self.kind(), "")

    def test_all_that_are_not_in_order_are_named(self) -> None:
        other = self.blank(name="other")
        other.write_bytes(b"x" * MIB)
        self.put(b"SWAPSPACE2", 4086)
        self.volumes(f"{self.path}={self.device}", f"/srv={other}")
        self.stops(f"{self.name}: expected a file system or a blank device, got nothing", f"FLEET_VOLUMES /srv={other}: expected")

    def test_a_device_twice(self) -> None:
        os.symlink(self.device, self.folder / "link")
        self.volumes(f"{self.path}={self.device}", f"/srv={self.folder}/link")
        self.stops(f"FLEET_VOLUMES /srv={self.folder}/link: expected each path and device once; remove it$")

    def test_errors_that_e2fsck_mends_by_itself(self) -> None:
        self.make_ext4()
        self.debugfs("set_super_value free_blocks_count 7", "set_super_value state 0")
        self.assertIn("Free blocks count wrong", self.run_on_device("e2fsck", "-f", "-n"))
        self.starts()
        self.mounted()
        self.assertTrue(self.kept())
        self.assertNotIn("wrong", self.run_on_device("e2fsck", "-f", "-n"))

    def test_errors_that_e2fsck_does_not_mend_by_itself(self) -> None:
        self.make_ext4()
        self.debugfs("clri <2>", "set_super_value state 0")
        self.stops(rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 4 \(.*UNEXPECTED INCONSISTENCY.*\); take a snapshot of it")

    def test_a_superblock_that_is_only_named_right(self) -> None:
        self.make_ext4()
        self.put(b"\xff\xff", 1100)
        self.stops(rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 8")

    def test_one_that_is_larger_than_its_device(self) -> None:
        self.make_ext4()
        os.truncate(self.device, 32 * MIB)
        self.stops(rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 4 \(.*physical size of the device")

    def test_one_that_is_smaller_than_its_device_fills_it(self) -> None:
        self.make_ext4()
        os.truncate(self.device, 256 * MIB)
        self.starts()
        self.assertIn(f"Block count: {256 * MIB // 1024}", " ".join(self.run_on_device("dumpe2fs", "-h").split()))
        self.assertTrue(self.kept())

    def test_one_that_cannot_grow_is_used_as_it_is_and_said_to_be(self) -> None:
        self.make_ext4()
        self.stub("resize2fs", "#!/bin/sh\necho no room\nexit 1\n")
        code, said = self.start()
        expected = f"fleet-box: {self.name}: expected to fill its device, got no room; it is mounted as it is: mend it, and start the box again\n"
        self.assertEqual((code, said), (0, expected))
        self.mounted()

    def test_one_that_cannot_be_mounted(self) -> None:
        self.make_ext4()
        self.stub("mount", "#!/bin/sh\necho bad superblock >&2\nexit 32\n")
        self.stops(rf"{self.name}: expected to be mounted \(ext4\), got bad superblock; mend the volume, and start the box again$")

    def test_another_file_system_is_mounted_unchecked(self) -> None:
        self.run_on_device("mkfs.vfat")
        before = self.digest()
        self.starts()
        self.mounted()
        self.assertEqual(self.digest(), before)

    def test_a_program_that_is_missing(self) -> None:
        with mock.patch.dict(os.environ, PATH=f"{self.folder}/bin"):
            self.stops(f"{self.name}: expected to read it, got .*'blkid'")


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
                made = subprocess.run(["losetup", "--find", "--show", "--direct-io=on", str(file)], capture_output=True, text=True)
                if made.returncode:
                    self.skipTest(f"expected a loop device, got none ({made.stderr.strip()}); run as root where there are some")
                self.device = made.stdout.strip()
                try:
                    os.truncate(file, readable)
                    self.volumes(f"{self.path}={self.device}")
                    self.stops(rf"FLEET_VOLUMES {self.path}={self.device}: expected to read it, got .*Input/output error; look at the volume's health")
                finally:
                    subprocess.run(["losetup", "--detach", self.device], check=True)


if __name__ == "__main__":
    unittest.main()
