#!/bin/sh
# Waits until systemd in the build container takes orders, and says what it sees when it does not.
set -u
docker exec "$CONTAINER" sh -c '
  tries=0
  until systemctl is-system-running 2> /dev/null | grep -Eq "running|degraded"; do
    tries=$((tries + 1))
    [ "$tries" -lt 300 ] || exit 1
    sleep 0.1
  done
  # Services of the layers below may have been read before place.py wrote what is told to all.
  ! grep -Eqrs "^(BindPaths|BindReadOnlyPaths|TemporaryFileSystem)=" /etc/systemd/system /usr/lib/systemd/system ||
    systemctl daemon-reload' && exit 0
echo "systemd in the build container: expected it to run within 30 s; the log of the build container follows" >&2
docker logs "$CONTAINER" >&2
docker exec "$CONTAINER" systemctl list-jobs >&2
exit 1
