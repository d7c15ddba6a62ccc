#!/bin/sh
# For layers in the lock file, in the place of the script of that name: has apt hold to the versions and files of the lock (box/hold.sh,
# box/check.sh) from the start, whatever roles do by themselves, and take files from the store; then brings the lists of packages as it
# does. Where these cannot be read, and the store has all that is locked, nothing else is asked.
set -eu
keep=$(cat "$HERE/lock/keep")
tar --create --directory "$HERE/lock" --exclude ./store --exclude ./fetched . |
  docker exec --interactive "$CONTAINER" sh -c 'mkdir -p /run/fleet-lock && tar --extract --directory /run/fleet-lock'
docker exec "$CONTAINER" sh /run/fleet-lock/hold.sh
if [ -s "$HERE/lock/stored" ]; then
  tar --create --dereference --hard-dereference --directory "$HERE/lock/store" . |
    docker exec --interactive "$CONTAINER" sh -c 'mkdir -p "$1" && tar --extract --no-same-owner --directory "$1"' take "$keep"
  docker exec --env KEEP="$keep" "$CONTAINER" sh /run/fleet-lock/take.sh
fi
said=$(sh "$HERE/layer-package-lists.sh" 2>&1)
[ -z "$said" ] || printf '%s\n' "$said" >&2
case $said in
  *"package lists: "*) [ ! -f "$HERE/lock/complete" ] || docker exec "$CONTAINER" sh /run/fleet-lock/alone.sh >&2 ;;
esac
