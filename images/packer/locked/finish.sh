#!/bin/sh
# For layers in the lock file, in the place of the script of that name: hands over what apt installed while it was held to the lock; then
# goes on as it does.
set -eu
# It may install a package.
docker exec --interactive "$CONTAINER" sh -eu -s < "$HERE/cron.sh"
docker exec "$CONTAINER" sh /run/fleet-lock/release.sh > "$HERE/lock/layer.told"
KEEP=$(cat "$HERE/lock/keep") sh "$HERE/keep-fetched.sh"
CRON_DONE=1 exec sh "$HERE/layer-finish.sh"
