#!/bin/sh
# Looks at all files that mmdebstrap installed, and keeps those for the store that it has not; then takes away what held its apt to the lock.
set -eu
files=$1$(cat "$LOCK/keep")
rm -rf "$files" "$1"/var/lib/apt/lists/*fleet-lock*
[ ! -f "$LOCK/sources.list" ] || cat "$LOCK/sources.list" > "$1/etc/apt/sources.list"
find "$1/var/cache/apt/archives" -name '*.deb' | LC_ALL=C sort | KEEP=$LOCK sh "$LOCK/check.sh" "$1"
KEEP=$LOCK sh "$LOCK/release.sh" "$1" > "$LOCK/root.told"
: > "$LOCK/installed"
