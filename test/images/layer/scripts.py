"""The scripts of a build container as modules, for their unit tests."""

import sys
from importlib.machinery import SourceFileLoader
from importlib.util import module_from_spec, spec_from_loader
from pathlib import Path
from types import ModuleType

LAYER = Path(__file__).parents[3] / "images" / "packer" / "layer"


def load(path: Path) -> ModuleType:
    """A script as a module, without running it."""
    sys.dont_write_bytecode = True
    # Some import others beside them.
    if str(path.parent) not in sys.path:
        sys.path.append(str(path.parent))
    spec = spec_from_loader(path.stem, SourceFileLoader(path.stem, str(path)))
    assert spec and spec.loader
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    return module
