#!/bin/sh
# Prints what was installed, and the indexes that are there; in a new root, takes away what held apt to the lock. Beside files that are kept for
# the store it puts the priorities that indexes give them: those of the files themselves are often others, and mmdebstrap goes by them.
set -eu
cd "${LOCK:-/run/fleet-lock}"
root=${1:-}
if [ -n "$root" ]; then
  rm -f "$root/etc/apt/preferences.d/zz-fleet-lock"
  # As the package of apt had it: its folders have one time.
  touch -r "$root/etc/apt/auth.conf.d" "$root/etc/apt/preferences.d"
fi
keep=${KEEP:-$(cat keep)}/fetched
if [ -s installed ] && [ -d "$keep" ]; then
  names=$(sed 's/:[^:]* .*//' installed)
  if [ -n "$root" ]; then chroot "$root" apt-cache show $names; else apt-cache show $names; fi 2> /dev/null |
    awk '/^Priority: / { priority = $2 } /^SHA256: / { sha = $2 } /^$/ { if (sha != "" && priority != "") print sha, priority; sha = priority = "" }' \
    > "$keep/priorities" || true
fi
[ ! -f installed ] || sed 's/^/package /' installed
[ ! -f indexes.rpm ] || cat indexes.rpm
# Where the store alone was asked, they are of nowhere.
[ ! -f alone ] || exit 0
cd "$root/var/lib/apt/lists" 2> /dev/null || exit 0
for each in *Release; do
  [ ! -f "$each" ] || { sha256sum "$each"; grep -m 1 '^Date:' "$each" || true; }
done
