"""The files of the roles, where they lie."""

from __future__ import annotations

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

ROLES = Path(__file__).parents[2] / "playbooks" / "roles"
# In a box all of them are in one folder.
MODULES = [ROLES / "settings" / "files", ROLES / "machine" / "files"]
sys.path[:0] = [str(folder) for folder in MODULES]
sys.dont_write_bytecode = True


def load(path: Path) -> ModuleType:
    """A script as a module, without running it."""
    name = path.name.replace("-", "_")
    spec = spec_from_loader(name, SourceFileLoader(name, str(path)))
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
