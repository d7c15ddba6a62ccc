"""What a box is told, in the form of systemd's EnvironmentFile=: read as systemd reads it, never by lines.

Whatever stands in a value stays in it: no line of a value can become a setting of its own.
"""

from __future__ import annotations

import re
from pathlib import Path

# A comment, or a name and its value, or a line that is neither. A value is blanks and quoted texts, then the line's rest.
ENTRY = re.compile(
    rb"""[#;][^\r\n]*
    |(?P<name>[^ \t\r\n#;][^=\r\n]*)=(?P<value>(?:[ \t]+|'[^']*'?|"(?:[^"\\]|\\.?)*"?)*(?:\\.?|[^\\\r\n])*)
    |[^ \t\r\n][^\r\n]*""",
    re.DOTALL | re.VERBOSE,
)
PIECE = re.compile(rb"""[ \t]+|'(?P<literal>[^']*)'?|"(?P<quoted>(?:[^"\\]|\\.?)*)"?|(?P<bare>.+)""", re.DOTALL)
# Blanks at the end of a line are no part of its value, escaped ones are.
BARE = re.compile(rb"(?:\\.?|[^\\ \t]|[ \t]+(?=[^ \t]))*", re.DOTALL)
ESCAPED = re.compile(rb"\\(.?)", re.DOTALL)
NAME = re.compile(rb"[A-Za-z_][A-Za-z0-9_]*")
# Code points that are never characters. With one of them, or NUL, in any value systemd takes nothing of the whole file.
NEVER = "".join(chr(plane << 16 | last) for plane in range(17) for last in (0xFFFE, 0xFFFF))
REFUSED = re.compile(f"[\0\ufdd0-\ufdef{NEVER}]")


class SettingsError(Exception):
    """One line for each setting that systemd would not take."""


def read(path: Path) -> dict[str, str]:
    """The settings of a file, by name; none where there is no file."""
    if not path.exists():
        return {}
    try:
        return parse(path.read_bytes())
    except SettingsError as error:
        raise SettingsError("\n".join(f"{path}: {line}" for line in str(error).splitlines())) from None


def parse(content: bytes) -> dict[str, str]:
    """The settings of a file's content, by name. The last one of a name counts; what is no variable's name is left out."""
    found: dict[str, str] = {}
    problems = []
    for entry in ENTRY.finditer(content):
        name = (entry["name"] or b"").rstrip(b" \t")
        if not NAME.fullmatch(name):
            continue
        try:
            found[name.decode()] = text_of(value_of(entry["value"]))
        except ValueError:
            problems.append(f"{name.decode()}: expected characters in UTF-8 other than NUL, got other bytes; encode it")
    if problems:
        raise SettingsError("\n".join(problems))
    return found


def written(settings: dict[str, str]) -> bytes:
    """The content of a file with these settings, each in double quotes, within which line ends are taken as they are."""
    quoted = {name: re.sub(r'([\\"`$])', r"\\\1", value) for name, value in settings.items()}
    return "".join(f'{name}="{quoted[name]}"\n' for name in sorted(quoted)).encode()


def value_of(text: bytes) -> bytes:
    """What the text after "=" stands for."""
    pieces = []
    for piece in PIECE.finditer(text):
        if piece["quoted"] is not None:
            pieces.append(ESCAPED.sub(kept_in_quotes, piece["quoted"]))
        elif piece["bare"] is not None:
            pieces.append(ESCAPED.sub(kept, BARE.match(piece["bare"])[0]))
        else:
            pieces.append(piece["literal"] or b"")
    return b"".join(pieces)


def kept_in_quotes(escaped: re.Match[bytes]) -> bytes:
    """As in a shell: the backslash stays before what needs none, and a line that ends with one goes on."""
    if escaped[1] in (b"", b"\n"):
        return b""
    return escaped[1] if escaped[1] in b'"\\`$' else escaped[0]


def kept(escaped: re.Match[bytes]) -> bytes:
    """What a backslash outside quotes leaves: any character as it is, and nothing of a line's end."""
    return b"" if escaped[1] in (b"\r", b"\n") else escaped[1]


def text_of(value: bytes) -> str:
    """The value as text; raises ValueError where systemd would not take it."""
    text = value.decode()
    if REFUSED.search(text):
        raise ValueError(text)
    return text
