"""Mitogen's strategy of this name, which keeps from build to build what it makes of sources: for each run of Ansible it compiles over
200 files, to see what they import, and takes comments out of its own, which takes longer than the tasks of a small role.
"""

import hashlib
import importlib.util
import marshal
import os
import sys
import threading

DOCUMENTATION = """
    name: mitogen_linear
    short_description: Mitogen's linear strategy, with a cache of what it makes of sources
    description:
        - What is kept lies in the folder of the environment variable PYTHONPYCACHEPREFIX; without it nothing is.
    version_added: historical
    author: the project
"""


def next_strategy():
    """Mitogen's own, the next of that name among ANSIBLE_STRATEGY_PLUGINS."""
    here = os.path.dirname(os.path.realpath(__file__))
    folders = [each for each in os.environ.get("ANSIBLE_STRATEGY_PLUGINS", "").split(":") if each]
    for folder in (each for each in folders if os.path.realpath(each) != here):
        path = os.path.join(folder, "mitogen_linear.py")
        if os.path.exists(path):
            spec = importlib.util.spec_from_file_location("fleet_mitogen_linear", path)
            module = importlib.util.module_from_spec(spec)
            spec.loader.exec_module(module)
            return module
    raise ImportError(f"ANSIBLE_STRATEGY_PLUGINS: expected a folder with Mitogen's strategies, got {folders}")


def kept(make, dump, load, folder):
    """The function, whose results for equal arguments are kept as files. One that is damaged is made again."""

    def result(source, *arguments):
        data = source if isinstance(source, bytes) else source.encode("utf-8", "surrogateescape")
        # What a Python keeps is of that Python alone.
        about = repr((sys.implementation.cache_tag, sys.hexversion, make.__name__, arguments, type(source).__name__))
        path = os.path.join(folder, hashlib.sha256(about.encode() + b"\0" + data).hexdigest())
        try:
            with open(path, "rb") as file:
                return load(file.read())
        except Exception:  # pylint: disable=broad-except
            made = make(source, *arguments)
        keep(path, dump(made))
        return made

    return result


def keep(path, data):
    """Whole or not at all; who cannot goes on without."""
    partial = f"{path}.{os.getpid()}.{threading.get_ident()}"
    try:
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(partial, "wb") as file:
            file.write(data)
        os.replace(partial, path)
    except OSError:
        pass


def install(folder):
    """Has Mitogen use what is kept there; of Python's own compile, these two modules alone."""
    import ansible_mitogen.module_finder
    import mitogen.master
    import mitogen.minify

    compiled = kept(compile, marshal.dumps, marshal.loads, folder)
    ansible_mitogen.module_finder.compile = compiled
    mitogen.master.compile = compiled
    mitogen.minify.minimize_source = kept(mitogen.minify.minimize_source, str.encode, bytes.decode, folder)


StrategyModule = next_strategy().StrategyModule
if os.environ.get("PYTHONPYCACHEPREFIX"):
    install(os.path.join(os.environ["PYTHONPYCACHEPREFIX"], "mitogen"))
