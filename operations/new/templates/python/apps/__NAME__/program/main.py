"""Serves __NAME__ until it is told to stop, and then ends what is under way."""

import os
import signal
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

PORT = int(os.environ.get("__VARIABLE___PORT", "__PORT__"))
# How long the edge has to look away, once the health check says that the box is about to stop.
DRAIN_SECONDS = float(os.environ.get("DRAIN_SECONDS", "2" if "FLEET" in os.environ else "0"))
STOP_SECONDS = float(os.environ.get("STOP_SECONDS", "25"))
draining = threading.Event()
under_way = set()


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # Seconds without a request: longer than an edge keeps such a connection.
    timeout = 60

    def do_GET(self):
        under_way.add(self)
        try:
            self.answer()
        finally:
            under_way.discard(self)

    def answer(self):
        if self.path == "/healthz":
            self.say(503, "draining\n") if draining.is_set() else self.say(200, "ok\n")
        elif self.path == "/":
            self.say(200, "This is __NAME__.\n")
        else:
            self.say(404, "There is nothing here.\n")

    def say(self, status, text):
        body = text.encode()
        self.send_response(status)
        self.send_header("Content-Type", "text/plain; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        if draining.is_set():
            self.send_header("Connection", "close")
        self.end_headers()
        self.wfile.write(body)

    def log_request(self, code="-", size="-"):
        if self.path != "/healthz":
            super().log_request(code, size)


class Server(ThreadingHTTPServer):
    request_queue_size = 1024
    daemon_threads = True


server = Server(("", PORT), Handler)


def drain(_signal, _frame):
    draining.set()
    threading.Timer(DRAIN_SECONDS, server.shutdown).start()


signal.signal(signal.SIGTERM, drain)
signal.signal(signal.SIGINT, drain)
server.serve_forever(poll_interval=0.1)
end = time.monotonic() + STOP_SECONDS - DRAIN_SECONDS
while under_way and time.monotonic() < end:
    time.sleep(0.05)
