"""Prints what the services said that did not start in the build container, where it runs: the container is gone afterwards, and Ansible
says only where one could have looked."""

import subprocess

LINES = 5


def output(*command):
    return subprocess.run(command, capture_output=True, text=True, errors="replace", timeout=10).stdout


def failed():
    """Those that systemd starts again and again are not in the state `failed`, but their last result says so."""
    for shown in output("systemctl", "show", "--property=Id,Result", "*.service").split("\n\n"):
        known = dict(line.partition("=")[::2] for line in shown.splitlines())
        if known.get("Result", "success") != "success":
            yield known["Id"]


for unit in failed():
    said = output("journalctl", "--quiet", "--no-pager", "--output=cat", f"--lines={LINES}", f"_SYSTEMD_UNIT={unit}")
    for line in said.splitlines():
        print(f"unit {unit}: {line}")
