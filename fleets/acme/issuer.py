"""Keeps certificates of an authority that speaks ACME, by lego: issuer SETTINGS FOLDER (fleets/acme/program.ts).

The first process of a box beside the edge. FOLDER is a volume, which the edges have too. Of several boxes one leads, which alone asks the
authority; all of them answer its questions (HTTP-01) by what lego writes there. An attempt is noted before it begins, and the next one
waits the longer the more there were: whatever ends the box, or starts it again and again, the authority is not asked more often.
"""

import fcntl
import http.client
import http.server
import json
import os
import re
import secrets
import shutil
import signal
import ssl
import subprocess
import sys
import threading
import time
from hashlib import sha256
from pathlib import Path

TICK_SECONDS = 1
# An attempt with all that the authority may have it wait for.
ATTEMPT_SECONDS = 90
EDGE_SECONDS = 5
LONGEST_ERROR = 500
CHALLENGES = ".well-known/acme-challenge"
PROBE = "fleet-probe"
STOP_SIGNALS = (signal.SIGTERM, signal.SIGINT, signal.SIGUSR1)


def say(line: str) -> None:
    print(line, flush=True)


def write(path: Path, text: str) -> None:
    """The whole of it or nothing, whatever ends the box, for this user alone."""
    new = path.with_name(f".{path.name}.{os.uname().nodename}.new")
    with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)
    folder = os.open(path.parent, os.O_RDONLY)
    os.fsync(folder)
    os.close(folder)


def read(path: Path) -> dict:
    try:
        return json.loads(path.read_text())
    except (FileNotFoundError, ValueError):
        return {}


def claimed(path: Path):
    """An open file that is ours alone until it is closed; None while it is another's."""
    file = path.open("a")
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        return file
    except BlockingIOError:
        file.close()
        return None


def validity(path: Path) -> "tuple[int, int] | None":
    """From when until when a certificate is valid that comes with its key; None where there is no such thing."""
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(path)
        told = subprocess.run(["openssl", "x509", "-noout", "-dates", "-in", path], capture_output=True, text=True, check=True)
        begins, ends = (ssl.cert_time_to_seconds(line.partition("=")[2]) for line in told.stdout.splitlines())
        return begins, ends
    except (OSError, ValueError, subprocess.CalledProcessError):
        return None


def reason(output: str) -> str:
    """What lego says last, without the times of its log."""
    lines = [re.sub(r"^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d ", "", line).strip() for line in output.splitlines()]
    told = [line for line in lines if line and not line.startswith("[INFO]")]
    return " ".join(told or lines[-1:] or ["nothing"])[-LONGEST_ERROR:]


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


class Certificate:
    """The certificate for one host name, and what is noted of it."""

    def __init__(self, name: str, settings: dict, folder: Path, note: dict) -> None:
        self.name, self.settings, self.folder = name, settings, folder
        self.file = folder / "certificates" / f"{name}.pem"
        # An authority knows nothing of what another one was asked.
        is_known = note.get("directory") == settings["directory"]
        self.note = note if is_known else {"directory": settings["directory"], "tries": 0}
        if self.note.get("tries") and "ended" not in self.note:
            self.note["error"] = "was cut off"

    def lego(self) -> Path:
        """Where lego keeps what it has of the authority."""
        return self.folder / f"lego-{sha256(self.settings['directory'].encode()).hexdigest()[:12]}"

    def is_due(self, now: float) -> bool:
        begins, ends = self.note.get("from"), self.note.get("until")
        if begins is None or ends is None or not self.file.exists():
            return True
        return now >= ends - (ends - begins) * self.settings["renewPart"]

    def may_try(self, now: float) -> bool:
        """What failed is tried later and later; what was cut off may have cost a certificate that nobody has."""
        tries, pauses = self.note["tries"], self.settings["pauseSeconds"]
        if tries == 0:
            return True
        cut_off = "ended" not in self.note and tries > len(pauses)
        pause = self.settings["cutOffSeconds"] if cut_off else pauses[min(tries, len(pauses)) - 1]
        return now >= self.note["tried"] + pause

    def begins(self) -> None:
        self.note |= {"tries": self.note["tries"] + 1, "tried": time.time()}
        self.note.pop("ended", None)

    def ends(self, error: "str | None") -> None:
        now = time.time()
        self.note["ended"] = now
        if error is None and self.is_due(now):
            error = "came, but is already due to be renewed; see the clock of this machine"
        if error is None:
            self.note["tries"] = 0
            self.note.pop("error", None)
        else:
            self.note["error"] = error
        say(f"{self.name}: {'has a new certificate' if error is None else error}")

    def attempt(self) -> None:
        """Has lego ask for a certificate. What it has got is taken, whatever it says then."""
        roots = {"LEGO_CA_CERTIFICATES": str(self.folder / "roots.pem")} if self.settings.get("roots") else {}
        command = [
            *("lego", "--accept-tos", "--server", self.settings["directory"], "--email", self.settings["email"]),
            *("--path", self.lego(), "--domains", self.name, "--http", "--http.webroot", self.folder),
            *("--http-timeout", "20", "run"),
        ]
        say(f"{self.name}: asks {self.settings['directory']}")
        try:
            # A key of its own for each certificate, for this user alone.
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                errors="replace",
                timeout=ATTEMPT_SECONDS,
                env={**os.environ, **roots},
                start_new_session=True,
                umask=0o077,
            )
            error = None if done.returncode == 0 else reason(done.stdout)
            if error and "accountDoesNotExist" in error:
                # It has forgotten us, or was made anew: the next attempt begins with another account.
                shutil.rmtree(self.lego() / "accounts", ignore_errors=True)
        except subprocess.TimeoutExpired:
            error = f"took more than {ATTEMPT_SECONDS} s"
        except OSError as problem:
            error = f"lego cannot be run: {problem.strerror}"
        taken = self.take()
        self.ends(error or (None if taken else "lego has brought no newer certificate"))

    def take(self) -> bool:
        """Shows what lego has, where that is newer; also what a box that was killed had got."""
        got = [self.lego() / "certificates" / f"{self.name}{end}" for end in (".crt", ".key")]
        try:
            text = "".join(path.read_text().rstrip("\n") + "\n" for path in got)
        except FileNotFoundError:
            return False
        trial = self.file.with_name(f".{self.name}.trial")
        write(trial, text)
        valid = validity(trial)
        known = self.note.get("until", 0) if self.file.exists() else 0
        if valid is None or valid[1] <= max(known, time.time()):
            trial.unlink()
            return False
        trial.replace(self.file)
        self.note["from"], self.note["until"] = valid
        return True


class Issuer:
    def __init__(self, settings: dict, folder: Path) -> None:
        self.settings, self.folder = settings, folder
        self.leads, self.stops = None, False
        self.notes, self.all = folder / "notes.json", []

    def stop(self, *_: object) -> None:
        self.stops = True

    def work(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self.stop)
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
