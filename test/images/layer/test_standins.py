"""Unit tests of what stands in for commands in a build container."""

from __future__ import annotations

import contextlib
import io
import os
import shutil
import socket
import subprocess
import sys
import unittest
import unittest.mock

from scripts import LAYER, load


@unittest.skipIf(shutil.which("ip") is None, "the real ip is the oracle")
class Ip(unittest.TestCase):
    """What stands in for ip, compared with the real one on this machine, by what Ansible takes of it."""

    def setUp(self) -> None:
        self.script = load(LAYER / "standins" / "ip")
        self.script.REAL = ()

    def own(self, words: str) -> tuple[int, str]:
        said = io.StringIO()
        try:
            with contextlib.redirect_stdout(said), contextlib.redirect_stderr(io.StringIO()):
                self.script.main(words.split())
        except SystemExit as end:
            return 1 if isinstance(end.code, str) else int(end.code or 0), said.getvalue()
        return 0, said.getvalue()

    def real(self, words: str) -> tuple[int, str]:
        result = subprocess.run(["ip", *words.split()], capture_output=True, text=True, timeout=10)
        return result.returncode, result.stdout

    def test_shows_the_same_addresses(self) -> None:
        for name in ("lo", *(name for _, name in socket.if_nameindex() if name.startswith("e"))):
            for which in ("primary", "secondary"):
                words = f"addr show {which} dev {name}"
                code, said = self.real(words)
                # Without flags that nobody asks for.
                lines = [line.split() for line in said.splitlines() if line.split()[0] in ("inet", "inet6")]
                got_code, got = self.own(words)
                got_lines = [line.split() for line in got.splitlines() if line.split()[0] in ("inet", "inet6")]
                self.assertEqual((got_code, [line[:4] + line[-1:] for line in got_lines if line[0] == "inet"]), (code, [line[:4] + line[-1:] for line in lines if line[0] == "inet"]))
                self.assertEqual([line[:4] for line in got_lines], [line[:4] for line in lines])
        self.assertEqual(self.own("addr show dev nowhere")[0], self.real("addr show dev nowhere")[0])

    def test_shows_the_same_ways(self) -> None:
        for words in ("-4 route get 8.8.8.8", "-4 route get 127.0.0.1", "-6 route get 2404:6800:400a:800::1012"):
            code, said = self.real(words)
            got_code, got = self.own(words)
            taken, wanted = got.split(), said.replace("local ", "").split()
            self.assertEqual(got_code, code)
            for name in ("via", "dev", "src"):
                self.assertEqual(taken[taken.index(name) + 1] if name in taken else "", wanted[wanted.index(name) + 1] if name in wanted else "", words)

    def test_shows_the_same_local_addresses_and_the_default(self) -> None:
        for words in ("-4 route show table local", "-6 route show table local", "route show default"):
            code, said = self.real(words)
            got_code, got = self.own(words)
            self.assertEqual((got_code, [line.split()[:2] for line in got.splitlines()]), (code, [line.split()[:2] for line in said.splitlines()]))

    def test_says_what_it_does_not_know(self) -> None:
        for words in ("", "neigh", "link set lo up", "route add default via 192.0.2.1", "route show table 7"):
            self.assertEqual(self.own(words), (1, ""))


@unittest.skipIf(os.path.exists("/usr/bin/crontab"), "it stands in for crontab where there is none")
class Crontab(unittest.TestCase):
    """What stands in for crontab, which must install nothing on the machine that tests it."""

    def crontab(self, *arguments: str, user: str = "nobody") -> tuple[int, str, str]:
        command = ["/bin/sh", str(LAYER / "standins" / "crontab"), *arguments]
        become = ["setpriv", f"--reuid={user}", "--clear-groups"] if os.getuid() == 0 else []
        result = subprocess.run([*become, *command], capture_output=True, text=True, timeout=10)
        return result.returncode, result.stdout, result.stderr

    def test_has_no_jobs(self) -> None:
        self.assertEqual(self.crontab("-u", "ann", "-l"), (1, "", "no crontab for ann\n"))
        self.assertEqual(self.crontab("-r", "-u", "ann"), (1, "", "no crontab for ann\n"))

    def test_says_who_may_add_the_first_one(self) -> None:
        said = "crontab: expected cron in the image, got none; install it before somebody else than root adds a job\n"
        end = "crontab: expected cron to be installed, got a failure; have a role install it before\n"
        self.assertEqual(self.crontab("/dev/null"), (1, "", said + end))


class Mount(unittest.TestCase):
    """What stands in for mount, which must change nothing of the machine that tests it."""

    def mount(self, *arguments: str) -> tuple[int, str]:
        command = [str(LAYER / "standins" / "mount"), *arguments]
        result = subprocess.run(command, capture_output=True, text=True, timeout=10)
        return result.returncode, result.stderr or result.stdout

    def test_leaves_other_options_for_what_is_mounted_to_the_start_of_a_machine(self) -> None:
        options: tuple[list[str], ...] = (["-o", "remount"], ["-o", "rw,remount"], ["-oremount,rw"], ["--options=remount"], ["-t", "proc", "-o", "remount"])
        for given in options:
            said = f"mount {' '.join(given)} /proc: not done in a build container; /etc/fstab takes effect at a machine's start\n"
            self.assertEqual(self.mount(*given, "/proc"), (0, said))

    def test_has_the_real_one_do_all_else(self) -> None:
        self.assertEqual(self.mount("--version")[0], 0)
        for given in (["-o", "remount", "/nowhere/here"], ["-o", "ro", "/nowhere/here"]):
            code, said = self.mount(*given)
            self.assertNotEqual(code, 0)
            self.assertIn("mount: ", said)


@unittest.skipIf(os.getuid() != 0 or os.path.exists("/usr/bin/sudo"), "it stands in for sudo where there is none, as root")
class Sudo(unittest.TestCase):
    """What stands in for sudo."""

    def sudo(self, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, str(LAYER / "standins" / "sudo"), *arguments]
        return subprocess.run(command, env={**os.environ, **environment}, cwd="/", capture_output=True, text=True, timeout=10)

    def test_becomes_root_or_somebody_else_with_all_groups(self) -> None:
        self.assertEqual(self.sudo("id", "-un").stdout, "root\n")
        self.assertEqual(self.sudo("-u", "nobody", "id", "-un").stdout, "nobody\n")
        self.assertEqual(self.sudo("--user=#65534", "-g", "daemon", "id", "-gn").stdout, "daemon\n")

    def test_takes_what_ansible_and_mitogen_say(self) -> None:
        self.assertEqual(self.sudo("-H", "-S", "-n", "-u", "nobody", "sh", "-c", "echo $USER $SUDO_USER").stdout, "nobody root\n")
        self.assertEqual(self.sudo("-p", "a prompt", "-u", "nobody", "-H", "--", "id", "-un").stdout, "nobody\n")

    def test_keeps_of_the_environment_what_sudo_keeps(self) -> None:
        self.assertEqual(self.sudo("sh", "-c", "echo $OTHER $LC_ALL", OTHER="other", LC_ALL="C").stdout, "C\n")
        for arguments in (["-E"], ["--preserve-env=OTHER"]):
            self.assertEqual(self.sudo(*arguments, "sh", "-c", "echo $OTHER", OTHER="other").stdout, "other\n")
        self.assertEqual(self.sudo("NAME=value", "sh", "-c", "echo $NAME").stdout, "value\n")

    def test_has_the_image_s_own_keep_what_a_build_needs(self) -> None:
        script = load(LAYER / "standins" / "sudo")
        with unittest.mock.patch.dict(os.environ, {"PATH": "/p", "PYTHONPATH": "/q", "NODE_OPTIONS": "-r", "PIP_CONSTRAINT": "/c", "OTHER": "other"}, clear=True):
            self.assertEqual(script.needed(["-H", "-u", "ann", "A=b", "id", "-un"]), ["-H", "-u", "ann", "A=b", "/usr/bin/env", "PATH=/p", "PYTHONPATH=/q", "PIP_CONSTRAINT=/c", "NODE_OPTIONS=-r", "id", "-un"])
            for arguments in (["-l"], ["-i", "-u", "ann", "id"], ["-s"], ["--what", "id"], ["-e", "/etc/hosts"], ["-v"]):
                self.assertEqual(script.needed(arguments), arguments)

    def test_ends_as_the_command_ends_and_says_what_it_does_not_know(self) -> None:
        self.assertEqual(self.sudo("sh", "-c", "exit 7").returncode, 7)
        for arguments, said in ((["-u", "nobody-here", "id"], "sudo: unknown user nobody-here\n"), (["--bad"], "sudo: option --bad not recognized\n"), (["no-program"], "sudo: no-program: command not found\n")):
            result = self.sudo(*arguments)
            self.assertEqual((result.returncode, result.stderr), (1, said))


if __name__ == "__main__":
    unittest.main()
