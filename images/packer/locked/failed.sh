#!/bin/sh
# For layers in the lock file, where their build failed: asks the box, before it goes, which locked packages can be had no more, and for the
# files that it has fetched. Whatever becomes of that, the failure stays what it is.
set -u
docker exec "$CONTAINER" sh -c 'cut -d " " -f 1 /run/fleet-lock/digests | sh /run/fleet-lock/gone.sh' > "$HERE/lock/gone.told" ||
  echo "failed.sh: expected the box to say which locked packages its indexes have, got a failure" >&2
docker exec "$CONTAINER" sh -c 'cat /run/fleet-lock/gone.rpm 2> /dev/null || true' >> "$HERE/lock/gone.told"
docker exec "$CONTAINER" sh /run/fleet-lock/release.sh > /dev/null || true
KEEP=$(cat "$HERE/lock/keep") sh "$HERE/keep-fetched.sh" ||
  echo "failed.sh: expected the box to hand over the files of packages that it fetched, got a failure" >&2
exit 0
