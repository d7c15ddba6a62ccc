"""Has dnf hold to the lock (fleet_dnf.py) in whatever Python imports it; then is what the system has of this name. PYTHONPATH leads here."""

import importlib.machinery
import importlib.util
import os
import sys

HERE = os.path.dirname(os.path.abspath(__file__))


class Watch:
    """Finds one module as Python would, and adds to it once it is there."""

    def find_spec(self, name, path=None, target=None):
        if name != "dnf.base":
            return None
        sys.meta_path.remove(self)
        spec = importlib.machinery.PathFinder.find_spec(name, path, target)
        load = spec.loader.exec_module

        def load_and_hold(module):
            load(module)
            import fleet_dnf

            fleet_dnf.hold(module.Base)

        spec.loader.exec_module = load_and_hold
        return spec


def run_own():
    """The one of the system, if it has one: Python takes the first that it finds."""
    folders = [each for each in sys.path if os.path.abspath(each) != HERE]
    spec = importlib.machinery.PathFinder.find_spec("sitecustomize", folders)
    if spec is not None and spec.loader is not None:
        spec.loader.exec_module(importlib.util.module_from_spec(spec))


sys.meta_path.insert(0, Watch())
run_own()
