#!/bin/sh
# Looks at files of packages, whose names come on standard input, one a line: refuses those with other content than the lock says and, unless
# it is renewed, those in another version than the locked one where that can be had no more and, where the lock is frozen, all that it
# does not know. The others are noted, and kept for the store in ./fetched of the folder $KEEP, by their digests, unless it has them. apt has
# checked them by the signatures of their indexes.
set -eu
cd "${LOCK:-/run/fleet-lock}"
here=$(dirname "$0")
root=${1:-}
place=$(cat place)
mode=$(cat mode)
keep=${KEEP:-$(cat keep)}/fetched
refused=0
refuse() {
  echo "$1" >&2
  refused=1
}
while read -r file; do
  case $file in *.deb) ;; *) continue ;; esac
  [ -f "$file" ] || continue
  set -- $(dpkg-deb --show --showformat='${Package} ${Architecture} ${Version}\n' "$file")
  id=$1:$2 version=$3
  ! grep -qxF "$1" made || continue
  ! grep -qxF "$id $version" there || continue
  locked=$(awk -v id="$id" '$1 == id { print $2 }' digests)
  digest=$(awk -v id="$id" '$1 == id { print $3 }' digests)
  has=$(sha256sum < "$file" | cut -c 1-64)
  if [ "$version" = "$locked" ]; then
    [ "$digest" = - ] || [ "$digest" = "$has" ] ||
      refuse "images.lock.yaml: expected SHA-256 $digest of $id $version in $place, got $has; its mirror has other content under the same version: ask whoever publishes it, or take the line out, and run npm run lock"
  elif [ "$mode" != renewed ]; then
    gone=$([ -z "$locked" ] || echo "$id" | sh "$here/gone.sh" "$root")
    if [ -n "$gone" ]; then
      refuse "$gone"
    elif [ "$mode" = frozen ]; then
      refuse "images.lock.yaml: expected $id ${locked:-not at all} in $place, got $version; run npm run images without CI=true, and commit what it locks"
    fi
  fi
  echo "$id $version $has" >> installed
  ! grep -qxF "$id $version $has" stored || continue
  mkdir -p "$keep"
  # Not all file systems have two names for a file.
  ln -f "$file" "$keep/$has.deb" 2> /dev/null || cp "$file" "$keep/$has.deb"
done
exit "$refused"
