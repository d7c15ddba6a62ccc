"""Sets the times of installation in a new root's RPM database to one fixed time, so that the same packages give the same file.

usage: rpm_times.py DATABASE_FOLDER SECONDS

The headers of the packages are in the table Packages, each as counts, an index and its data (rpm's lib/header.c); the
transactions are numbered by their time, in a table of their own.
"""

import os
import sqlite3
import struct
import sys

# RPMTAG_INSTALLTIME and RPMTAG_INSTALLTID, both 32-bit numbers.
TIMES = {1008, 1128}


def fixed(header, seconds):
    """The header with its times set."""
    changed = bytearray(header)
    (entries,) = struct.unpack_from(">I", changed)
    data = 8 + 16 * entries
    for index in range(entries):
        tag, _, offset, _ = struct.unpack_from(">IIiI", changed, 8 + 16 * index)
        if tag in TIMES:
            struct.pack_into(">I", changed, data + offset, seconds)
    return bytes(changed)


def main(folder, seconds):
    file = os.path.join(folder, "rpmdb.sqlite")
    if not os.path.exists(file):
        return
    database = sqlite3.connect(file)
    for key, blob in database.execute("SELECT hnum, blob FROM Packages").fetchall():
        database.execute("UPDATE Packages SET blob = ? WHERE hnum = ?", (fixed(blob, seconds), key))
    # Keys of this table are the bytes of the number, as the machine has them.
    database.execute("UPDATE Installtid SET key = ?", (struct.pack("=I", seconds),))
    database.commit()
    new = file + ".new"
    database.execute("VACUUM INTO ?", (new,))
    database.close()
    os.replace(new, file)
    for rest in ("-shm", "-wal"):
        if os.path.exists(file + rest):
            os.remove(file + rest)


main(sys.argv[1], int(sys.argv[2]))
