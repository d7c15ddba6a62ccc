"""The server over real connections."""

from __future__ import annotations

import threading
import time
import unittest
from dataclasses import replace

from fleetbox import Application, HttpError, Request, Response, Settings, json_response
from fleetbox.phase import Phase
from fleetbox.server import Server
from raw_client import RawClient


def sample() -> Application:
    """An application with one path of each kind."""
    application = Application("sample")

    @application.route("GET", "/")
    def hello(_: Request) -> Response:
        return json_response({"hello": "world"})

    @application.route("GET", "/slow")
    def slow(_: Request) -> Response:
        time.sleep(0.4)
        return json_response({"slow": True})

    @application.route("POST", "/echo")
    def echo(request: Request) -> Response:
        return Response(200, request.body)

    @application.route("GET", "/broken")
    def broken(_: Request) -> Response:
        raise RuntimeError("on purpose; this trace belongs to the test")

    @application.route("GET", "/things/{id}")
    def thing(request: Request) -> Response:
        if request.parameters["id"] == "none":
            raise HttpError(404, "no such thing")
        return json_response({"id": request.parameters["id"], "query": dict(request.query)})

    return application


class ServerCase(unittest.TestCase):
    """A running server and a client."""

    def setUp(self) -> None:
        settings = Settings(
            port=0,
            host="127.0.0.1",
            image_digest="sha256:abc",
            box="box1",
            drain_seconds=0.2,
            quiet_seconds=0.2,
            stop_seconds=20,
            idle_seconds=5,
            transfer_seconds=1,
            body_limit=100,
            head_limit=2000,
        )
        self.server = Server(sample(), settings)
        self.server.start()
        self.client = RawClient(self.server.port)
        self.addCleanup(self.client.socket.close)
        self.addCleanup(setattr, self.server, "phase", Phase.CLOSING)

    def exchange(self, data: bytes) -> int:
        """The status that the bytes get on a connection of their own."""
        with RawClient(self.server.port) as client:
            client.send(data)
            return client.answer().status


class Answers(ServerCase):
    """What comes back."""

    def test_says_which_image_and_box_answer(self) -> None:
        answer = self.client.get("/")
        self.assertEqual(answer.status, 200)
        self.assertEqual(answer.headers["x-image-digest"], "sha256:abc")
        self.assertEqual(answer.headers["x-box"], "box1")
        self.assertEqual(answer.body, b'{"hello":"world"}\n')

    def test_keeps_the_connection(self) -> None:
        for _ in range(3):
            self.assertNotIn("connection", self.client.get("/").headers)

    def test_answers_requests_sent_all_at_once_in_order(self) -> None:
        self.client.send(b"GET /things/1 HTTP/1.1\r\nHost: a\r\n\r\n" b"GET /things/2 HTTP/1.1\r\nHost: a\r\n\r\n")
        self.assertIn(b'"id":"1"', self.client.answer().body)
        self.assertIn(b'"id":"2"', self.client.answer().body)

    def test_decodes_path_and_query(self) -> None:
        answer = self.client.get("/things/a%20b?x=1&y=%C3%A4")
        self.assertEqual(answer.body.decode(), '{"id":"a b","query":{"x":"1","y":"ä"}}\n')

    def test_closes_when_asked_to(self) -> None:
        answer = self.client.get("/", "Connection: close")
        self.assertEqual(answer.headers["connection"], "close")
        self.assertTrue(self.client.at_end())

    def test_http_1_0_closes_unless_asked_to_keep(self) -> None:
        self.client.send(b"GET / HTTP/1.0\r\nConnection: keep-alive\r\n\r\n")
        self.assertEqual(self.client.answer().headers["connection"], "keep-alive")
        self.client.send(b"GET / HTTP/1.0\r\n\r\n")
        self.assertEqual(self.client.answer().headers["connection"], "close")
        self.assertTrue(self.client.at_end())

    def test_head_has_the_headers_of_get_and_no_body(self) -> None:
        self.client.send(b"HEAD / HTTP/1.1\r\nHost: a\r\n\r\n")
        answer = self.client.answer(with_body=False)
        self.assertEqual((answer.status, answer.headers["content-length"]), (200, "18"))
        self.assertEqual(self.client.get("/").status, 200)

    def test_unknown_paths_wrong_methods_and_errors(self) -> None:
        for path, status in [("/nope", 404), ("/things/none", 404), ("/echo", 405), ("/broken", 500), ("/", 200)]:
            with self.subTest(path):
                self.assertEqual(self.client.get(path).status, status)
        self.assertEqual(self.client.get("/echo").headers["allow"], "POST")

    def test_health(self) -> None:
        self.assertEqual(self.client.get("/healthz").status, 200)


class Bodies(ServerCase):
    """Bodies with a length, in chunks, and neither."""

    def test_with_a_length(self) -> None:
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        time.sleep(0.05)
        self.client.send(b"llo")
        self.assertEqual(self.client.answer().body, b"hello")

    def test_in_chunks(self) -> None:
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n")
        self.client.send(b"2;x=y\r\nde\r\n0\r\nTrailer: z\r\n\r\n")
        self.assertEqual(self.client.answer().body, b"abcde")
        self.assertEqual(self.client.get("/").status, 200)

    def test_after_the_server_says_go_on(self) -> None:
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 2\r\n\r\n")
        self.assertEqual(self.client.answer().status, 100)
        self.client.send(b"ok")
        self.assertEqual(self.client.answer().body, b"ok")

    def test_too_large_ones_are_refused_with_an_answer_that_arrives(self) -> None:
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 200000\r\n\r\n" + b"x" * 200_000)
        answer = self.client.answer()
        self.assertEqual((answer.status, answer.headers["connection"]), (413, "close"))
        self.assertTrue(self.client.at_end())

    def test_too_large_ones_in_chunks(self) -> None:
        chunk = b"40\r\n" + b"x" * 64 + b"\r\n"
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n" + chunk * 2)
        self.assertEqual(self.client.answer().status, 413)

    def test_unfinished_ones_are_refused(self) -> None:
        self.client.send(b"POST /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\n\r\nhe")
        self.assertEqual(self.client.answer().status, 408)


class Strictness(ServerCase):
    """What another reader could understand differently is refused."""

    def test_refused(self) -> None:
        post = b"POST /echo HTTP/1.1\r\nHost: a\r\n"
        for data, status in [
            (b"nonsense\r\n\r\n", 400),
            (b"GET / HTTP/2.0\r\nHost: a\r\n\r\n", 400),
            (b"GET  / HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            (b"GET nowhere HTTP/1.1\r\nHost: a\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\r\nName : b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\r\n folded: b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n", 400),
            (b"GET / HTTP/1.1\r\nHost: a\r\nX: a\0b\r\n\r\n", 400),
            (post + b"Content-Length: 1\r\nContent-Length: 2\r\n\r\nab", 400),
            (post + b"Content-Length: +1\r\n\r\na", 400),
            (post + b"Content-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
            (post + b"Transfer-Encoding: gzip\r\n\r\n", 501),
            (post + b"Transfer-Encoding: chunked\r\n\r\nxyz\r\n", 400),
            (post + b"Transfer-Encoding: chunked\r\n\r\n1\r\nabc\r\n", 400),
            (b"GET /" + b"x" * 3000 + b" HTTP/1.1\r\nHost: a\r\n", 431),
        ]:
            with self.subTest(data[:60]):
                self.assertEqual(self.exchange(data), status)

    def test_accepted(self) -> None:
        for data in [
            b"\r\nGET / HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET http://a/ HTTP/1.1\r\nHost: a\r\n\r\n",
            b"GET / HTTP/1.1\r\nHost:a\r\nX:\r\n\r\n",
        ]:
            with self.subTest(data):
                self.assertEqual(self.exchange(data), 200)


class Stop(ServerCase):
    """The order of the stop."""

    def setUp(self) -> None:
        super().setUp()
        self.stopped: list[int] = []
        self.thread = threading.Thread(target=lambda: self.stopped.append(self.server.stop()), daemon=True)

    def wait_until(self, phase: Phase) -> None:
        """Waits for the server to enter the phase."""
        deadline = time.monotonic() + 10
        while self.server.phase is not phase and time.monotonic() < deadline:
            time.sleep(0.005)
        self.assertIs(self.server.phase, phase)

    def test_first_only_the_health_check_fails(self) -> None:
        self.server._settings = replace(self.server._settings, drain_seconds=5)
        self.thread.start()
        self.wait_until(Phase.DRAINING)
        self.assertEqual(self.client.get("/healthz").status, 503)
        answer = self.client.get("/")
        self.assertEqual(answer.status, 200)
        self.assertNotIn("connection", answer.headers)
        with RawClient(self.server.port) as late:
            self.assertEqual(late.get("/").status, 200)

    def test_then_each_answer_is_the_last(self) -> None:
        self.thread.start()
        # A busy connection: one that is quiet is closed at once.
        answer = self.client.get("/")
        while "connection" not in answer.headers:
            answer = self.client.get("/")
        self.assertEqual((answer.status, answer.headers["connection"]), (200, "close"))
        self.assertIs(self.server.phase, Phase.CLOSING)
        self.assertTrue(self.client.at_end())

    def test_requests_in_flight_are_finished(self) -> None:
        self.client.send(b"GET /slow HTTP/1.1\r\nHost: a\r\n\r\n")
        time.sleep(0.05)
        self.thread.start()
        answer = self.client.answer()
        self.assertEqual((answer.status, answer.headers["connection"]), (200, "close"))
        self.thread.join(10)
        self.assertEqual(self.stopped, [0])

    def test_idle_connections_are_closed(self) -> None:
        self.client.get("/")
        started = time.monotonic()
        self.thread.start()
        self.assertTrue(self.client.at_end())
        self.thread.join(10)
        self.assertEqual(self.stopped, [0])
        self.assertLess(time.monotonic() - started, 10)

    def test_a_request_on_its_way_when_an_idle_connection_is_closed_is_answered(self) -> None:
        self.client.get("/")
        connection = next(iter(self.server._connections))
        time.sleep(0.25)
        # Both happen before the serving thread can run again.
        self.client.send(b"GET /things/late HTTP/1.1\r\nHost: a\r\n\r\n")
        connection.close_if_quiet()
        self.assertIn(b"late", self.client.answer().body)

    def test_it_ends_at_the_deadline_whatever_is_in_flight(self) -> None:
        self.client.send(b"GET /slow HTTP/1.1\r\n")
        self.server._settings = Settings(port=0, drain_seconds=0, stop_seconds=0.2)
        self.thread.start()
        self.thread.join(10)
        self.assertEqual(self.stopped, [1])


if __name__ == "__main__":
    unittest.main()
