"""Has systemd make the folders of /var/log anew at every start, since a box has it in memory, empty at first.

Programs written for hosts expect the folder that their package made. Runs in the build container.
"""

import grp
import os
import pwd

OUTPUT = "/usr/lib/tmpfiles.d/fleet-log-folders.conf"
# systemd makes these itself.
LEFT_OUT = {"/var/log/journal", "/var/log/private"}


def line(path):
    status = os.stat(path)
    owner = pwd.getpwuid(status.st_uid).pw_name
    group = grp.getgrgid(status.st_gid).gr_name
    return f'd "{path}" {status.st_mode & 0o7777:04o} {owner} {group} -\n'


folders = sorted(
    path for path, _, _ in os.walk("/var/log")
    if path != "/var/log" and not any(path == out or path.startswith(out + "/") for out in LEFT_OUT)
)
text = "".join(line(path) for path in folders)
if text and (not os.path.exists(OUTPUT) or open(OUTPUT).read() != text):
    with open(OUTPUT, "w") as file:
        file.write(text)
