#!/bin/sh
# Waits until systemd in the build container takes orders, and says what it sees when it does not; at once puts in place what
# stands in for commands that would reach the host's kernel. /run is in memory, so none of it stays.
set -eu
tries=0
until docker exec --interactive "$CONTAINER" sh -c '
  systemctl is-system-running 2>/dev/null | grep -Eq "running|degraded" &&
    mkdir -p /run/fleet-build && cat > /run/fleet-build/sysctl && chmod 755 /run/fleet-build/sysctl' < "$HERE/sysctl.sh"; do
  tries=$((tries + 1))
  if [ "$tries" -ge 150 ]; then
    echo "systemd in the build container: expected it to run within 30 s; its log follows" >&2
    docker logs "$CONTAINER" >&2
    docker exec "$CONTAINER" systemctl list-jobs >&2 || true
    exit 1
  fi
  sleep 0.2
done
