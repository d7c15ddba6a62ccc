#!/bin/sh
# Looks at all files that mmdebstrap installed, and keeps those for the store that it has not; then takes away what held its apt to the lock.
set -eu
find "$1/var/cache/apt/archives" -name '*.deb' | LC_ALL=C sort | KEEP=$LOCK sh "$LOCK/check.sh" "$1"
KEEP=$LOCK sh "$LOCK/release.sh" "$1" > "$LOCK/root.told"
: > "$LOCK/installed"
