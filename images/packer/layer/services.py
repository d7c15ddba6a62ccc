"""Prints, as JSON, the units that are enabled in this container, and of each service how systemd would run it.

Runs in the build container with nothing but the standard library; asks systemd over D-Bus, so that drop-ins and
specifiers are resolved. What a unit says beyond that is read from its files (images/unit/judge.ts judges it).
"""

import functools
import glob
import grp
import json
import os
import pwd
import re
import signal
import subprocess
import sys

from owned_folders import owned_folders

TYPES = ("service", "socket", "timer", "path")
# Where systemd looks for units and for links to them (systemd.unit(5)); what lies in /run is of this container alone.
SEARCHED = [f"{folder}/systemd/system" for folder in ("/etc", "/usr/local/lib", "/usr/lib", "/lib")]
FOLDERS = (
    ("Runtime", "/run"), ("State", "/var/lib"), ("Cache", "/var/cache"), ("Logs", "/var/log"), ("Configuration", "/etc"),
)
LIMITS = (
    "CPU", "FSIZE", "DATA", "STACK", "CORE", "RSS", "NOFILE", "AS", "NPROC", "MEMLOCK", "LOCKS", "SIGPENDING", "MSGQUEUE",
    "NICE", "RTPRIO", "RTTIME",
)
# Where programs of boxes are found, unless an image says otherwise (images/archive/imageConfig.ts).
SEARCH_PATH = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# Programs that let nobody in: systemd passes none of them on as SHELL.
NO_SHELLS = {"nologin", "false", "true"}
CAPABILITIES = (
    "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE"
    " NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN"
    " SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE"
    " MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"
).split()


def output(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


owned = functools.cache(owned_folders)


@functools.cache
def properties(unit):
    """All that systemd knows of a unit, which it loads for that."""
    escaped = "".join(letter if letter.isalnum() and letter.isascii() else f"_{ord(letter):02x}" for letter in unit)
    path = f"/org/freedesktop/systemd1/unit/{escaped}"
    answer = output(
        "busctl", "--json=short", "call", "org.freedesktop.systemd1", path, "org.freedesktop.DBus.Properties", "GetAll", "s", "",
    )
    return {name: value["data"] for name, value in json.loads(answer)["data"][0].items()}


@functools.cache
def common_variables():
    """The manager's own variables of the language, which every service has, and where it finds programs if that is not where boxes do."""
    shown = output("systemctl", "show-environment").splitlines()
    plain = [line for line in shown if not re.search("[\"'$]", line) and line != SEARCH_PATH]
    return [line for line in plain if re.match(r"LANG=|LANGUAGE=|LC_\w+=|PATH=", line)]


@functools.cache
def names_root():
    """Since 255 services without User= are told who they are, and never where they are at home."""
    return int(re.search(r"\d+", output("systemctl", "--version")).group()) >= 255


def enabled_units():
    """Those that systemd calls enabled. Asked for the state of all that there are, it takes a second."""
    names = sorted(set(linked_units()))
    # Its exit code says whether any is enabled.
    asked = subprocess.run(["systemctl", "is-enabled", *names], capture_output=True, text=True)
    states = asked.stdout.splitlines()
    if len(states) != len(names):
        sys.exit(f"services: expected the state of each of {names}, got {states}: {asked.stderr}")
    enabled = {name for name, state in zip(names, states) if state == "enabled"}
    return sorted({*enabled, *enabled_instances()})


def linked_units():
    """Units that have a file, and that some link names: without one no unit is enabled."""
    for folder in SEARCHED:
        for link in filter(os.path.islink, [*glob.glob(f"{folder}/*"), *glob.glob(f"{folder}/*.*/*")]):
            for name in {os.path.basename(link), os.path.basename(os.readlink(link))}:
                if name.rpartition(".")[2] in TYPES and "@." not in name and has_file(name):
                    yield name


def has_file(name):
    return any(os.path.exists(os.path.join(folder, name)) for folder in SEARCHED)


def enabled_instances():
    """Instances of templates: only links name them (`multi-user.target.wants/web@8080.service`)."""
    for kind in ("wants", "requires"):
        for link in glob.glob(f"/etc/systemd/system/*.{kind}/*@?*.*"):
            name = os.path.basename(link)
            if name.rpartition(".")[2] in TYPES and "@." not in name:
                yield name


def said(unit):
    """What the unit's files say, by section and key; the last one counts, an empty one takes back those before."""
    known = properties(unit)
    found = {}
    # What lies in /run is of this container alone.
    for path in [known["FragmentPath"], *known["DropInPaths"]]:
        if path and not path.startswith("/run/"):
            for section, key, value in assignments(path):
                found[f"{section}.{key}"] = [] if value == "" else [*found.get(f"{section}.{key}", []), value]
    return {key: values for key, values in found.items() if values}


def assignments(path):
    with open(path, errors="surrogateescape") as file:
        text = re.sub(r"^[ \t]*[#;].*\n", "", file.read(), flags=re.MULTILINE).replace("\\\n", " ")
    section = ""
    for line in map(str.strip, text.splitlines()):
        if line.startswith("["):
            section = line.strip("[]")
        elif "=" in line:
            key, _, value = line.partition("=")
            yield section, key.strip(), value.strip()


def pulled_in(directives):
    """Units that start with it: those that there are. Targets only order others."""
    for kind in ("Requires", "Wants", "BindsTo", "Requisite", "Upholds", "OnFailure", "OnSuccess"):
        for name in " ".join(directives.get(f"Unit.{kind}", [])).split():
            if "%" in name or name.endswith((".target", ".slice", ".device", ".mount")):
                continue
            if properties(name)["LoadState"] == "loaded":
                yield name


def account(user):
    """The user as systemd finds it, by name or number; None where the image has none such."""
    try:
        return pwd.getpwuid(int(user)) if user.isdecimal() else pwd.getpwnam(user)
    except KeyError:
        return None


def group_id(group):
    if group.isdecimal():
        return int(group)
    try:
        return grp.getgrnam(group).gr_gid
    except KeyError:
        return None


def command(entry):
    """A line of ExecStart= or the like: [path, arguments, flags, …]; systemd before 243 has no more than one flag."""
    path, arguments, flags = entry[:3]
    if isinstance(flags, bool):
        flags = ["ignore-failure"] if flags else []
    return {"program": path, "arguments": arguments, "flags": flags}


def identity(value):
    """Numbers of user and groups, and what is missing. Of a user whose group is root systemd takes no other groups."""
    user = account(value("User") or "root")
    gid = group_id(value("Group")) if value("Group") else user.pw_gid if user else None
    others = {name: group_id(name) for name in value("SupplementaryGroups")}
    groups = {number for number in others.values() if number is not None}
    if user and value("User") and gid:
        groups |= set(os.getgrouplist(user.pw_name, gid))
    missing = [f"user {value('User')}"] if user is None else []
    missing += [f"group {value('Group')}"] if value("Group") and gid is None else []
    missing += [f"group {name}" for name, number in others.items() if number is None]
    return user, -1 if gid is None else gid, sorted(groups - {gid}), missing


def environment(value, user):
    """What systemd itself sets, and then what the unit does."""
    own = list(common_variables())
    if value("User") and user:
        own += [f"USER={user.pw_name}", f"LOGNAME={user.pw_name}"]
        # systemd knows nobody without asking: at home nowhere.
        own += [f"HOME={user.pw_dir}"] if user.pw_dir not in ("", "/") and user.pw_name != "nobody" else []
        if user.pw_shell and user.pw_name != "nobody" and os.path.basename(user.pw_shell) not in NO_SHELLS:
            own.append(f"SHELL={user.pw_shell}")
    elif user:
        at_home = value("WorkingDirectory") == "~"
        own += ["USER=root"] if names_root() else [f"HOME={user.pw_dir}"] if at_home else []
    for name, root in FOLDERS:
        paths = [f"{root}/{folder}" for folder in value(f"{name}Directory")]
        own += [f"{name.upper()}_DIRECTORY={':'.join(paths)}"] if paths else []
    return own + value("Environment")


def folders(value, uid, gid):
    """The folders that systemd would make. That of the configuration is part of the image, unless it has none."""
    for name, root in FOLDERS:
        for folder in value(f"{name}Directory"):
            path = f"{root}/{folder}"
            if name != "Configuration" or not os.path.isdir(path):
                yield {"path": path, "uid": uid, "gid": gid, "mode": value(f"{name}DirectoryMode")}


def limits(value, directives):
    """[soft, hard] by name; -1 for none. Without a word of the unit, those of every service on a host."""
    set_here = [name for name in LIMITS if f"Service.Limit{name}" in directives]
    numbers = {name: [value(f"Limit{name}Soft"), value(f"Limit{name}")] for name in set_here}
    found = {name: [-1 if number == 2**64 - 1 else number for number in pair] for name, pair in numbers.items()}
    return {"NOFILE": [1024, 524288], **found}


def unreadable_files(value, user, groups):
    """Files of EnvironmentFile= that only root may read; in the foreground the service's user reads them."""
    if user is None or user.pw_uid == 0:
        return
    for pattern, _ in value("EnvironmentFiles"):
        # What lies in memory is of this container; what a box is told is its environment.
        for path in (found for found in glob.glob(pattern) if not found.startswith(("/run/", "/tmp/"))):
            status = os.stat(path)
            bits = 0o400 if status.st_uid == user.pw_uid else 0o040 if status.st_gid in groups else 0o004
            if not status.st_mode & bits:
                yield path


def file_capabilities(program):
    """The capabilities of a program's file, or of what its first line names."""
    try:
        with open(program, "rb") as file:
            line = file.readline(256)
        names = [program, *(line[2:].decode(errors="replace").split()[:1] if line.startswith(b"#!") else [])]
        for name in names:
            value = os.getxattr(os.path.realpath(name), "security.capability")
            bits = int.from_bytes(value[4:8], "little") | int.from_bytes(value[12:16], "little") << 32
            return [each for number, each in enumerate(CAPABILITIES) if bits >> number & 1]
    except OSError:
        pass
    return []


def signal_name(number):
    """SIGRTMIN is 34 in every C library that matters here."""
    return signal.Signals(number).name if number < 34 else f"SIGRTMIN+{number - 34}" if number > 34 else "SIGRTMIN"


def service(unit):
    known = properties(unit)
    directives = said(unit)

    def value(name):
        return known.get(name, 0 if name.endswith("Mode") else [])

    def commands(name):
        return [command(entry) for entry in known.get(f"{name}Ex", known[name])]

    user, gid, groups, missing = (None, -1, [], []) if value("DynamicUser") else identity(value)
    uid = user.pw_uid if user else -1
    starts = commands("ExecStart")
    folder = value("WorkingDirectory")
    return {
        "type": value("Type"),
        "start": starts[-1] if starts else {"program": "", "arguments": [], "flags": []},
        "before": commands("ExecStartPre"),
        "user": user.pw_name if user else value("User") or unit.partition(".")[0],
        "uid": uid,
        "gid": gid,
        "groups": groups,
        "missing": missing,
        "environment": environment(value, user),
        "environmentFiles": [{"path": path, "optional": optional} for path, optional in value("EnvironmentFiles")],
        "unset": value("UnsetEnvironment"),
        "unreadable": sorted(unreadable_files(value, user, {gid, *groups})),
        "workingDirectory": folder,
        "umask": value("UMask"),
        "limits": limits(value, directives),
        "folders": list(folders(value, uid, gid)),
        "owned": owned(),
        "stopSignal": signal_name(value("KillSignal")),
        "stopNumber": value("KillSignal"),
        # No end in sight is a day.
        "stopSeconds": min(value("TimeoutStopUSec") / 1e6, 86400),
        "killMode": value("KillMode"),
        "ignoresPipe": value("IgnoreSIGPIPE"),
        "pulledIn": sorted(pulled_in(directives)),
        "capabilities": file_capabilities(starts[-1]["program"]) if starts else [],
        "said": {key: values for key, values in directives.items() if not key.startswith("Service.Environment")},
    }


def described(unit):
    return {"unit": unit, **({"service": service(unit)} if unit.endswith(".service") else {})}


if __name__ == "__main__":
    print(json.dumps([described(unit) for unit in enabled_units()], sort_keys=True))
