"""Puts what a box starts by where its first process finds it: into /usr/lib/fleet, or as a generator of systemd; leaves equal files
alone. Runs in the build container, beside these files.
"""

import os

FOLDER = "/usr/lib/fleet"
FOLDERS = {"fleet-start": FOLDER, "fleet_settings.py": FOLDER, "fleet-mounts": "/usr/lib/systemd/system-generators"}
for name, folder in FOLDERS.items():
    os.makedirs(folder, mode=0o755, exist_ok=True)
    path = os.path.join(folder, name)
    with open(os.path.join(os.path.dirname(__file__), name), "rb") as file:
        content = file.read()
    if os.path.exists(path) and open(path, "rb").read() == content:
        continue
    with open(path, "wb") as file:
        file.write(content)
    os.chmod(path, 0o644 if path.endswith(".py") else 0o755)
