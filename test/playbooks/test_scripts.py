"""The scripts that the roles install, run where they lie."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
import tempfile
import threading
import unittest
from pathlib import Path

from role_files import MODULES, ROLES, load


def run(path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    """The script's result."""
    command = [*([sys.executable] if path.name != "fleet-edge" else ["sh"]), str(path), *arguments]
    modules = {"PYTHONPATH": ":".join(map(str, MODULES))}
    return subprocess.run(command, env={**os.environ, **modules, **environment}, capture_output=True, text=True, timeout=10)


class WebRoutes(unittest.TestCase):
    """WEB_ROUTES to Apache's configuration."""

    script = ROLES / "site" / "files" / "web-routes"

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.folder = Path(folder.name)

    def routes(self, text: str) -> subprocess.CompletedProcess[str]:
        return run(self.script, str(self.folder), WEB_ROUTES=text)

    def test_a_virtual_host_and_a_path_for_each_pair(self) -> None:
        result = self.routes("catalog.localhost=http://edge:8081 orders.example.org=http://edge:8082/")
        self.assertEqual((result.returncode, result.stderr), (0, ""))
        hosts = (self.folder / "routes.conf").read_text()
        self.assertEqual(hosts.count("<VirtualHost *>"), 2)
        self.assertIn("    ServerName orders.example.org\n", hosts)
        self.assertIn('    ProxyPass "/" "http://edge:8082/" retry=0 timeout=60', hosts)
        self.assertIn('ProxyPass "/api/catalog/" "http://edge:8081/"', (self.folder / "paths.conf").read_text())
        listed = json.loads((self.folder / "routes.json").read_text())
        self.assertEqual(listed[0], {"name": "catalog", "host": "catalog.localhost", "path": "/api/catalog/"})

    def test_no_routes(self) -> None:
        self.assertEqual(self.routes("").returncode, 0)
        self.assertEqual((self.folder / "routes.conf").read_text(), "")
        self.assertEqual((self.folder / "routes.json").read_text(), "[]\n")

    def test_bad_pairs_are_refused_all_at_once(self) -> None:
        bad = [
            "catalog.localhost",
            "=http://edge:8081",
            "Catalog.localhost=http://edge:8081",
            "a_b=http://edge:8081",
            "a..b=http://edge",
            "a=https://edge",
            "a=http://edge:0",
            "a=http://edge:65536",
            "a=http://edge/path",
            'a=http://edge"',
            "a=http://user@edge",
            "a=http://${HOME}",
        ]
        result = self.routes(" ".join(["good=http://edge:1", *bad]))
        self.assertEqual(result.returncode, 78)
        lines = result.stderr.splitlines()
        self.assertEqual(len(lines), len(bad), result.stderr)
        self.assertEqual(
            lines[0], "WEB_ROUTES: expected HOST=http://HOST:PORT, got 'catalog.localhost'; correct or remove it"
        )
        self.assertEqual(list(self.folder.iterdir()), [])

    def test_an_application_twice_is_refused(self) -> None:
        result = self.routes("catalog.a=http://edge:1 catalog.b=http://edge:2")
        self.assertEqual(result.returncode, 78)
        self.assertIn("each application once", result.stderr)


class FleetEnvironment(unittest.TestCase):
    """PID 1's environment to the file that services read."""

    def setUp(self) -> None:
        self.module = load(ROLES / "base" / "files" / "fleet-environment")
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.module.CONFIGURED = Path(folder.name) / "etc" / "box.env"
        self.module.RESULT = Path(folder.name) / "run" / "fleet" / "box.env"
        self.module.INITIAL = Path(folder.name) / "environ"

    def test_hands_over_what_is_not_pid_1s_own(self) -> None:
        block = b"PATH=/bin\0container=docker\0HOSTNAME=x\0FLEET=web\0LC_ALL=C\0bad name=1\0SOURCE_DATE_EPOCH=1\0"
        self.assertEqual(self.module.environment_file(block), 'FLEET="web"\n')

    def test_quotes_for_systemd(self) -> None:
        block = b'SECRET=a"b\\c$d`e\0LINES=one\n two\n#three\0EQUALS=a=b\0'
        expected = 'EQUALS="a=b"\nLINES="one\n two\n#three"\nSECRET="a\\"b\\\\c\\$d\\`e"\n'
        self.assertEqual(self.module.environment_file(block), expected)

    def test_writes_a_file_for_root_alone(self) -> None:
        self.module.INITIAL.write_bytes(b"FLEET=web\0")
        self.module.main()
        self.assertEqual(self.module.RESULT.read_text(), 'FLEET="web"\n')
        self.assertEqual(self.module.RESULT.stat().st_mode & 0o777, 0o600)

    def test_leaves_what_cloud_init_wrote(self) -> None:
        self.module.INITIAL.write_bytes(b"FLEET=web\0")
        self.module.RESULT.parent.mkdir(parents=True)
        self.module.RESULT.write_text("FLEET=cloud\n")
        self.module.main()
        self.assertEqual(self.module.RESULT.read_text(), "FLEET=cloud\n")

    def test_takes_a_mutable_hosts_own_first(self) -> None:
        self.module.CONFIGURED.parent.mkdir()
        self.module.CONFIGURED.write_text('FLEET="host"\n')
        self.module.main()
        self.assertEqual(self.module.RESULT.read_text(), 'FLEET="host"\n')

    def test_changes_no_byte_of_it(self) -> None:
        self.module.CONFIGURED.parent.mkdir()
        content = 'LINES="one\r\ntwo\rthree\x85\u2028"\n'.encode()
        self.module.CONFIGURED.write_bytes(content)
        self.module.main()
        self.assertEqual(self.module.RESULT.read_bytes(), content)


class FleetEdge(unittest.TestCase):
    """The edge's scripts, as far as they need no HAProxy."""

    files = ROLES / "haproxy" / "files"

    def test_says_what_is_missing(self) -> None:
        result = run(self.files / "fleet-edge", EDGE_CONFIGURATION="")
        self.assertEqual(result.returncode, 78)
        self.assertIn("EDGE_CONFIGURATION: expected the text of a HAProxy configuration", result.stderr)

    def test_prints_the_answer_of_the_edge(self) -> None:
        with tempfile.TemporaryDirectory() as folder, socket.socket(socket.AF_UNIX) as listener:
            path = f"{folder}/admin.sock"
            listener.bind(path)
            listener.listen()
            answering = threading.Thread(target=answer_once, args=(listener, b"1\n# be_id\n5 web\n\n"))
            answering.start()
            result = run(self.files / "fleet-edge-state", "show", "servers", "state", EDGE_SOCKET=path)
            answering.join()
        self.assertEqual((result.returncode, result.stdout), (0, "1\n# be_id\n5 web\n"))

    def test_says_that_no_edge_runs(self) -> None:
        result = run(self.files / "fleet-edge-state", "show", "info", EDGE_SOCKET="/nowhere/admin.sock")
        self.assertEqual(result.returncode, 1)
        self.assertIn("is the edge running?", result.stderr)


class Differing(unittest.TestCase):
    """What the package databases say of files, without what may differ."""

    script = load(ROLES / "packages" / "files" / "differing")
    rules = [(False, "/usr/share/doc/*"), (True, "/usr/share/doc/*/copyright")]

    def lines(self, output: str) -> list[str]:
        return list(self.script.differing(output, self.rules))

    def test_names_files_of_dpkg_but_configuration_and_what_is_not_installed(self) -> None:
        output = "\n".join([
            "??5??????   /opt/catalog/a b.json",
            "??5?????? c /etc/catalog.conf",
            "missing     /opt/catalog/api.py",
            "missing   c /etc/other.conf",
            "missing     /usr/share/doc/catalog/README",
            "missing     /usr/share/doc/catalog/copyright",
        ])
        self.assertEqual(self.lines(output), [
            "??5??????   /opt/catalog/a b.json",
            "missing     /opt/catalog/api.py",
            "missing     /usr/share/doc/catalog/copyright",
        ])

    def test_names_files_of_rpm_but_configuration_and_what_is_made_later(self) -> None:
        output = "S.5......  c /etc/a\n.M.......    /opt/b\nmissing   g /run/c\n..5......  d /usr/share/doc/d"
        self.assertEqual(self.lines(output), [".M.......    /opt/b", "..5......  d /usr/share/doc/d"])

    def test_fails_where_the_database_cannot_tell(self) -> None:
        result = run(ROLES / "packages" / "files" / "differing", "dpkg", "no-such-package")
        self.assertNotEqual(result.returncode, 0)
        self.assertIn("no-such-package", result.stderr)


def answer_once(listener: socket.socket, answer: bytes) -> None:
    """Plays HAProxy for one command."""
    connection, _ = listener.accept()
    with connection:
        assert connection.recv(100) == b"show servers state\n"
        connection.sendall(answer)


class FleetContainer(unittest.TestCase):
    """The configuration of a container in a machine image, completed in the box."""

    script = ROLES / "crun" / "files" / "fleet-container"

    def setUp(self) -> None:
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.module = load(self.script)
        self.module.TOLD = Path(folder.name) / "box.env"
        self.module.DISK = Path(folder.name) / "image.env"

    def config(self) -> dict:
        return {"annotations": {"immutable-fleets.image": "sha256:own"}, "process": {"env": ["PATH=/bin"]}, "mounts": []}

    def test_has_what_the_box_is_told_as_systemd_reads_it_and_nothing_else(self) -> None:
        self.module.TOLD.write_text('ORDERS_URL="http://a"\nLEVEL=info\nNOTE="one\nHOME=/evil\nFLEET_VOLUMES=/etc=/dev/sda"\n')
        note = "one\nHOME=/evil\nFLEET_VOLUMES=/etc=/dev/sda"
        self.assertEqual(self.module.told(), {"ORDERS_URL": "http://a", "LEVEL": "info", "NOTE": note})

    def test_names_its_own_image_and_that_of_the_box(self) -> None:
        config = self.module.configured(self.config(), {"FLEET_IMAGE_DIGEST": "sha256:disk"})
        self.assertEqual(config["process"]["env"], ["PATH=/bin", "FLEET_DISK_DIGEST=sha256:disk", "FLEET_IMAGE_DIGEST=sha256:own"])

    def test_has_the_volumes_of_user_data_else_of_the_disk(self) -> None:
        self.module.DISK.write_text('FLEET_VOLUMES="/srv=/dev/sdg"\n')
        mounted = lambda: [each["source"] for each in self.module.configured(self.config(), self.module.told())["mounts"]]
        self.assertEqual(mounted(), ["/srv"])
        self.module.TOLD.write_text("FLEET_VOLUMES=/data=/dev/sdf\n")
        self.assertEqual(mounted(), ["/data"])

    def test_has_folders_to_mount_volumes_on_that_everybody_may_enter(self) -> None:
        root = self.module.TOLD.parent / "rootfs"
        self.module.make_mount_points(str(root), self.module.volumes({"FLEET_VOLUMES": "/srv/a=/dev/sdf /srv/b=/dev/sdg"}))
        self.assertEqual([(root / path).stat().st_mode & 0o7777 for path in ("srv", "srv/a", "srv/b")], [0o755] * 3)

    def test_says_what_is_wrong_without_a_trace(self) -> None:
        result = run(self.script, "nothing")
        self.assertEqual(result.returncode, 1)
        self.assertRegex(result.stderr, r"^fleet-container: expected the name of an application of .*, got \['nothing'\]")


if __name__ == "__main__":
    unittest.main()
