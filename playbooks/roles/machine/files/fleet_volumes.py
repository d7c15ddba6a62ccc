"""The volumes of a box: found, looked at, checked, mounted, and grown to their devices.

Nothing is formatted or mounted unless all of them are in order, and nothing is formatted that is not proved to be blank.
"""

from __future__ import annotations

import os
import subprocess
from typing import NamedTuple

from fleet_contents import BLANK, Unfit, contents

WAIT_SECONDS = 60
EXT = {"ext2", "ext3", "ext4"}
# e2fsck's exit code has bits; this one alone: errors were found, and all are corrected.
CORRECTED = 1


class VolumeError(Exception):
    """One line for each volume that the box cannot have."""


class Volume(NamedTuple):
    """Where a device is mounted."""

    path: str
    device: str

    def __str__(self) -> str:
        return f"FLEET_VOLUMES {self.path}={self.device}"


def parse(text: str) -> list[Volume]:
    """The volumes of FLEET_VOLUMES: PATH=DEVICE, separated by spaces; a device may be LABEL=… or the like."""
    volumes, problems = [], []
    for pair in text.split():
        path, _, device = pair.partition("=")
        kind, is_named, name = device.partition("=")
        if is_named and kind.isalpha() and name:
            device = f"/dev/disk/by-{kind.lower()}/{name}"
        if not path.startswith("/") or not device.startswith("/"):
            problems.append(f"FLEET_VOLUMES: expected PATH=DEVICE with absolute paths, got {pair}; correct it")
        volumes.append(Volume(path, device))
    fail(problems)
    return volumes


def mount_all(volumes: list[Volume]) -> list[str]:
    """Mounts them; returns what is wrong with volumes that are mounted all the same. Raises VolumeError."""
    wait_for(volumes)
    fail([f"{each}: expected each path and device once; remove it" for each in twice(volumes)])
    found = looked_at(volumes)
    fail([problem for volume, kind in found.items() if kind in EXT for problem in check(volume)])
    for volume, kind in found.items():
        mount(volume, kind)
    return [problem for volume, kind in found.items() if kind in EXT for problem in grow(volume)]


def wait_for(volumes: list[Volume]) -> None:
    """A device may appear after the box has started."""
    if not volumes:
        return
    waited = run("udevadm", "wait", f"--timeout={WAIT_SECONDS}", *(volume.device for volume in volumes))
    if waited.returncode:
        away = [volume for volume in volumes if not os.path.exists(volume.device)] or volumes
        fix = "attach it, or correct its name"
        fail(
            [
                f"{each}: expected the device within {WAIT_SECONDS} s, got none ({waited.stdout.strip()}); {fix}"
                for each in away
            ]
        )


def twice(volumes: list[Volume]) -> list[Volume]:
    """Volumes whose path or device an earlier one has, whatever it calls it."""
    seen: set[str] = set()
    again = []
    for volume in volumes:
        names = {os.path.realpath(volume.path), os.path.realpath(volume.device)}
        again += [volume] if names & seen else []
        seen |= names
    return again


def is_mounted(volume: Volume) -> bool:
    """Whether it is there already: the box's programs may run again."""
    return os.path.ismount(volume.path) and os.stat(volume.path).st_dev == os.stat(volume.device).st_rdev


def looked_at(volumes: list[Volume]) -> dict[Volume, str]:
    """What each holds that is not mounted yet: a type of file system, or BLANK."""
    found, problems = {}, []
    for volume in volumes:
        try:
            if not is_mounted(volume):
                found[volume] = contents(volume.device)
        except Unfit as error:
            problems.append(f"{volume}: expected a file system or a blank device, {error}")
        except OSError as error:
            problems.append(
                f"{volume}: expected to read it, got {error}; look at the volume's health, or restore a snapshot"
            )
    fail([f"{problem}; nothing was written to it" for problem in problems])
    return found


def check(volume: Volume) -> list[str]:
    """Has a file system of ours checked, and mended where that is safe; what is wrong otherwise."""
    checked = run("e2fsck", "-p", volume.device)
    print(checked.stdout, end="", flush=True)
    if checked.returncode in (0, CORRECTED):
        return []
    said = " ".join(checked.stdout.split())
    fix = f"take a snapshot of it, then mend it by hand: e2fsck -f {volume.device}"
    return [
        f"{volume}: expected a file system that e2fsck -p can mend, got its exit code {checked.returncode} ({said}); {fix}"
    ]


def mount(volume: Volume, kind: str) -> None:
    """Mounts a volume; one that was proved blank gets its file system before. Nothing of it is discarded."""
    if kind == BLANK:
        require(volume, "to be formatted", "mkfs.ext4", "-q", "-E", "nodiscard", volume.device)
    before = os.umask(0o022)
    os.makedirs(volume.path, exist_ok=True)
    os.umask(before)
    require(volume, f"to be mounted ({kind})", "mount", volume.device, volume.path)


def grow(volume: Volume) -> list[str]:
    """Has a mounted file system fill its device; what is wrong otherwise: the box can do without."""
    grown = run("resize2fs", volume.device)
    if grown.returncode == 0:
        return []
    said = " ".join(grown.stdout.split())
    return [
        f"{volume}: expected to fill its device, got {said}; it is mounted as it is: mend it, and start the box again"
    ]


def require(volume: Volume, expected: str, *command: str) -> None:
    """Runs a command that must succeed."""
    done = run(*command)
    if done.returncode:
        said = " ".join(done.stdout.split()) or f"exit code {done.returncode}"
        fail([f"{volume}: expected {expected}, got {said}; mend the volume, and start the box again"])


def run(*command: str) -> subprocess.CompletedProcess[str]:
    """A finished command with all that it printed."""
    return subprocess.run(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
    )


def fail(problems: list[str]) -> None:
    """Raises what is wrong, if anything is."""
    if problems:
        raise VolumeError("\n".join(problems))
