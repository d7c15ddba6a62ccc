"""What a box is told by user data, as JSON. Plays cloud-init, which reads YAML, and runs `bootcmd` as a shell script of quoted
words or writes files; what that leaves is read by the box's own module. Arguments: the file of user data, that module's folder.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import yaml

sys.path.insert(0, sys.argv[2])
sys.dont_write_bytecode = True
from fleet_settings import read

told = yaml.safe_load(Path(sys.argv[1]).read_bytes())
with tempfile.TemporaryDirectory() as folder:
    settings = Path(folder) / "box.env"
    for command in told.get("bootcmd", []):
        line = " ".join("'" + str(word).replace("'", "'\\''") + "'" for word in command)
        script = Path(folder) / "script"
        script.write_text(f"#!/bin/sh\n{line}\n")
        subprocess.run(["/bin/sh", script], env={**os.environ, "FLEET_BOX_ENVIRONMENT": str(settings)}, check=True)
    for file in told.get("write_files", []):
        assert (file["path"], file["permissions"]) == ("/run/fleet/box.env", "0600")
        settings.write_bytes(file["content"].encode())
    print(json.dumps(read(settings)))
