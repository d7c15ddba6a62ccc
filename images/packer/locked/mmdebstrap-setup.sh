#!/bin/sh
# Has the apt of mmdebstrap hold to the lock in the folder $LOCK, and take files from the store before those of the mirror, or, with STORE=alone,
# none but these. They are copied, since apt's user may not read them where they are.
set -eu
sh "$LOCK/hold.sh" "$1"
[ -s "$LOCK/stored" ] || exit 0
files=$1$(cat "$LOCK/keep")
mkdir -p "$files"
cp -R "$LOCK/store/." "$files"
sh "$LOCK/store.sh" "$files" "$SUITE"
cp "$1/etc/apt/sources.list" "$LOCK/sources.list"
{
  echo "deb [trusted=yes] copy:$files ./"
  [ "${STORE:-}" = alone ] || cat "$LOCK/sources.list"
} > "$1/etc/apt/sources.list"
