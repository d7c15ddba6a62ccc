"""Unit tests of the strategy that keeps what Mitogen makes of sources."""

from __future__ import annotations

import marshal
import os
import tempfile
import threading
import unittest
import unittest.mock
from pathlib import Path
from types import ModuleType

from scripts import load

STRATEGY = Path(__file__).parents[3] / "images" / "layer" / "strategy" / "mitogen_linear.py"


def load_strategy(folders: str) -> ModuleType:
    """The strategy, where these folders have Mitogen's, and without a folder to keep things in."""
    environment = {"ANSIBLE_STRATEGY_PLUGINS": folders, "PYTHONPYCACHEPREFIX": ""}
    with unittest.mock.patch.dict(os.environ, environment):
        return load(STRATEGY)


class Strategy(unittest.TestCase):
    def setUp(self) -> None:
        self.folder = tempfile.TemporaryDirectory()
        self.addCleanup(self.folder.cleanup)
        Path(self.folder.name, "mitogen_linear.py").write_text("class StrategyModule:\n    own = True\n")
        self.script = load_strategy(f"{STRATEGY.parent}:{self.folder.name}")
        self.cache = os.path.join(self.folder.name, "kept")
        self.calls: list[object] = []

    def compiled(self, source: str | bytes, name: str = "name") -> object:
        def make(source: str | bytes, name: str, mode: str) -> object:
            self.calls.append(source)
            return compile(source, name, mode)

        return self.script.kept(make, marshal.dumps, marshal.loads, self.cache)(source, name, "exec")

    def test_is_mitogens_own(self) -> None:
        self.assertTrue(self.script.StrategyModule.own)

    def test_says_where_mitogen_is_not(self) -> None:
        with self.assertRaisesRegex(ImportError, "expected a folder with Mitogen's strategies, got"):
            load_strategy(str(STRATEGY.parent))

    def test_makes_equal_things_once_and_others_again(self) -> None:
        first = self.compiled("a = 1")
        self.assertEqual(self.compiled("a = 1"), first)
        self.assertEqual(first, compile("a = 1", "name", "exec"))
        self.assertEqual(len(self.calls), 1)
        for source, name in (("a = 2", "name"), ("a = 1", "other"), (b"a = 1", "name")):
            self.compiled(source, name)
        self.assertEqual(len(self.calls), 4)

    def test_makes_again_what_is_damaged_or_cut_off(self) -> None:
        first = self.compiled("a = 1")
        (path,) = Path(self.cache).iterdir()
        whole = path.read_bytes()
        for damage in (b"", whole[:5], b"\xff" * 40):
            path.write_bytes(damage)
            self.assertEqual(self.compiled("a = 1"), first)
            self.assertEqual(path.read_bytes(), whole)

    def test_goes_on_where_nothing_can_be_kept(self) -> None:
        Path(self.cache).write_text("a file")
        self.assertEqual(self.compiled("a = 1"), compile("a = 1", "name", "exec"))

    def test_keeps_no_failure(self) -> None:
        for _ in range(2):
            with self.assertRaises(SyntaxError):
                self.compiled("a =")
        self.assertEqual(len(self.calls), 2)

    def test_is_asked_by_many_at_once(self) -> None:
        sources = [f"a = {number % 7}" for number in range(200)]
        threads = [threading.Thread(target=self.compiled, args=(source,)) for source in sources]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertEqual(len(list(Path(self.cache).iterdir())), 7)
        for source in sources[:7]:
            self.assertEqual(self.compiled(source), compile(source, "name", "exec"))


if __name__ == "__main__":
    unittest.main()
