"""A certificate of an authority that speaks ACME, what is noted of it, and how it is asked for: the first part of a program (issuer.py)."""

import os
import re
import shutil
import ssl
import subprocess
import time
from hashlib import sha256
from pathlib import Path

# An attempt with all that the authority may have it wait for.
ATTEMPT_SECONDS = 90
LONGEST_ERROR = 500


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
    """What lego says last, without the time in its log and what only informs."""
    said = re.split(r"(?m)^\d{4}/\d\d/\d\d \d\d:\d\d:\d\d (?!\[(?:INFO|WARN)\])", output)[-1]
    return " ".join(said.split())[:LONGEST_ERROR] or "lego said nothing"


class Certificate:
    """The certificate for one host name, and what is noted of it."""

    def __init__(self, name: str, settings: dict, folder: Path, note: dict) -> None:
        self.name, self.settings, self.folder = name, settings, folder
        self.file = folder / "certificates" / f"{name}.pem"
        # An authority knows nothing of what another one was asked.
        is_known = note.get("directory") == settings["directory"]
        self.note = note if is_known else {"directory": settings["directory"], "tries": 0}
        # What is wrong may be mended.
        asked_by = sha256("".join(settings.get(key, "") for key in ("email", "roots")).encode()).hexdigest()[:12]
        if self.note.setdefault("askedBy", asked_by) != asked_by:
            self.note |= {"askedBy": asked_by, "tries": 0}
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
