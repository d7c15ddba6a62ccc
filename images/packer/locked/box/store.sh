#!/bin/sh
# Makes an index of the files of packages in a folder ($1), with the priorities that are known of them: apt takes them from there. With a
# suite ($2), as the one of a repository of that suite.
set -eu
cd "$1"
[ -f priorities ] || : > priorities
for each in *.deb; do
  [ -f "$each" ] || continue
  priority=$(awk -v file="$each" '$1 == file { print $2 }' priorities)
  dpkg-deb --field "$each" | sed "${priority:+s/^Priority: .*/Priority: $priority/}"
  printf 'Filename: ./%s\nSize: %s\nSHA256: %s\n\n' "$each" "$(stat -c %s "$each")" "$(sha256sum < "$each" | cut -c 1-64)"
done > Packages
[ -z "${2:-}" ] || printf 'Suite: %s\nCodename: %s\nSHA256:\n %s %s Packages\n' "$2" "$2" \
  "$(sha256sum < Packages | cut -c 1-64)" "$(stat -c %s Packages)" > Release
