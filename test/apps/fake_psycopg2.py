"""Stands in for psycopg2 where it is not installed: its exceptions, which are all that the pool needs of it."""

from __future__ import annotations

import sys
import types


class Error(Exception):
    """Any error."""


class OperationalError(Error):
    """The database is away."""


class InterfaceError(Error):
    """The connection is closed."""


def install() -> types.ModuleType:
    """The real psycopg2 when it is there, else this."""
    try:
        import psycopg2
    except ImportError:
        psycopg2 = sys.modules["psycopg2"] = sys.modules[__name__]
    return psycopg2
