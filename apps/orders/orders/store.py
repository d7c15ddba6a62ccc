"""Orders in PostgreSQL."""

from __future__ import annotations

import threading
from dataclasses import dataclass
from datetime import datetime

from .pool import ConnectionPool

# Every box of the fleet does this at its start: the lock keeps two of them from colliding.
CREATE_TABLE = """
SELECT pg_advisory_xact_lock(hashtext('orders.create_table'));
CREATE TABLE IF NOT EXISTS orders (
    id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    product text NOT NULL,
    quantity integer NOT NULL CHECK (quantity > 0),
    created_at timestamptz NOT NULL DEFAULT now()
)
"""
COLUMNS = "id, product, quantity, created_at"


@dataclass(frozen=True, slots=True)
class Order:
    """One order as it is stored."""

    id: int
    product: str
    quantity: int
    created_at: datetime


class OrderStore:
    """Reads and writes orders; creates its table at the first use."""

    def __init__(self, pool: ConnectionPool) -> None:
        self._pool = pool
        self._table_lock = threading.Lock()
        self._table_exists = False

    def check(self) -> None:
        """Raises DatabaseAway when the database does not answer."""
        self._create_table()
        with self._pool.transaction() as cursor:
            cursor.execute("SELECT 1")

    def add(self, product: str, quantity: int) -> Order:
        """Stores a new order."""
        self._create_table()
        with self._pool.transaction() as cursor:
            cursor.execute(
                f"INSERT INTO orders (product, quantity) VALUES (%s, %s) RETURNING {COLUMNS}", (product, quantity)
            )
            return Order(*cursor.fetchone())

    def latest(self, count: int) -> list[Order]:
        """The newest orders, newest first."""
        self._create_table()
        with self._pool.transaction() as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM orders ORDER BY id DESC LIMIT %s", (count,))
            return [Order(*row) for row in cursor.fetchall()]

    def find(self, order_id: int) -> Order | None:
        """The order with this id."""
        self._create_table()
        with self._pool.transaction() as cursor:
            cursor.execute(f"SELECT {COLUMNS} FROM orders WHERE id = %s", (order_id,))
            row = cursor.fetchone()
            return None if row is None else Order(*row)

    def _create_table(self) -> None:
        if self._table_exists:
            return
        with self._table_lock:
            if not self._table_exists:
                with self._pool.transaction() as cursor:
                    cursor.execute(CREATE_TABLE)
                self._table_exists = True
