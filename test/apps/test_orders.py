"""The orders' answers, health and connection pool, with a database that the test can take away."""

from __future__ import annotations

import json
import socket
import threading
import time
import unittest
from datetime import UTC, datetime
from typing import Any

import fake_psycopg2

psycopg2 = fake_psycopg2.install()

from fleetbox import Request, Response  # noqa: E402
from orders.api import orders  # noqa: E402
from orders.health import CachedHealth  # noqa: E402
from orders.pool import ConnectionPool, DatabaseAway  # noqa: E402
from orders.store import Order  # noqa: E402


class MemoryStore:
    """Orders in memory."""

    def __init__(self) -> None:
        self.orders: list[Order] = []
        self.away = False

    def check(self) -> None:
        if self.away:
            raise DatabaseAway("database: expected an answer, got none")

    def add(self, product: str, quantity: int) -> Order:
        self.check()
        self.orders.append(Order(len(self.orders) + 1, product, quantity, datetime(2024, 1, 1, tzinfo=UTC)))
        return self.orders[-1]

    def latest(self, count: int) -> list[Order]:
        self.check()
        return self.orders[::-1][:count]

    def find(self, order_id: int) -> Order | None:
        self.check()
        return next((order for order in self.orders if order.id == order_id), None)


class Api(unittest.TestCase):
    """Each path, with and without a database."""

    def setUp(self) -> None:
        self.store = MemoryStore()
        self.application = orders(self.store)

    def ask(self, method: str, path: str, body: object = None) -> Response:
        data = b"" if body is None else json.dumps(body).encode()
        return self.application.answer(Request(method, path, {}, {}, data, True))

    def test_stores_and_shows_an_order(self) -> None:
        created = self.ask("POST", "/orders", {"product": "rope", "quantity": 2})
        self.assertEqual((created.status, created.headers["Location"]), (201, "/orders/1"))
        expected = {"id": 1, "product": "rope", "quantity": 2, "created_at": "2024-01-01T00:00:00+00:00"}
        self.assertEqual(json.loads(self.ask("GET", "/orders/1").body), expected)
        self.assertEqual(json.loads(self.ask("GET", "/orders").body), {"orders": [expected]})

    def test_unknown_orders(self) -> None:
        for order_id in ["1", "x", "-1", "²", str(2**63), "9" * 40]:
            with self.subTest(order_id):
                self.assertEqual(self.ask("GET", f"/orders/{order_id}").status, 404)

    def test_bad_orders_are_explained(self) -> None:
        for body, lines in [
            ([], 1),
            ({}, 1),
            ({"product": ""}, 1),
            ({"product": "a\nb"}, 1),
            ({"product": "x" * 101}, 1),
            ({"product": "rope", "quantity": True}, 1),
            ({"product": "rope", "quantity": 1.0}, 1),
            ({"product": 1, "quantity": 0, "price": 2}, 3),
        ]:
            with self.subTest(body):
                answer = self.ask("POST", "/orders", body)
                self.assertEqual(answer.status, 422)
                self.assertEqual(len(json.loads(answer.body)["error"].splitlines()), lines)

    def test_bodies_that_are_not_json(self) -> None:
        request = Request("POST", "/orders", {}, {}, b"{", True)
        self.assertEqual(self.application.answer(request).status, 400)
        request = Request("POST", "/orders", {}, {"content-type": "text/plain"}, b"{}", True)
        self.assertEqual(self.application.answer(request).status, 415)

    def test_without_the_database(self) -> None:
        self.store.away = True
        for method, path in [("GET", "/orders"), ("GET", "/orders/1"), ("POST", "/orders"), ("GET", "/healthz")]:
            with self.subTest(path):
                answer = self.ask(method, path, {"product": "rope"})
                self.assertEqual((answer.status, answer.headers["Retry-After"]), (503, "1"))
        self.assertEqual(self.ask("GET", "/").status, 200)


class Health(unittest.TestCase):
    """The health check asks the database, but not each time."""

    def test_is_kept_for_a_while(self) -> None:
        asked: list[int] = []
        health = CachedHealth(lambda: asked.append(1), keep_seconds=1)
        for _ in range(5):
            self.assertIsNone(health.reason())
        self.assertEqual(len(asked), 1)
        time.sleep(1.01)
        health.reason()
        self.assertEqual(len(asked), 2)


class FakeConnection:
    """A database connection whose other end the test holds."""

    def __init__(self) -> None:
        self.closed = 0
        self.near, self.far = socket.socketpair()
        self.committed = 0
        self.error: Exception | None = None

    def cursor(self) -> FakeConnection:
        return self

    def __enter__(self) -> FakeConnection:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def execute(self, _: str) -> None:
        if self.error:
            raise self.error

    def commit(self) -> None:
        self.committed += 1

    def rollback(self) -> None:
        pass

    def fileno(self) -> int:
        return self.near.fileno()

    def close(self) -> None:
        self.closed = 1
        self.near.close()
        self.far.close()


class Pool(unittest.TestCase):
    """Connections are used again, but never a dead one."""

    def setUp(self) -> None:
        self.connections: list[FakeConnection] = []
        self.addCleanup(lambda: [connection.close() for connection in self.connections])

    def connect(self) -> Any:
        self.connections.append(FakeConnection())
        return self.connections[-1]

    def use(self, pool: ConnectionPool) -> None:
        with pool.transaction() as cursor:
            cursor.execute("SELECT 1")

    def test_uses_a_connection_again(self) -> None:
        pool = ConnectionPool(self.connect)
        self.use(pool)
        self.use(pool)
        self.assertEqual([connection.committed for connection in self.connections], [2])

    def test_does_not_use_a_connection_that_the_database_has_closed(self) -> None:
        pool = ConnectionPool(self.connect)
        self.use(pool)
        self.connections[0].far.close()
        self.use(pool)
        self.assertEqual([connection.closed for connection in self.connections], [1, 0])

    def test_does_not_use_a_connection_again_after_an_error(self) -> None:
        pool = ConnectionPool(self.connect)
        self.use(pool)
        self.connections[0].error = psycopg2.OperationalError("server closed the connection\n\tunexpectedly")
        with self.assertRaisesRegex(DatabaseAway, "got: server closed the connection unexpectedly"):
            self.use(pool)
        self.use(pool)
        self.assertEqual([connection.committed for connection in self.connections], [1, 1])

    def test_asks_for_a_connection_once_a_second_while_the_database_is_away(self) -> None:
        attempts: list[int] = []

        def refuse() -> Any:
            attempts.append(1)
            raise psycopg2.OperationalError("connection refused")

        pool = ConnectionPool(refuse)
        for _ in range(3):
            with self.assertRaisesRegex(DatabaseAway, "got: connection refused"):
                self.use(pool)
        self.assertEqual(len(attempts), 1)

    def test_never_opens_more_than_its_size(self) -> None:
        pool = ConnectionPool(self.connect, size=2)
        threads = [threading.Thread(target=self.hold, args=(pool,)) for _ in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        self.assertLessEqual(len(self.connections), 2)
        self.assertEqual(sum(connection.committed for connection in self.connections), 8)

    def hold(self, pool: ConnectionPool) -> None:
        with pool.transaction():
            time.sleep(0.02)

    def test_does_not_wait_for_ever(self) -> None:
        pool = ConnectionPool(self.connect, size=1, wait_seconds=0.05)
        with pool.transaction(), self.assertRaisesRegex(DatabaseAway, "free connection"):
            self.use(pool)

    def test_says_what_is_missing_without_an_address(self) -> None:
        with self.assertRaisesRegex(DatabaseAway, "DATABASE_URL: expected postgresql://"):
            self.use(ConnectionPool(self.connect, configured=False))


if __name__ == "__main__":
    unittest.main()
