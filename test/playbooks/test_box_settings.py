"""What a box is told, read as systemd reads it."""

from __future__ import annotations

import ctypes
import os
import random
import re
import tempfile
import unittest
from glob import glob
from pathlib import Path

import role_files  # Finds the modules.

import fleet_settings
from fleet_settings import SettingsError, parse, read, written

HOSTILE = [
    "one\nFLEET_VOLUMES=/etc=/dev/sda\ntwo",
    '"\nFLEET_VOLUMES=/etc=/dev/sda\n"',
    "x\\\nFLEET_BOX=evil",
    "'\"`$HOME ${HOME} $(reboot) %n %% \\n \\",
    '\\"\nA=b',
    "\r\nFLEET_IMAGE_DIGEST=sha256:evil\r",
    "# no comment\n; nor this",
    "  blanks \t",
    "ünïcode \U0001f680 \x85\u2028 \x7f \x1b[0m \x01",
    "",
]
CASES = 20_000


class Settings(unittest.TestCase):
    """The form of settings."""

    def test_values_come_back_byte_for_byte_and_never_become_settings(self) -> None:
        told = {f"VALUE_{index}": value for index, value in enumerate(HOSTILE)}
        self.assertEqual(parse(written(told)), told)

    def test_reads_what_people_write(self) -> None:
        text = b"# A comment=1\n; another\nPLAIN=a b  \nSINGLE='a\\'\nTWO=\"a\" 'b'c\n  SPACED = x\nno assignment\n1BAD=x\n"
        text += b"ESCAPED=a\\ \\\nb\nPLAIN=last"
        self.assertEqual(parse(text), {"PLAIN": "last", "SINGLE": "a\\", "TWO": "abc", "SPACED": "x", "ESCAPED": "a b"})

    def test_refuses_what_systemd_would_take_nothing_with(self) -> None:
        expected = "expected characters in UTF-8 other than NUL, got other bytes; encode it"
        with tempfile.TemporaryDirectory() as folder:
            path = Path(folder) / "box.env"
            path.write_bytes(b'GOOD=1\nNUL="a\0b"\nLATIN=\xfc\nNEVER=\xef\xbf\xbe\n')
            with self.assertRaises(SettingsError) as refused:
                read(path)
            self.assertEqual(
                str(refused.exception).splitlines(),
                [f"{path}: {name}: {expected}" for name in ("NUL", "LATIN", "NEVER")],
            )
            self.assertEqual(read(Path(folder) / "none"), {})

    def test_generated_values_come_back(self) -> None:
        for seed in range(CASES // 10):
            chance = random.Random(seed)
            told = {
                f"V{index}": "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 12))) for index in range(3)
            }
            self.assertEqual(parse(written(told)), told, f"seed {seed}")


PIECES = [
    "\n",
    "\r",
    "FLEET_VOLUMES=/a=/dev/sda",
    "=",
    '"',
    "'",
    "\\",
    "$",
    "`",
    "#",
    ";",
    " ",
    "\t",
    "%",
    "ü",
    "\x85",
    "b",
    "\U0001f680",
]
RAW = [
    b"A",
    b"b",
    b"=",
    b" ",
    b"\t",
    b"\n",
    b"\r",
    b"'",
    b'"',
    b"\\",
    b"$",
    b"`",
    b"#",
    b";",
    b"B=",
    b"\nA=",
    b"\xc3\xa9",
    b"\x7f",
    b"\x0b",
    b"\xff",
    b"\xef\xbf\xbe",
]


def systemd() -> ctypes.CDLL | None:
    """systemd's own reader of such files, where it is installed."""
    for path in glob("/usr/lib/*/systemd/libsystemd-shared-*.so") + glob("/usr/lib/systemd/libsystemd-shared-*.so"):
        library = ctypes.CDLL(path)
        if hasattr(library, "load_env_file"):
            return library
    return None


@unittest.skipIf(systemd() is None, "libsystemd-shared: expected systemd's own reader, got none; install systemd")
class AsSystemd(unittest.TestCase):
    """The same as systemd makes of it, whatever it is."""

    def setUp(self) -> None:
        self.file = os.memfd_create("box.env")
        self.addCleanup(os.close, self.file)
        self.library = systemd()
        self.library.log_set_max_level(2)

    def as_systemd(self, content: bytes) -> dict[str, str] | None:
        """What systemd gives to a service, of which it leaves out names that are none; None where it refuses all of it."""
        os.ftruncate(self.file, os.pwrite(self.file, content, 0))
        pairs = ctypes.POINTER(ctypes.c_char_p)()
        if self.library.load_env_file(None, f"/proc/self/fd/{self.file}".encode(), ctypes.byref(pairs)) < 0:
            return None
        found = {}
        for pair in pairs if pairs else []:
            if pair is None:
                break
            name, _, value = pair.partition(b"=")
            if fleet_settings.NAME.fullmatch(name):
                found[name.decode()] = value.decode()
        return found

    def as_the_box(self, content: bytes) -> dict[str, str] | None:
        try:
            return parse(content)
        except SettingsError:
            return None

    def test_whatever_the_text_is(self) -> None:
        compared = 0
        for seed in range(CASES):
            chance = random.Random(seed)
            content = b"".join(chance.choice(RAW if seed % 5 == 0 else RAW[:-2]) for _ in range(chance.randint(1, 25)))
            # Versions of systemd differ in whether a backslash continues a comment.
            if re.search(rb"[#;][^\r\n]*\\", content):
                continue
            theirs, ours = self.as_systemd(content), self.as_the_box(content)
            # It also refuses a file for the name of a setting, which a box leaves out.
            if theirs is None and ours is not None:
                self.assertRegex(content, rb"\xff|\xef\xbf\xbe")
                continue
            compared += 1
            self.assertEqual(ours, theirs, content)
        self.assertGreater(compared, CASES // 2)

    def test_what_the_box_has_written(self) -> None:
        for seed in range(CASES // 10):
            chance = random.Random(seed)
            told = {
                f"V{index}": "".join(chance.choice(PIECES) for _ in range(chance.randint(0, 12))) for index in range(3)
            }
            self.assertEqual(self.as_systemd(written(told)), told, f"seed {seed}")
        told = {f"VALUE_{index}": value for index, value in enumerate(HOSTILE)}
        self.assertEqual(self.as_systemd(written(told)), told)


if __name__ == "__main__":
    unittest.main()
