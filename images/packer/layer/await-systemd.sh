#!/bin/sh
# Waits until systemd in the build container takes orders, and says what it sees when it does not. Meanwhile puts in place what
# stands in for commands that the image has not, or that would reach the host's kernel, and brings the lists of packages.
set -eu
give_up() {
  echo "$1; the log of the build container follows" >&2
  docker logs "$CONTAINER" >&2
  docker exec "$CONTAINER" systemctl list-jobs >&2 || true
  exit 1
}
tar --create --directory "$HERE" standins | docker exec --interactive "$CONTAINER" python3 -c "$(cat "$HERE/place.py")" ||
  give_up "build container: expected Python 3 to run in it"
sh "$HERE/package-lists.sh" &
lists=$!
tries=0
# Services of the layers below may have been read before place.py wrote what is told to all.
until docker exec "$CONTAINER" sh -c '
  systemctl is-system-running 2> /dev/null | grep -Eq "running|degraded" || exit 1
  ! grep -Eqrs "^(BindPaths|BindReadOnlyPaths|TemporaryFileSystem)=" /etc/systemd/system /usr/lib/systemd/system ||
    systemctl daemon-reload'; do
  tries=$((tries + 1))
  [ "$tries" -lt 150 ] || give_up "systemd in the build container: expected it to run within 30 s"
  sleep 0.2
done
# Where Ansible comes next.
[ -z "$FACTS" ] || sh "$HERE/facts.sh"
wait "$lists"
