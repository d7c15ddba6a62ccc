"""What a device holds; only what is proved blank is called so."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import unittest
from unittest import mock

import role_files  # Finds the modules.

from devices import MIB, DeviceCase
from fleet_contents import BLANK, Unfit, contents

SWAP = b"SWAP-SPACE"
# More than is read of any device.
LARGE = 1 << 30


class Contents(DeviceCase):
    """Each fault that a volume may have."""

    def refused(self, pattern: str) -> None:
        """The device is not taken, for that reason, and stays as it is."""
        before = self.digest()
        with self.assertRaisesRegex(Unfit, pattern):
            contents(self.device)
        self.assertEqual(self.digest(), before)

    def test_zeros_are_blank(self) -> None:
        self.assertEqual(contents(self.device), BLANK)
        self.device = str(self.blank(LARGE))
        self.assertEqual(contents(self.device), BLANK)

    def test_file_systems_are_what_they_are(self) -> None:
        for program, kind in (
            ("mkfs.ext2", "ext2"),
            ("mkfs.ext4", "ext4"),
            ("mkfs.vfat", "vfat"),
            ("mkfs.xfs", "xfs"),
            ("mkfs.btrfs", "btrfs"),
        ):
            with self.subTest(kind):
                if shutil.which(program) is None:
                    self.skipTest(f"expected on PATH: {program}")
                self.device = str(self.blank(512 * MIB))
                self.run_on_device(program)
                self.assertEqual(contents(self.device), kind)

    def test_a_damaged_first_superblock(self) -> None:
        for options, copy in (((), "e2fsck -f -b 8193 -B 1024"), (("-b", "4096"), "e2fsck -f -b 32768 -B 4096")):
            for damage in (b"\0" * 1024, b"\xa5" * 1024):
                with self.subTest(copy + damage[:1].hex()):
                    self.device = str(self.blank(256 * MIB))
                    self.make_ext4("-b", "1024", *options)
                    self.put(damage, 1024)
                    self.refused(
                        f"nothing that blkid knows, and not only zeros .*; an ext file system .*: {copy} {self.device}; or, "
                    )
                    # The way out that is told is one.
                    self.run_on_device(*copy.split(), "-y", code=None)
                    self.assertEqual(contents(self.device), "ext4")
                    self.assertTrue(self.kept())

    def test_an_ext4_whose_first_and_last_mib_are_lost(self) -> None:
        self.device = str(self.blank(LARGE))
        self.make_ext4()
        self.put(b"\0" * MIB, 0)
        self.put(b"\0" * MIB, -MIB)
        self.refused("e2fsck -f -b 32768 -B 4096")

    def test_a_swap_signature_in_an_ext4(self) -> None:
        self.make_ext4()
        self.put(SWAP, 4086)
        self.refused(r"several signatures \(0xff6 swap, 0x438 ext4\); erase the one that is wrong \(wipefs ")
        self.run_on_device("wipefs", "--backup", "--offset", "0xff6")
        self.assertEqual(contents(self.device), "ext4")
        self.assertTrue(self.kept())

    def test_ten_stray_bytes_in_an_ext4_are_none_of_it(self) -> None:
        self.make_ext4()
        self.put(b"0123456789", 4086)
        self.assertEqual(contents(self.device), "ext4")
        self.assertTrue(self.kept())

    def test_stray_bytes_on_a_device_without_anything_else(self) -> None:
        for offset in (0, 4086, MIB - 1, MIB, 31 * MIB + 5, 63 * MIB, 64 * MIB - 1):
            with self.subTest(offset):
                self.device = str(self.blank())
                self.put(b"x", offset)
                self.refused(
                    rf"not only zeros \(byte {offset}\); mend it, or, if nothing of it is needed, make a file system"
                )

    def test_what_is_no_file_system(self) -> None:
        faults = {
            "swap": lambda: self.run_on_device("mkswap"),
            r"a partition table \(gpt\)": lambda: self.partition("gpt"),
            r"a partition table \(dos\)": lambda: self.partition("dos"),
            "crypto_LUKS": lambda: self.put(b"LUKS\xba\xbe\0\1", 0),
            "LVM2_member": lambda: self.put(lvm_label(), 512),
        }
        for expected, damage in faults.items():
            with self.subTest(expected):
                self.device = str(self.blank())
                damage()
                self.refused(f"^got {expected}; name a volume that holds a file system")

    def partition(self, label: str) -> None:
        """Gives the device a partition table."""
        command = ["sfdisk", "--quiet", self.device]
        subprocess.run(command, input=f"label: {label}\n,,\n", text=True, check=True, capture_output=True)

    def test_a_partition_table_of_which_only_the_copy_at_the_end_is_left(self) -> None:
        self.partition("gpt")
        self.put(b"\0" * MIB, 0)
        self.refused("not only zeros")

    def test_what_has_no_bytes(self) -> None:
        self.device = str(self.blank(0))
        self.refused("no bytes at all; name a block device")
        with self.assertRaises(FileNotFoundError):
            contents(str(self.folder / "none"))

    def test_an_error_of_blkid_is_not_taken_for_nothing(self) -> None:
        program = self.folder / "blkid"
        program.write_text("#!/bin/sh\necho broken >&2\nexit 4\n")
        program.chmod(0o755)
        with mock.patch.dict(os.environ, PATH=f"{self.folder}:{os.environ['PATH']}"):
            self.refused("an error of blkid, 4: broken")

    def test_generated_bytes_anywhere_are_never_blank(self) -> None:
        for seed in range(60):
            chance = random.Random(seed)
            # Of a large device, those in the first and the last MiB; of a small one, all.
            size = chance.choice([16 * MIB, LARGE])
            self.device = str(self.blank(size))
            count = chance.choice([1, 10, 512, 4096])
            edge = chance.choice([range(0, MIB - count), range(size - MIB, size - count)])
            anywhere = range(0, size - count)
            data = bytes(chance.randint(1, 255) for _ in range(count))
            self.put(data, chance.choice(edge if size == LARGE else anywhere))
            with self.subTest(seed=seed):
                try:
                    self.assertNotEqual(contents(self.device), BLANK)
                except Unfit:
                    pass


def lvm_label() -> bytes:
    """The label of a physical volume: with the checksum that LVM and blkid ask for."""
    body = (32).to_bytes(4, "little") + b"LVM2 001" + b"a" * 32 + (64 * MIB).to_bytes(8, "little")
    body = body.ljust(512 - 20, b"\0")
    return b"LABELONE" + (1).to_bytes(8, "little") + lvm_checksum(body).to_bytes(4, "little") + body


def lvm_checksum(data: bytes) -> int:
    """CRC-32, not inverted at its end, from LVM's own first value."""
    crc = 0xF597A6CF
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (0xEDB88320 if crc & 1 else 0)
    return crc


if __name__ == "__main__":
    unittest.main()
