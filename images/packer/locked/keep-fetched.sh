#!/bin/sh
# Hands over the files of packages that apt took from elsewhere than the store, then takes them and those of the store away, which are in no
# layer anyway (images/archive/omissions.ts): the engine has the less to commit.
set -eu
if docker exec "$CONTAINER" test -d "$KEEP/fetched"; then
  docker exec "$CONTAINER" tar --create --directory "$KEEP/fetched" . |
    tar --extract --no-same-owner --no-same-permissions --directory "$HERE/lock/fetched"
fi
docker exec "$CONTAINER" sh -c 'rm -rf "$1" /var/cache/apt/archives/*.deb' rm "$KEEP"
