"""Volumes of a box, on devices that are files, without mounting them."""

from __future__ import annotations

import os
import unittest
from unittest import mock

from box_case import DIGEST, MOUNT, BoxCase
from devices import MIB


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
        self.stops(
            rf"FLEET_VOLUMES /srv={other}: expected a file system or a blank device, got nothing that blkid knows.*; nothing was written to it$"
        )
        self.assertEqual(self.digest(), before)
        self.device = good
        self.assertEqual(self.kind(), "")

    def test_all_that_are_not_in_order_are_named(self) -> None:
        other = self.blank(name="other")
        other.write_bytes(b"x" * MIB)
        self.put(b"SWAPSPACE2", 4086)
        self.volumes(f"{self.path}={self.device}", f"/srv={other}")
        self.stops(
            f"{self.name}: expected a file system or a blank device, got nothing",
            f"FLEET_VOLUMES /srv={other}: expected",
        )

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
        self.stops(
            rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 4 \(.*UNEXPECTED INCONSISTENCY.*\); take a snapshot of it"
        )

    def test_a_superblock_that_is_only_named_right(self) -> None:
        self.make_ext4()
        self.put(b"\xff\xff", 1100)
        self.stops(rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 8")

    def test_one_that_is_larger_than_its_device(self) -> None:
        self.make_ext4()
        os.truncate(self.device, 32 * MIB)
        self.stops(
            rf"{self.name}: expected a file system that e2fsck -p can mend, got its exit code 4 \(.*physical size of the device"
        )

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
        self.stops(
            rf"{self.name}: expected to be mounted \(ext4\), got bad superblock; mend the volume, and start the box again$"
        )

    def test_another_file_system_is_mounted_unchecked(self) -> None:
        self.run_on_device("mkfs.vfat")
        before = self.digest()
        self.starts()
        self.mounted()
        self.assertEqual(self.digest(), before)

    def test_a_program_that_is_missing(self) -> None:
        with mock.patch.dict(os.environ, PATH=f"{self.folder}/bin"):
            self.stops(f"{self.name}: expected to read it, got .*'blkid'")


if __name__ == "__main__":
    unittest.main()
