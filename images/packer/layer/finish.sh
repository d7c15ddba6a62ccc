#!/bin/sh
# Writes down the enabled services and what roles wrote to files that the engine mounts, takes away what was brought for the time
# of the build, then lets systemd stop all services, so that the commit sees files at rest.
set -eu
docker exec --interactive "$CONTAINER" python3 - < "$HERE/services.py" > "$SERVICES_FILE" &
docker exec --interactive "$CONTAINER" python3 - < "$HERE/log_folders.py"
docker exec --interactive "$CONTAINER" python3 - < "$HERE/mounted_files.py"
docker exec "$CONTAINER" sh -c '[ ! -d /var/lib/apt/lists ] || { rm -rf /var/lib/apt/lists/* /var/cache/apt/*pkgcache.bin && touch /var/lib/apt/lists; }'
wait $!
docker stop --time 30 "$CONTAINER" > /dev/null
