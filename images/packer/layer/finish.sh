#!/bin/sh
# Writes down the enabled services, then lets systemd stop them all, so that the commit sees files at rest.
set -eu
docker exec --interactive "$CONTAINER" python3 - < "$HERE/services.py" > "$SERVICES_FILE" &
docker exec --interactive "$CONTAINER" python3 - < "$HERE/log_folders.py"
wait $!
docker stop --time 30 "$CONTAINER" > /dev/null
