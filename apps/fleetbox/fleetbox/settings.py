"""What a box is told at its start, from the environment: checked once, every mistake reported at once."""

from __future__ import annotations

import math
import re
from collections.abc import Mapping
from dataclasses import dataclass


class SettingsError(Exception):
    """One line per mistake."""


@dataclass(frozen=True)
class Settings:
    """How the server behaves. Times are in seconds, sizes in bytes."""

    port: int
    host: str = ""
    image_digest: str = "unknown"
    box: str = "unknown"
    fleet: str = "unknown"
    # Time for the edge to see the failing health check, before anything else changes. Nobody looks at a box of no fleet.
    drain_seconds: float = 2.0
    # A connection idle for this long while the box closes has no request on its way any more.
    quiet_seconds: float = 0.5
    # The whole stop ends after this, whatever is still in flight.
    stop_seconds: float = 25.0
    # Longer than any edge keeps an idle connection, so that it is the edge that closes first.
    idle_seconds: float = 75.0
    # For one head or body to arrive, or one answer to be taken, once it has begun.
    transfer_seconds: float = 20.0
    body_limit: int = 64 * 1024
    head_limit: int = 16 * 1024
    connection_limit: int = 2048


def from_environment(application: str, default_port: int, environment: Mapping[str, str]) -> Settings:
    """The settings of an application; raises SettingsError that names every bad variable."""
    mistakes: list[str] = []

    def number(name: str, default: float, low: float, high: float) -> float:
        text = environment.get(name, "")
        try:
            value = float(text) if text else default
        except ValueError:
            value = math.nan
        if not low <= value <= high:
            mistakes.append(f"{name}: expected a number from {low:g} to {high:g}, got {text!r}; correct or unset it")
            return default
        return value

    port_name = re.sub(r"[^A-Z0-9]", "_", application.upper()) + "_PORT"
    port = number(port_name, default_port, 1, 65535)
    drain = number("DRAIN_SECONDS", Settings.drain_seconds if environment.get("FLEET") else 0, 0, 600)
    quiet = number("QUIET_SECONDS", Settings.quiet_seconds, 0, 600)
    stop = number("STOP_SECONDS", Settings.stop_seconds, 0, 3600)
    if port != int(port):
        mistakes.append(f"{port_name}: expected a whole number, got {port}; correct or unset it")
    if not mistakes and stop < drain:
        mistakes.append(f"STOP_SECONDS: expected at least DRAIN_SECONDS ({drain:g}), got {stop:g}; raise it")
    if mistakes:
        raise SettingsError("\n".join(mistakes))
    return Settings(
        port=int(port),
        host=environment.get("LISTEN_ADDRESS", ""),
        image_digest=header_value(environment.get("FLEET_IMAGE_DIGEST", "")),
        box=header_value(environment.get("FLEET_BOX", "")),
        fleet=header_value(environment.get("FLEET", "")),
        drain_seconds=drain,
        quiet_seconds=quiet,
        stop_seconds=stop,
    )


def header_value(text: str) -> str:
    """Printable ASCII, or "unknown": the value goes out in a header of every answer."""
    return text if text and text.isascii() and text.isprintable() else "unknown"
