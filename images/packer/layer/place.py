"""Puts the programs of a tar on standard input into /run/fleet-build, in memory, where none of it stays; the first folder of the
search path of a build container."""

import os
import re
import subprocess
import sys
import tarfile

FOLDER = "/run/fleet-build"
# Settings of services that systemd makes filters of system calls of, beside those of such filters themselves.
FILTERS = [
    *("RestrictNamespaces", "RestrictRealtime", "RestrictSUIDSGID", "LockPersonality", "MemoryDenyWriteExecute"),
    *("ProtectKernelModules", "ProtectKernelTunables", "ProtectKernelLogs", "ProtectClock", "ProtectHostname", "PrivateDevices"),
]
os.makedirs(FOLDER, exist_ok=True)
with tarfile.open(fileobj=sys.stdin.buffer, mode="r|") as members:
    for member in members:
        if not member.isfile():
            continue
        path = os.path.join(FOLDER, os.path.basename(member.name))
        with open(path, "wb") as program:
            program.write(members.extractfile(member).read())
        os.chmod(path, 0o755)
# Without privileges systemd sets up no mounts for a service; where they only lock it in, it goes on without, as long as there are
# none of these.
os.makedirs("/run/systemd/system/service.d", exist_ok=True)
with open("/run/systemd/system/service.d/zz-fleet-build.conf", "w") as drop_in:
    drop_in.write("[Service]\nBindPaths=\nBindReadOnlyPaths=\nTemporaryFileSystem=\n")
    # Since 255 it cannot set up filters either for services of other users (fleet-mounts); a role may start one that systemd has not read
    # its generators for.
    version = subprocess.run(["systemctl", "--version"], capture_output=True, text=True, check=True).stdout
    if int(re.search(r"\d+", version).group()) >= 255:
        drop_in.write("SystemCallFilter=\nSystemCallArchitectures=\nSystemCallLog=\nRestrictAddressFamilies=\n")
        drop_in.writelines(f"{setting}=no\n" for setting in FILTERS)
# That is what the generator of the layers below does in boxes, each time that systemd reads its units (fleet-mounts).
os.makedirs("/run/systemd/system-generators", exist_ok=True)
if not os.path.lexists("/run/systemd/system-generators/fleet-mounts"):
    os.symlink("/dev/null", "/run/systemd/system-generators/fleet-mounts")
# The files that the engine mounts, as they are now: what roles add is told from it in the end.
for name in ("hosts", "resolv.conf", "hostname"):
    with open(f"/etc/{name}", "rb") as mounted, open(f"{FOLDER}/{name}.before", "wb") as before:
        before.write(mounted.read())
# What roles of the layers below added, as a box has it.
if os.path.exists("/usr/lib/fleet/hosts"):
    with open("/usr/lib/fleet/hosts", "rb") as kept, open("/etc/hosts", "ab") as hosts:
        hosts.write(kept.read())
with open(f"{FOLDER}/boot-id", "w") as boot:
    boot.write("first\n")
