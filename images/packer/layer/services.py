"""Prints, as JSON, the services that are enabled in this container and how systemd would run them.

Runs in the build container with nothing but the standard library; asks systemd over D-Bus, so that drop-ins and
specifiers are resolved.
"""

import grp
import json
import pwd
import signal
import subprocess

SERVICE = "org.freedesktop.systemd1.Service"


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def enabled_services():
    listed = output("systemctl", "list-unit-files", "--type=service", "--state=enabled", "--plain", "--no-legend")
    return sorted(line.split()[0] for line in listed.splitlines() if "@." not in line)


def service(unit):
    loaded = output(
        "busctl", "--json=short", "call", "org.freedesktop.systemd1", "/org/freedesktop/systemd1",
        "org.freedesktop.systemd1.Manager", "LoadUnit", "s", unit,
    )
    path = json.loads(loaded)["data"][0]
    got = output(
        "busctl", "--json=short", "call", "org.freedesktop.systemd1", path,
        "org.freedesktop.DBus.Properties", "GetAll", "s", SERVICE,
    )
    properties = json.loads(got)["data"][0]

    def value(name):
        return properties[name]["data"]

    starts = value("ExecStart")
    account = pwd.getpwnam(value("User") or "root")
    group = value("Group")
    return {
        "unit": unit,
        "type": value("Type"),
        "command": starts[-1][1] if starts else [],
        "user": account.pw_name,
        "uid": account.pw_uid,
        "gid": grp.getgrnam(group).gr_gid if group else account.pw_gid,
        "environment": value("Environment"),
        "workingDirectory": value("WorkingDirectory").lstrip("!"),
        "stopSignal": signal.Signals(value("KillSignal")).name,
    }


print(json.dumps([service(unit) for unit in enabled_services()], sort_keys=True))
