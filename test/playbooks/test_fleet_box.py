"""A box set up from its settings."""

from __future__ import annotations

import random
import unittest

from box_case import DIGEST, MOUNT, BoxCase
from fleet_settings import read, written


class Told(BoxCase):
    """What the services of a box are told."""

    def setUp(self) -> None:
        super().setUp()
        self.stub("mount", MOUNT)

    def test_completes_what_user_data_has_begun(self) -> None:
        self.tell(f"LEVEL=info\nFLEET_IMAGE_DIGEST=sha256:{'b' * 64}\nFLEET_BOX=i-1\n")
        self.starts()
        told = self.box.TOLD.read_text()
        self.assertEqual(told, f'FLEET_BOX="i-1"\nFLEET_IMAGE_DIGEST="{DIGEST}"\nLEVEL="info"\n')
        self.assertEqual(self.box.TOLD.stat().st_mode & 0o777, 0o600)
        self.assertEqual(self.box.TOLD.parent.stat().st_mode & 0o777, 0o755)

    def test_names_a_box_that_nobody_has_named(self) -> None:
        for content in ("", "FLEET_BOX=\n"):
            self.tell(content)
            self.starts()
            self.assertEqual(read(self.box.TOLD), {"FLEET_BOX": self.box.box_name(), "FLEET_IMAGE_DIGEST": DIGEST})

    def test_no_line_of_a_value_names_a_device(self) -> None:
        values = {
            "MOTTO": f"one\nFLEET_VOLUMES={self.path}={self.device}\nFLEET_BOX=evil\nFLEET_IMAGE_DIGEST=sha256:evil\n",
            "QUOTED": f'"\nFLEET_VOLUMES={self.path}={self.device}\n"',
            "SLASHED": f"\\\nFLEET_VOLUMES='{self.path}={self.device}'",
        }
        before = self.digest()
        self.tell(written(values | {"FLEET_BOX": "b"}))
        self.starts()
        self.assertEqual(read(self.box.TOLD), values | {"FLEET_BOX": "b", "FLEET_IMAGE_DIGEST": DIGEST})
        self.assertEqual((self.asked("mount"), self.digest()), ([], before))

    def test_generated_values_come_through_and_name_no_device(self) -> None:
        pieces = [
            "\n",
            f"FLEET_VOLUMES={self.path}={self.device}",
            '"',
            "'",
            "\\",
            "$",
            " ",
            "=",
            "#",
            "\r",
            "ü",
            "FLEET_BOX=x",
            "x",
        ]
        before = self.digest()
        for seed in range(200):
            chance = random.Random(seed)
            values = {name: "".join(chance.choice(pieces) for _ in range(8)) for name in ("A", "Z")}
            self.tell(written(values | {"FLEET_BOX": "b"}))
            self.starts()
            self.assertEqual(
                read(self.box.TOLD), values | {"FLEET_BOX": "b", "FLEET_IMAGE_DIGEST": DIGEST}, f"seed {seed}"
            )
        self.assertEqual((self.asked("mount"), self.digest()), ([], before))

    def test_nothing_unfinished_hides_the_digest_of_the_disk(self) -> None:
        self.tell('FLEET_IMAGE_DIGEST=sha256:evil\nOPEN="')
        self.starts()
        self.assertEqual(read(self.box.TOLD)["FLEET_IMAGE_DIGEST"], DIGEST)

    def test_stops_where_services_would_be_told_nothing_at_all(self) -> None:
        self.tell(b"GOOD=1\nLATIN=\xfc\n")
        self.stops(f"{self.box.TOLD}: LATIN: expected characters in UTF-8 other than NUL, got other bytes; encode it$")
        self.tell("GOOD=1\n")
        self.box.DISK.write_text("")
        self.stops(f"{self.box.DISK}: expected FLEET_IMAGE_DIGEST, got none; build the disk again$")

    def test_stops_where_user_data_was_not_taken(self) -> None:
        self.volumes(f"{self.path}={self.device}")
        self.stub("systemctl", '#!/bin/sh\n[ "$*" = "is-failed --quiet cloud-init.service" ]\n')
        self.stops("user data: expected cloud-init to take it, got a failure; see journalctl -u cloud-init$")
        self.assertEqual(self.kind(), "")

    def test_volumes_that_are_none(self) -> None:
        self.volumes("data=/dev/sdf", "/srv", "/srv=sdf", f"{self.path}={self.device}")
        expected = "FLEET_VOLUMES: expected PATH=DEVICE with absolute paths, got"
        self.stops(
            f"{expected} data=/dev/sdf; correct it$",
            f"{expected} /srv; correct it$",
            f"{expected} /srv=sdf; correct it$",
        )
        self.assertEqual(self.kind(), "")


if __name__ == "__main__":
    unittest.main()
