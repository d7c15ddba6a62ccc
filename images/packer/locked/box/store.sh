#!/bin/sh
# Makes an index of the files of packages in a folder ($1), with the priorities that are known of them: apt takes them from there.
set -eu
cd "$1"
[ -f priorities ] || : > priorities
for each in *.deb; do
  [ -f "$each" ] || continue
  priority=$(awk -v file="$each" '$1 == file { print $2 }' priorities)
  dpkg-deb --field "$each" | sed "${priority:+s/^Priority: .*/Priority: $priority/}"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$each" "$(stat -c %s "$each")" "$(sha256sum < "$each" | cut -c 1-64)"
done > Packages
