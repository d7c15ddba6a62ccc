"""Unit tests of the programs that run in a build container, and in boxes."""

from __future__ import annotations

import contextlib
import grp
import io
import os
import pwd
import subprocess
import sys
import tempfile
import unittest
import unittest.mock
from pathlib import Path

from scripts import LAYER, load


class MountedFiles(unittest.TestCase):
    """What roles wrote to the files that the engine mounts."""

    engine = "127.0.0.1\tlocalhost\n::1 localhost ip6-localhost\n172.17.0.2\tbuild\n"

    def run_with(self, hosts: str, kept: str = "", resolver: str = "") -> tuple[str, str]:
        """The entries that are kept after it, and what it said."""
        script = load(LAYER / "mounted_files.py")
        with tempfile.TemporaryDirectory() as folder:
            script.ETC, script.BEFORE, script.OUTPUT = folder, f"{folder}/before", f"{folder}/lib/hosts"
            for name, before, now in (("hosts", self.engine, hosts), ("resolv.conf", "", resolver), ("hostname", "", "")):
                os.makedirs(script.BEFORE, exist_ok=True)
                Path(script.BEFORE, f"{name}.before").write_text(before)
                Path(folder, name).write_text(now)
            if kept:
                os.makedirs(f"{folder}/lib")
                Path(script.OUTPUT).write_text(kept)
            said = io.StringIO()
            with contextlib.redirect_stdout(said):
                script.main()
            return Path(script.OUTPUT).read_text() if os.path.exists(script.OUTPUT) else "", said.getvalue()

    def test_keeps_nothing_where_roles_added_nothing(self) -> None:
        self.assertEqual(self.run_with(self.engine), ("", ""))

    def test_keeps_what_roles_added_without_comments_and_what_every_box_has(self) -> None:
        hosts = f"# by hand\n{self.engine}127.0.0.1 localhost shop.test\n192.0.2.7   ledger.internal ledger # the ledger\n"
        self.assertEqual(self.run_with(hosts)[0], "127.0.0.1 shop.test\n192.0.2.7 ledger.internal ledger\n")

    def test_keeps_what_a_role_wrote_anew_without_the_name_of_the_box(self) -> None:
        hosts = f"127.0.0.1 localhost\n127.0.1.1 {os.uname().nodename}\n192.0.2.7 ledger\n"
        self.assertEqual(self.run_with(hosts)[0], "192.0.2.7 ledger\n")

    def test_forgets_what_a_role_took_away(self) -> None:
        kept = "192.0.2.7 ledger\n192.0.2.8 orders\n"
        self.assertEqual(self.run_with(f"{self.engine}192.0.2.8 orders\n", kept)[0], "192.0.2.8 orders\n")

    def test_says_what_the_environment_decides(self) -> None:
        said = self.run_with(self.engine, resolver="search internal\n")[1]
        self.assertEqual(
            said,
            "/etc/resolv.conf: what roles say is no part of the image; the environment of a box decides its name servers\n",
        )


class LogFolders(unittest.TestCase):
    """Folders of logs that packages made, in a box whose /var/log is empty at first."""

    def test_are_those_that_the_service_may_write_to(self) -> None:
        sys.path.insert(0, str(LAYER.parents[2] / "playbooks/roles/settings/files"))
        script = load(LAYER / "fleet-start")
        user, group = pwd.getpwuid(os.geteuid()).pw_name, grp.getgrgid(os.getegid()).gr_name
        folders = {
            "own": f"0750 {user} nogroup",
            "there": f"0700 {user} nogroup",
            "below/it": f"2755 {user} nogroup",
            "group": f"0775 nobody {group}",
            "readable": f"0755 nobody {group}",
            "all": "1777 nobody nogroup",
            "theirs": "0755 nobody nogroup",
            "unknown": "0755 no-such-user no-such-group",
        }
        with tempfile.TemporaryDirectory() as folder:
            os.mkdir(f"{folder}/there", 0o711)
            listed = Path(folder, "listed")
            listed.write_text("".join(f'd "{folder}/{name}" {rights} -\n' for name, rights in folders.items()))
            before = os.umask(0)
            with unittest.mock.patch.object(script, "LOG_FOLDERS", str(listed)):
                script.make_log_folders()
            os.umask(before)
            made = {str(each.relative_to(folder)): oct(each.stat().st_mode & 0o7777) for each in Path(folder).rglob("*") if each.is_dir()}
        self.assertEqual(
            made,
            {
                "own": "0o750", "there": "0o711", "below": "0o755", "below/it": "0o2755", "group": "0o775", "all": "0o1777",
            },
        )


class OwnedFolders(unittest.TestCase):
    """Folders of an image that belong to somebody, or are open to others."""

    def test_are_those_that_differ_from_the_folder_that_they_are_in(self) -> None:
        script = load(LAYER / "owned_folders.py")
        with tempfile.TemporaryDirectory() as folder:
            root = Path(folder, "var")
            for name, mode in (("usual", 0o755), ("usual/closed", 0o700), ("usual/closed/same", 0o700), ("usual/closed/usual", 0o755), ("open", 0o1777)):
                (root / name).mkdir(parents=True)
                (root / name).chmod(mode)
            (root / "link").symlink_to("open")
            (root / "file").write_text("")
            with unittest.mock.patch.object(script, "USUAL", (os.geteuid(), os.getegid(), 0o755)):
                found = script.owned_folders(str(root))
        names = [(each["path"].removeprefix(f"{root}/"), oct(each["mode"])) for each in found]
        self.assertEqual(names, [("open", "0o1777"), ("usual/closed", "0o700")])


class OwnAddresses(unittest.TestCase):
    """The address of the build container in files of the layer."""

    def test_names_files_of_this_layer_that_have_it_as_a_whole(self) -> None:
        script = load(LAYER / "own_addresses.py")
        texts = {"own": "listen 172.17.0.3:80;\n", "end": "at 172.17.0.3.\n", "longer": "172.17.0.31 1172.17.0.3 172.17.0.3.4\n", "large": f"172.17.0.3{' ' * (1 << 20)}"}
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, "since").write_text("")
            os.mkdir(f"{folder}/etc")
            for name, text in texts.items():
                Path(folder, "etc", name).write_text(text)
            os.symlink("own", f"{folder}/etc/link")
            found = list(script.files_with("172.17.0.3", [f"{folder}/etc"], f"{folder}/since"))
            self.assertEqual(sorted(found), [f"{folder}/etc/end", f"{folder}/etc/own"])
            os.utime(f"{folder}/since", (2**33, 2**33))
            self.assertEqual(list(script.files_with("172.17.0.3", [f"{folder}/etc"], f"{folder}/since")), [])

    def test_passes_over_what_is_taken_away_meanwhile(self) -> None:
        script = load(LAYER / "own_addresses.py")
        with tempfile.TemporaryDirectory() as folder:
            for name in ("since", "a", "b"):
                Path(folder, name).write_text("172.17.0.3\n")
            os.utime(f"{folder}/since", (0, 0))
            for found in script.files_with("172.17.0.3", [folder], f"{folder}/since"):
                for name in ("a", "b", "since"):
                    if os.path.exists(f"{folder}/{name}") and found != f"{folder}/{name}":
                        os.remove(f"{folder}/{name}")
            self.assertEqual(len(os.listdir(folder)), 1)


class FleetMounts(unittest.TestCase):
    """The generator of systemd for boxes, with units of a folder in the place of the system's."""

    def run_with(self, version: str, capabilities: str, **units: str) -> dict[str, str]:
        """The drop-ins that it writes, by their paths."""
        with tempfile.TemporaryDirectory() as folder:
            text = (LAYER / "fleet-mounts").read_text().replace(" /usr/", f" {folder}/usr/").replace(" /etc/", f" {folder}/etc/")
            Path(folder, "script").write_text(text.replace("/proc/self/status", f"{folder}/status"))
            Path(folder, "status").write_text(f"CapInh:\t0\nCapEff:\t{capabilities}\n")
            Path(folder, "systemctl").write_text(f'#!/bin/sh\necho "systemd {version} ({version}.1)"\n')
            os.chmod(f"{folder}/systemctl", 0o755)
            for name, content in units.items():
                path = Path(folder, name.replace("__", "/").replace("_service", ".service").replace("_conf", ".conf"))
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(content)
            os.mkdir(f"{folder}/out")
            environment = {**os.environ, "PATH": f"{folder}:{os.environ['PATH']}"}
            subprocess.run(["sh", f"{folder}/script", f"{folder}/out"], check=True, env=environment)
            return {str(path.relative_to(f"{folder}/out")): path.read_text() for path in Path(folder, "out").rglob("*.conf")}

    units = {
        "usr__lib__systemd__system__both_service": "[Service]\nUser=web\nSystemCallFilter=@system-service\n",
        "usr__lib__systemd__system__user_service": "[Service]\nUser=web\nProtectSystem=strict\n",
        "usr__lib__systemd__system__root_service": "[Service]\nUser=root\nRestrictRealtime=yes\n",
        "usr__lib__systemd__system__dynamic_service": "[Service]\nDynamicUser=yes\n",
        "usr__lib__systemd__system__apart_service": "[Service]\nLockPersonality = yes\n",
        "etc__systemd__system__apart_service.d__own_conf": "[Service]\nUser = web\n",
    }

    def test_keeps_services_of_other_users_with_filters_from_changing_their_rights(self) -> None:
        found = self.run_with("257", "00000000a80425fb", **self.units)
        filtered = sorted(path for path in found if path.endswith("zz-fleet-filters.conf"))
        self.assertEqual(filtered, [f"{name}.service.d/zz-fleet-filters.conf" for name in ("apart", "both", "dynamic")])
        self.assertEqual(found[filtered[0]], "[Service]\nSystemCallFilter=~capset\nSystemCallErrorNumber=EPERM\n")
        self.assertEqual(sorted(set(found) - set(filtered)), ["service.d/zz-fleet-box.conf"])

    def test_does_so_for_a_systemd_that_needs_it_and_where_mounting_is_no_right(self) -> None:
        self.assertEqual(list(self.run_with("252", "00000000a80425fb", **self.units)), ["service.d/zz-fleet-box.conf"])
        self.assertEqual(self.run_with("257", "000001ffffffffff", **self.units), {})


if __name__ == "__main__":
    unittest.main()
