"""Takes the programs of a tar on standard input into memory, where none of it stays, and runs them: refuses older packages than the lock
file says, has cron run the jobs that there are, takes apt's lists away; then writes down the enabled services, on standard output, and what
roles wrote to files that the engine mounts, and puts in what boxes start by. Runs in the build container.
"""

import contextlib
import glob
import os
import runpy
import shutil
import subprocess
import sys
import tarfile

FOLDER = "/run/fleet-build/finish"
LISTS = "/var/lib/apt/lists"


def take():
    os.makedirs(FOLDER, exist_ok=True)
    with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as members:
        for member in members:
            with open(os.path.join(FOLDER, os.path.basename(member.name)), "wb") as program:
                program.write(members.extractfile(member).read())


def start(*command, output=2):
    """Whatever is no list of services is said on standard error."""
    program, name = command
    return name, subprocess.Popen([program, os.path.join(FOLDER, name)], stdin=subprocess.DEVNULL, stdout=output)


def end(name, process):
    if process.wait() != 0:
        sys.exit(f"finish: expected {name} to succeed in the build container, got a failure, which it names above")


def remove_lists():
    if not os.path.isdir(LISTS):
        return
    for path in [*glob.glob(f"{LISTS}/*"), *glob.glob("/var/cache/apt/*pkgcache.bin")]:
        shutil.rmtree(path) if os.path.isdir(path) else os.remove(path)
    os.utime(LISTS)


take()
end(*start("sh", "updates.sh"))
# A locked layer's have run, so that what they bring was counted.
if "CRON_DONE" not in os.environ:
    end(*start("sh", "cron.sh"))
# Before all files are looked at.
remove_lists()
services = start(sys.executable, "services.py", output=1)
with contextlib.redirect_stdout(sys.stderr):
    for script in ("log_folders.py", "mounted_files.py", "own_addresses.py", "place_start.py"):
        runpy.run_path(os.path.join(FOLDER, script), run_name="__main__")
end(*services)
