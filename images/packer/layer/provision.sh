#!/bin/sh
# Brings the files of a layer into the build container's memory and runs its steps there.
set -eu
docker exec "$CONTAINER" mkdir -p /run/fleet-build/source
tar --create --directory "$SOURCE" . | docker exec --interactive "$CONTAINER" tar --extract --directory /run/fleet-build/source
docker exec --interactive "$CONTAINER" python3 - < "$HERE/provision.py"
