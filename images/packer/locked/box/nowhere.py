#!/usr/bin/python3
"""Stands in for apt's way to a mirror where only the store is asked: each repository is there, and has nothing.

Without it `update` in a role would fail. It speaks as any program of apt's that fetches: messages end with an empty line.
"""

import signal
import sys

CONTENT = {"Release": "Label: nothing\n", "Packages": ""}


def say(head: str, *fields: str) -> None:
    print(head, *fields, "", sep="\n", flush=True)


def answer(lines: list[str]) -> None:
    fields = dict(line.split(": ", 1) for line in lines[1:] if ": " in line)
    uri, file = fields["URI"], fields["Filename"]
    content = CONTENT.get(uri.rsplit("/", 1)[-1])
    if content is None:
        say("400 URI Failure", f"URI: {uri}", "Message: only the store is asked")
        return
    with open(file, "w", encoding="utf-8") as target:
        target.write(content)
    say("201 URI Done", f"URI: {uri}", f"Filename: {file}", f"Size: {len(content)}")


# So apt ends it.
signal.signal(signal.SIGINT, signal.SIG_DFL)
say("100 Capabilities", "Version: 1.0", "Single-Instance: true")
message: list[str] = []
for line in sys.stdin:
    if line.strip():
        message.append(line.rstrip("\n"))
        continue
    if message and message[0].startswith("600 "):
        answer(message)
    message = []
