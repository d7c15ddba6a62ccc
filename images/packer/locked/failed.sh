#!/bin/sh
# For layers in the lock file, where their build failed: asks the box, before it goes, which locked packages can be had no more.
set -eu
docker exec "$CONTAINER" sh -c 'cut -d " " -f 1 /run/fleet-lock/digests | sh /run/fleet-lock/gone.sh' > "$HERE/lock/gone.told"
