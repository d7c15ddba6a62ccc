"""Runs a command, and runs it again whenever a file changes: for development in a box whose source is mounted.

usage: reload.py PATH... -- COMMAND...

It looks instead of being told, since no change is told through the shared folders of Docker Desktop.
"""

import os
import signal
import subprocess
import sys
import time

LOOK_SECONDS = 0.2
# A service that drains for longer is not waited for.
STOP_SECONDS = 0.2
AGAIN_SECONDS = 1


def stamps(paths):
    """What every file was when it was last written."""
    found = {}
    for top in paths:
        files = [top] if os.path.isfile(top) else (
            os.path.join(folder, name) for folder, _, names in os.walk(top) for name in names
        )
        for file in files:
            if not file.endswith(".pyc"):
                try:
                    status = os.stat(file)
                except FileNotFoundError:
                    continue
                found[file] = (status.st_mtime_ns, status.st_size, status.st_ino)
    return found


def changed(before, after):
    """The first file that is new, gone or written; None when all are as before."""
    return next((file for file in sorted(before.keys() | after.keys()) if before.get(file) != after.get(file)), None)


def say(text):
    print(f"reload: {text}", file=sys.stderr, flush=True)


def stop(child):
    for kind in (signal.SIGTERM, signal.SIGKILL):
        try:
            os.killpg(child.pid, kind)
            child.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            continue
        except ProcessLookupError:
            break
    child.wait()


def start(command):
    return subprocess.Popen(command, start_new_session=True)


def main(paths, command):
    child = start(command)

    def end(*_):
        stop(child)
        sys.exit(0)

    for kind in (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1, signal.SIGWINCH):
        signal.signal(kind, end)
    before = stamps(paths)
    ended = None
    while True:
        time.sleep(LOOK_SECONDS)
        after = stamps(paths)
        file = changed(before, after)
        before = after
        if file is not None:
            say(f"{file} changed")
            stop(child)
            child, ended = start(command), None
        elif child.poll() is not None:
            if ended is None:
                say(f"ended with exit code {child.returncode}; runs again")
                ended = time.monotonic()
            elif time.monotonic() - ended > AGAIN_SECONDS:
                child, ended = start(command), None


divider = sys.argv.index("--")
main(sys.argv[1:divider], sys.argv[divider + 1:])
