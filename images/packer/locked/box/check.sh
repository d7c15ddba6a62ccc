#!/bin/sh
# Looks at files of packages, whose names come on standard input, one a line: refuses those with other content than the lock says, those
# in another version than the locked one where that can be had no more and, where the lock is frozen, all that it does not know.
# The others are noted. apt has checked them by the signatures of their indexes.
set -eu
cd "${LOCK:-/run/fleet-lock}"
root=${1:-}
place=$(cat place)
refused=0
refuse() {
  echo "images.lock.yaml: expected $1 in $place, got $2; $3 lock it again" >&2
  refused=1
}
in_box() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }
can_be_had() { in_box apt-cache madison "$1" | awk -v version="$2" '$3 == version { found = 1 } END { exit !found }'; }
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
      refuse "SHA-256 $digest of $id $version" "$has" "its mirror has other content under the same version: ask whoever publishes it, or take the line out and"
  elif [ -n "$locked" ] && ! can_be_had "${id%:all}" "$locked"; then
    refuse "$id $locked" "a mirror that has $version and no longer that" "npm run freshen and up"
  elif [ -f frozen ]; then
    refuse "$id ${locked:-not at all}" "$version" "npm run images and npm run lock without CI=true"
  fi
  echo "$id $version $has" >> installed
done
exit "$refused"
