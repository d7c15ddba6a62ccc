#!/bin/sh
# Waits until systemd in the build container takes orders, and says what it sees when it does not. Meanwhile puts in place what
# stands in for commands that the image has not, or that would reach the host's kernel, and brings the lists of packages.
set -eu
tar --create --directory "$HERE" standins | docker exec --interactive "$CONTAINER" python3 -c "$(cat "$HERE/place.py")"
CONTAINER=$CONTAINER LISTS=$LISTS sh "$HERE/package-lists.sh" &
lists=$!
tries=0
until docker exec "$CONTAINER" systemctl is-system-running 2> /dev/null | grep -Eq "running|degraded"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 150 ]; then
    echo "systemd in the build container: expected it to run within 30 s; its log follows" >&2
    docker logs "$CONTAINER" >&2
    docker exec "$CONTAINER" systemctl list-jobs >&2 || true
    exit 1
  fi
  sleep 0.2
done
wait "$lists"
