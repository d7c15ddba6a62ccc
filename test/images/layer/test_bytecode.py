"""Unit tests of what is kept of Python's work in build containers, with Python itself as the oracle."""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tarfile
import tempfile
import unittest
from pathlib import Path

from scripts import LAYER


class Bytecode(unittest.TestCase):
    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)
        self.module = self.folder / "modules" / "told.py"
        self.module.parent.mkdir()
        self.write("before")

    def write(self, said: str) -> None:
        """The module, always of one size and time, as in images."""
        self.module.write_text(f"SAID = '{said:10}'\n")
        os.utime(self.module, (1735689600, 1735689600))

    def python(self, prefix: Path, *arguments: str) -> subprocess.CompletedProcess[bytes]:
        environment = {"PATH": os.environ["PATH"], "PYTHONPYCACHEPREFIX": str(prefix), "PYTHONPATH": str(self.module.parent)}
        return subprocess.run([sys.executable, *arguments], env=environment, capture_output=True, check=True)

    def keep(self) -> Path:
        """Compiles in one folder; returns another one with what was kept."""
        made, found = self.folder / "made", self.folder / "found"
        self.python(made, "-c", "import told")
        alone = made / "usr" / f"gone.{sys.implementation.cache_tag}.pyc"
        alone.parent.mkdir(parents=True, exist_ok=True)
        alone.write_bytes(b"of no source")
        archive = self.python(made, str(LAYER / "bytecode.py")).stdout
        with tarfile.open(fileobj=io.BytesIO(archive)) as members:
            self.names = members.getnames()
            members.extractall(found, filter="data")
        return found / str(made).lstrip("/")

    def said(self, prefix: Path) -> str:
        return self.python(prefix, "-c", "import told; print(told.SAID.strip())").stdout.decode().strip()

    def test_is_used_for_the_same_source(self) -> None:
        kept = self.keep()
        looked = self.python(kept, "-v", "-c", "import told, tarfile").stderr.decode()
        for name in ("told", "tarfile"):
            self.assertRegex(looked, rf"code object from '?{kept}\S*/{name}\.")
        self.assertEqual(self.said(kept), "before")

    def test_is_not_used_for_another_source_of_the_same_size_and_time(self) -> None:
        kept = self.keep()
        self.write("after")
        self.assertEqual(self.said(kept), "after")

    def test_has_nothing_without_a_source(self) -> None:
        self.keep()
        self.assertEqual([name for name in self.names if "gone" in name], [])
        self.assertNotEqual([name for name in self.names if "/told." in name], [])
