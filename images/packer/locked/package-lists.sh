#!/bin/sh
# For layers in the lock file, in the place of the script of that name: has apt hold to the versions and files of the lock (box/hold.sh,
# box/check.sh) from the start, whatever roles do by themselves; then brings the lists of packages as it does.
set -eu
tar --create --directory "$HERE/lock" . |
  docker exec --interactive "$CONTAINER" sh -c 'mkdir -p /run/fleet-lock && tar --extract --directory /run/fleet-lock'
docker exec "$CONTAINER" sh /run/fleet-lock/hold.sh
exec sh "$HERE/layer-package-lists.sh"
