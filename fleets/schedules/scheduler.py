"""Runs the schedules of an application: scheduler SETTINGS FOLDER (fleets/schedules/program.ts).

The first process of a box of the application's own image. Of several boxes that share the folder one leads, which alone
begins runs; it ceases to on a signal to stop, and ends when its runs have. What ran is noted in the folder before it
begins: no run is begun twice. It is one program with leading.py and times.py, which stand
before it.
"""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

TICK_SECONDS = 0.2
# Between the signal to stop and the kill of a run that takes too long.
STOP_SECONDS = 10
# For what a run has printed last.
OUTPUT_SECONDS = 2
# The engine sends what the image says; systemd's own is the last.
STOP_SIGNALS = (
    signal.SIGTERM,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGHUP,
    signal.SIGUSR1,
    signal.SIGUSR2,
    signal.SIGWINCH,
    signal.SIGRTMIN + 3,
)


def write(path: Path, content: dict) -> None:
    """The whole of it or nothing, whatever ends the box."""
    new = path.with_name(f"{path.name}.{os.uname().nodename}.new")
    with new.open("w") as file:
        json.dump(content, file)
        file.flush()
        os.fsync(file.fileno())
    new.replace(path)


class Run:
    """A run of a schedule, from its beginning to its end."""

    def __init__(self, schedule: "Schedule", slot: int, claim) -> None:
        self.schedule, self.claim = schedule, claim
        self.deadline = time.monotonic() + schedule.settings["timeoutSeconds"]
        self.result = {"due": slot, "began": time.time()}
        self.is_late = self.is_killed = False
        write(schedule.result_file, self.result)
        say(f"{schedule.name}: begins")
        try:
            self.process = subprocess.Popen(
                schedule.settings["command"],
                # As systemd tells a service that a timer starts (systemd.exec, TRIGGER_TIMER_REALTIME_USEC).
                env=os.environ | {"TRIGGER_TIMER_REALTIME_USEC": str(slot * 1_000_000)},
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                preexec_fn=released,
            )
        except OSError as error:
            self.process = None
            self.ends(127, f"cannot be run: {error.strerror}")
            return
        self.reader = threading.Thread(target=self.show, daemon=True)
        self.reader.start()

    def show(self) -> None:
        for line in self.process.stdout:
            say(f"{self.schedule.name}: {line.decode(errors='replace').rstrip()}")

    def look(self) -> None:
        now = time.monotonic()
        if now >= self.deadline and not self.is_late:
            self.is_late = True
            say(f"{self.schedule.name}: is stopped, after {self.schedule.settings['timeoutSeconds']} s")
            self.send(signal.SIGTERM)
        elif now >= self.deadline + STOP_SECONDS and not self.is_killed:
            self.is_killed = True
            self.send(signal.SIGKILL)

    def send(self, number: int) -> None:
        try:
            os.killpg(self.process.pid, number)
        except ProcessLookupError:
            pass

    def has_ended(self, status: int) -> None:
        # What it left behind ends with it, as under systemd.
        self.send(signal.SIGKILL)
        self.reader.join(OUTPUT_SECONDS)
        code = os.waitstatus_to_exitcode(status)
        self.process.returncode = code
        # As shells have it.
        self.ends(128 - code if code < 0 else code, "took too long" if self.is_late else None)

    def ends(self, code: int, why: "str | None") -> None:
        ended = time.time()
        self.result |= {"ended": ended, "exitCode": code} | ({"why": why} if why else {})
        write(self.schedule.result_file, self.result)
        took = f"{ended - self.result['began']:.1f} s"
        say(f"{self.schedule.name}: ended with exit code {code} after {took}{f', {why}' if why else ''}")
        self.claim.close()
        self.schedule.run = None


def released() -> None:
    """Signals are the program's own again."""
    for number in (signal.SIGPIPE, *STOP_SIGNALS):
        signal.signal(number, signal.SIG_DFL)


class Schedule:
    """A schedule, and what is noted of it."""

    def __init__(self, name: str, settings: dict, folder: Path) -> None:
        self.name, self.settings = name, settings
        self.calendar = Calendar(settings["calendar"], zone_of(settings["timeZone"]))
        self.claim_file, self.result_file = folder / f"{name}.lock", folder / f"{name}.result.json"
        self.run = None
        self.note: dict = {}

    def begins(self, noted: dict, now: int) -> None:
        """From now on this box leads: what another one has noted goes on; of times before the first there is nothing to know."""
        known = {"done": now, "missed": 0, "skipped": 0, "waiting": None}
        self.note = known | {name: noted[name] for name in known if name in noted}
        self.plan()
        claim = claimed(self.claim_file)
        if claim:
            result = read(self.result_file)
            if result and "ended" not in result:
                write(self.result_file, result | {"cutOff": True})
            claim.close()

    def plan(self) -> None:
        self.note["next"] = self.calendar.after(self.note["done"])

    def due(self, now: int) -> bool:
        """Notes what is due by now; whether anything was."""
        if now < self.note["next"]:
            return False
        while self.note["next"] <= now:
            if self.note.get("due") is not None:
                self.note["missed"] += 1
            self.note["due"] = self.note["done"] = self.note["next"]
            self.plan()
        slot = self.note.pop("due")
        if now - slot > self.settings["startWithinSeconds"]:
            self.note["missed"] += 1
        elif self.note["waiting"] is not None:
            # One more afterwards is enough.
            self.note["skipped"] += 1
        else:
            self.note["waiting"] = slot
        return True

    def take(self) -> "tuple[int, object] | None":
        """A run that may begin now, and the right to; it is noted as begun by the caller."""
        slot = self.note["waiting"]
        if slot is None:
            return None
        claim = claimed(self.claim_file)
        if claim is None:
            if self.settings["overlap"] == "skip":
                self.note["waiting"] = None
                self.note["skipped"] += 1
                say(f"{self.name}: is skipped, since it still runs")
            return None
        self.note["waiting"] = None
        return slot, claim


class Scheduler:
    def __init__(self, settings: dict, folder: Path) -> None:
        self.folder, self.leads, self.stops = folder, None, False
        self.schedules = [Schedule(name, each, folder) for name, each in settings.items()]
        self.notes = folder / "schedules.json"

    def stop(self, *_: object) -> None:
        self.stops = True

    def work(self) -> None:
        for number in STOP_SIGNALS:
            signal.signal(number, self.stop)
        # What runs on is handed to the next leader without waiting for it.
        while not (self.stops and not self.runs()):
            if self.stops and self.leads:
                self.leads.close()
                self.leads = None
            elif not self.stops:
                self.lead()
            self.reap()
            for run in self.runs():
                run.look()
            time.sleep(TICK_SECONDS)

    def runs(self) -> list:
        return [each.run for each in self.schedules if each.run]

    def lead(self) -> None:
        now = int(time.time())
        is_new = self.leads is None
        if is_new:
            self.leads = claimed(self.folder / "leader.lock")
            if self.leads is None:
                return
            noted = read(self.notes)
            for each in self.schedules:
                each.begins(noted.get(each.name, {}), now)
            say(f"schedules: {', '.join(each.name for each in self.schedules)}")
        # All of them, though one is enough to be noted.
        changes = [each.due(now) for each in self.schedules]
        waits = [each.note["waiting"] for each in self.schedules]
        taken = [(each, each.take()) for each in self.schedules]
        if is_new or any(changes) or waits != [each.note["waiting"] for each in self.schedules]:
            self.save()
        for schedule, right in taken:
            if right:
                run = Run(schedule, *right)
                schedule.run = run if run.process else None

    def save(self) -> None:
        write(self.notes, {each.name: each.note for each in self.schedules})

    def reap(self) -> None:
        """The first process of a box waits for all that have no other parent."""
        while True:
            try:
                pid, status = os.waitpid(-1, os.WNOHANG)
            except ChildProcessError:
                return
            if pid == 0:
                return
            for run in self.runs():
                if run.process.pid == pid:
                    run.has_ended(status)


def main() -> None:
    settings, folder = json.loads(sys.argv[1]), Path(sys.argv[2])
    if not os.access(folder, os.W_OK):
        say(f"{folder}: expected a volume that user {os.getuid()} may write, got another's; npm run up makes it")
        sys.exit(WRONG)
    Scheduler(settings, folder).work()


if __name__ == "__main__":
    main()
