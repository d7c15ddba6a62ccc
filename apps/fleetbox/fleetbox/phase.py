"""The three phases of a box's life."""

from enum import Enum


class Phase(Enum):
    """Each follows the one before; there is no way back."""

    SERVING = "serving"
    # The health check answers 503, everything else goes on: the edge needs time to look away.
    DRAINING = "draining"
    # Each answer is the last one on its connection, and idle connections are closed.
    CLOSING = "closing"
