"""Keeps certificates of an authority that speaks ACME, by lego: issuer SETTINGS FOLDER (fleets/acme/program.ts).

The first process of a box beside the edge. FOLDER is a volume, which the edges have too. Of several boxes one leads, which alone asks the
authority; all of them answer its questions (HTTP-01) by what lego writes there. An attempt is noted before it begins, and the next one
waits the longer the more there were: whatever ends the box, or starts it again and again, the authority is not asked more often. By SIGHUP it is, at once. It is one program with
leading.py and certificate.py, which stand before it.
"""

import http.client
import http.server
import json
import os
import re
import secrets
import signal
import sys
import threading
import time
from pathlib import Path

TICK_SECONDS = 1
EDGE_SECONDS = 5
CHALLENGES = ".well-known/acme-challenge"
PROBE = "fleet-probe"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


class Answering(http.server.BaseHTTPRequestHandler):
    """Answers what the authority asks."""

    folder = Path()

    def do_GET(self) -> None:
        found = re.fullmatch(rf"/{re.escape(CHALLENGES)}/([\w-]+)", self.path)
        try:
            answer = (self.folder / CHALLENGES / found[1]).read_bytes() if found else None
        except OSError:
            answer = None
        self.send_response(404 if answer is None else 200)
        self.send_header("Content-Type", "text/plain")
        self.send_header("Content-Length", str(len(answer or b"")))
        self.end_headers()
        self.wfile.write(answer or b"")

    def log_message(self, *_: object) -> None:
        pass


class Issuer:
    def __init__(self, settings: dict, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.leads, self.stops, self.again = None, False, False
        self.notes, self.all = folder / "notes.json", []

    def stop(self, *_: object) -> None:
        self.stops = True

    def forget(self, *_: object) -> None:
        self.again = True

    def work(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self.stop)
        signal.signal(signal.SIGHUP, self.forget)
        for name in ("certificates", CHALLENGES):
            (self.folder / name).mkdir(mode=0o700, parents=True, exist_ok=True)
        Answering.folder = self.folder
        server = http.server.ThreadingHTTPServer(("", self.settings["port"]), Answering)
        threading.Thread(target=server.serve_forever, daemon=True).start()
        while not self.stops:
            if self.leads is None:
                self.lead()
            if self.leads is not None:
                self.look()
            time.sleep(TICK_SECONDS)

    def lead(self) -> None:
        self.leads = claimed(self.folder / "leader.lock")
        if self.leads is None:
            return
        if self.settings.get("roots"):
            write(self.folder / "roots.pem", self.settings["roots"])
        noted = read(self.notes)
        self.all = [Certificate(each, self.settings, self.folder, noted.get(each, {})) for each in self.settings["names"]]
        for each in self.all:
            if each.take():
                each.ends(None)
        self.save()
        say(f"certificates: {', '.join(each.name for each in self.all)}")

    def look(self) -> None:
        now = time.time()
        if self.again:
            self.again = False
            for each in self.all:
                each.note["tries"] = 0
        for each in self.all:
            if self.stops:
                return
            if not (each.is_due(now) and each.may_try(now)):
                continue
            problem = self.edge_problem(each.name)
            if problem is None:
                each.begins()
                # Without a note there is no attempt.
                self.save()
                each.attempt()
                self.save()
            elif each.note.get("error") != problem:
                each.note["error"] = problem
                say(f"{each.name}: {problem}")
                self.save()

    def edge_problem(self, name: str) -> "str | None":
        """Why the edge does not lead the authority here: no attempt is worth while until then."""
        probe = self.folder / CHALLENGES / PROBE
        text = secrets.token_hex(8)
        write(probe, text)
        edge = http.client.HTTPConnection(*self.settings["edge"], timeout=EDGE_SECONDS)
        try:
            edge.request("GET", f"/{CHALLENGES}/{PROBE}", headers={"Host": name})
            answer = edge.getresponse()
            if answer.status == 200 and answer.read() == text.encode():
                return None
            return f"waits for the edge, which answers {answer.status} where the authority will ask"
        except (OSError, http.client.HTTPException) as error:
            return f"waits for the edge: {error}"
        finally:
            edge.close()

    def save(self) -> None:
        write(self.notes, json.dumps({each.name: each.note for each in self.all}))


def main() -> None:
    settings, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
    if not os.access(folder, os.W_OK):
        say(f"{folder}: expected a volume that user {os.getuid()} may write, got another's; npm run up makes it")
        sys.exit(78)
    os.umask(0o077)
    Issuer(settings, folder).work()


if __name__ == "__main__":
    main()
