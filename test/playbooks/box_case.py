"""A box in a folder: what user data and its disk say, and stubs for what would work on this machine itself."""

from __future__ import annotations

import io
import os
from contextlib import redirect_stderr, redirect_stdout
from unittest import mock

from role_files import ROLES, load  # Finds the modules.

from devices import DeviceCase

DIGEST = f"sha256:{'a' * 64}"
UDEVADM = """#!/bin/sh
echo "$@" >>"$0.log"
[ ! -e "$0.late" ] || mv "$0.late" "$(cat "$0.where")"
shift 2
for device; do [ -e "$device" ] || { echo "Timed out" >&2; exit 1; }; done
"""
MOUNT = """#!/bin/sh
echo "$@" >>"$0.log"
"""


class BoxCase(DeviceCase):
    """Tests of a box, which has what user data and its disk say in a folder of its own."""

    def setUp(self) -> None:
        super().setUp()
        self.box = load(ROLES / "machine" / "files" / "fleet-box")
        self.box.TOLD = self.folder / "run" / "box.env"
        self.box.DISK = self.folder / "image.env"
        self.box.DISK.write_text(f"FLEET_IMAGE_DIGEST={DIGEST}\n")
        self.path = self.folder / "data"
        self.stub("udevadm", UDEVADM)
        self.stub("systemctl", "#!/bin/sh\nexit 1\n")
        path = mock.patch.dict(os.environ, PATH=f"{self.folder}/bin:{os.environ['PATH']}")
        path.start()
        self.addCleanup(path.stop)

    def stub(self, name: str, script: str) -> None:
        """A program in the place of one that would work on this machine itself."""
        program = self.folder / "bin" / name
        program.parent.mkdir(exist_ok=True)
        program.write_text(script)
        program.chmod(0o755)

    def asked(self, name: str) -> list[str]:
        """With what a stub was run."""
        log = self.folder / "bin" / f"{name}.log"
        return log.read_text().splitlines() if log.exists() else []

    def tell(self, content: str | bytes) -> None:
        """Has user data begun the settings."""
        self.box.TOLD.parent.mkdir(exist_ok=True)
        self.box.TOLD.write_bytes(content if isinstance(content, bytes) else content.encode())

    def volumes(self, *pairs: str) -> None:
        self.tell(f'FLEET_VOLUMES="{" ".join(pairs)}"\n')

    def start(self) -> tuple[int, str]:
        """Runs it: the exit code, and what it said."""
        with redirect_stderr(io.StringIO()) as said, redirect_stdout(io.StringIO()):
            code = self.box.main()
        return code, said.getvalue()

    def starts(self) -> None:
        self.assertEqual(self.start(), (0, ""))

    def stops(self, *patterns: str) -> None:
        """It ends with one line for each of these, and mounts nothing."""
        code, said = self.start()
        self.assertEqual(code, 1, said)
        lines = said.splitlines()
        self.assertEqual(len(lines), len(patterns), said)
        for line, pattern in zip(lines, patterns):
            self.assertRegex(line, rf"^fleet-box: {pattern}")
        self.assertEqual(self.asked("mount"), [])

    def kind(self) -> str:
        """The type of the file system on the device; nothing where it has none."""
        return self.run_on_device("blkid", "-p", "-o", "value", "-s", "TYPE", code=None).strip()
