"""Compiles what a build needs of Python's own modules, and writes an archive of all that was compiled to standard output: by the content of
its source (PEP 552), since times in images say nothing. Runs in the build container before any role, so that what is kept is of the parent alone.
"""

import contextlib
import importlib
import importlib.util
import os
import sys
import tarfile

FOLDER = os.environ["PYTHONPYCACHEPREFIX"]
# What Mitogen, Ansible's most common modules and finish.py import.
MODULES = """
ast bz2 codecs configparser contextlib csv ctypes dataclasses datetime difflib email.message email.parser encodings.idna encodings.latin_1
errno fcntl fileinput fnmatch ftplib functools getpass glob gzip hashlib hmac html http.client inspect io ipaddress itertools json locale
logging logging.handlers lzma mimetypes multiprocessing operator optparse pathlib pickle pkgutil platform pwd queue random re runpy secrets
select selectors shlex shutil signal socket ssl stat string struct subprocess syslog tarfile tempfile textwrap threading traceback types
typing urllib.parse urllib.request urllib.error uuid warnings weakref zipfile zlib xml.etree.ElementTree
""".split()
HEADER_BYTES = 16
BY_CONTENT = (0b11).to_bytes(4, "little")


def named_by_content(path):
    """Names the source of a compiled file by its content; removes what has no source, or is no compiled file."""
    with open(path, "rb") as file:
        compiled = file.read()
    try:
        with open(importlib.util.source_from_cache(path), "rb") as file:
            digest = importlib.util.source_hash(file.read())
    except (OSError, ValueError):
        os.remove(path)
        return
    if compiled[4:8] == bytes(4):
        with open(path, "wb") as file:
            file.write(compiled[:4] + BY_CONTENT + digest + compiled[HEADER_BYTES:])


for name in MODULES:
    # Not every version, nor every distribution's smallest Python, has all.
    with contextlib.suppress(ImportError):
        importlib.import_module(name)
for folder, _, files in os.walk(FOLDER):
    for name in files:
        named_by_content(os.path.join(folder, name))
with tarfile.open(fileobj=sys.stdout.buffer, mode="w|") as archive:
    archive.add(FOLDER, FOLDER.lstrip("/"))
