"""Settings from the environment."""

from __future__ import annotations

import unittest

from fleetbox import SettingsError, from_environment


class FromEnvironment(unittest.TestCase):
    """What a box is told, and what it makes of it."""

    def test_defaults(self) -> None:
        settings = from_environment("catalog", 8081, {"FLEET": "catalog"})
        self.assertEqual((settings.port, settings.drain_seconds, settings.stop_seconds), (8081, 2.0, 25.0))
        self.assertEqual(settings.image_digest, "unknown")

    def test_a_box_of_no_fleet_does_not_wait_for_an_edge(self) -> None:
        self.assertEqual(from_environment("catalog", 8081, {}).drain_seconds, 0)

    def test_the_port_has_the_application_in_its_name(self) -> None:
        self.assertEqual(from_environment("price-list", 1, {"PRICE_LIST_PORT": "9000"}).port, 9000)

    def test_what_would_break_a_header_is_not_used(self) -> None:
        settings = from_environment("a", 1, {"FLEET_IMAGE_DIGEST": "x\r\nSet-Cookie: y", "FLEET_BOX": "bö"})
        self.assertEqual((settings.image_digest, settings.box), ("unknown", "unknown"))

    def test_every_mistake_is_reported_at_once(self) -> None:
        with self.assertRaises(SettingsError) as caught:
            from_environment("a", 1, {"A_PORT": "http", "DRAIN_SECONDS": "-1", "STOP_SECONDS": "nan"})
        self.assertEqual(
            str(caught.exception).splitlines(),
            [
                "A_PORT: expected a number from 1 to 65535, got 'http'; correct or unset it",
                "DRAIN_SECONDS: expected a number from 0 to 600, got '-1'; correct or unset it",
                "STOP_SECONDS: expected a number from 0 to 3600, got 'nan'; correct or unset it",
            ],
        )

    def test_the_stop_is_not_shorter_than_the_drain(self) -> None:
        with self.assertRaisesRegex(SettingsError, "at least DRAIN_SECONDS"):
            from_environment("a", 1, {"DRAIN_SECONDS": "30"})


if __name__ == "__main__":
    unittest.main()
