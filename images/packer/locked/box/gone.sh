#!/bin/sh
# Says of packages, whose names and architectures come on standard input, one a line, which of them no index has in the version of the lock
# any more, nor the store: since when at the latest, and what it has. In a new root ($1), by the apt in there.
set -eu
cd "${LOCK:-/run/fleet-lock}"
root=${1:-}
in_root() { if [ -n "$root" ]; then chroot "$root" "$@"; else "$@"; fi; }
cat > asked
[ -s asked ] || exit 0
command -v apt-cache > /dev/null || exit 0
# Names alone: versions are compared, and one of several architectures has the same ones.
in_root apt-cache madison $(sed 's/:[^:]*$//' asked) 2> /dev/null > found || true
eval "$(in_root apt-config shell lists Dir::State::Lists/d)"
newest=$(for each in "$root$lists"*Release; do
  ! grep -q '^Date: ' "$each" 2> /dev/null || date --utc --date "$(sed -n 's/^Date: //p' "$each" | head -n 1)" +%FT%TZ
done | LC_ALL=C sort | tail -n 1)
awk -v place="$(cat place)" -v locked_at="$(cat since)" -v newest="$newest" '
  FILENAME == "found" { has[$1, $3] = 1; if (!($1 in first)) first[$1] = $3; next }
  FILENAME == "there" || FILENAME == "stored" { there[$1, $2] = 1; next }
  FILENAME == "digests" { locked[$1] = $2; next }
  {
    name = substr($1, 1, index($1, ":") - 1)
    version = locked[$1]
    if (version == "" || (name, version) in has || ($1, version) in there) next
    got = name in first ? first[name] : "none"
    index_of = newest == "" ? "its index" : "the index of " newest
    before = locked_at == "" || locked_at == newest ? "" : " (the one of " locked_at " had it)"
    printf "images.lock.yaml: expected %s %s in %s, got %s: %s has the locked one no more%s; npm run freshen, and commit what it locks\n",
      $1, version, place, got, index_of, before
  }' found there stored digests asked
