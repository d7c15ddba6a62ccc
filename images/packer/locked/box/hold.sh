#!/bin/sh
# Has apt hold to the lock: what the layer adds in the versions of ./digests, all that is there already in the version that it has, but
# packages that are made for the layer. Priorities above 1000 count for everything that apt does, downgrades too. In a box nothing but
# /run knows of it, where APT_CONFIG names ./apt.conf; in a new root ($1) mmdebstrap's apt has it from there.
set -eu
cd "${LOCK:-/run/fleet-lock}"
root=${1:-}
touch installed there stored pins
[ -n "$root" ] || command -v apt-get > /dev/null || exit 0
if [ -z "$root" ]; then
  dpkg-query --show --showformat '${Package}:${Architecture} ${Version} ${db:Status-Status}\n' |
    awk '$3 == "installed" { print $1, $2 }' > there
fi
[ "$(cat mode)" = renewed ] || awk '
  FILENAME == "made" { made[$1] = 1; next }
  FILENAME == "digests" { own[$1] = 1 }
  FILENAME == "there" && ($1 in own || substr($1, 1, index($1, ":") - 1) in made) { next }
  {
    name = $1
    sub(/:all$/, "", name)
    printf "Package: %s\nPin: version %s\nPin-Priority: 1001\n\n", name, $2
  }' made digests there > pins
if [ -n "$root" ]; then
  mkdir -p "$root/etc/apt/preferences.d"
  cp pins "$root/etc/apt/preferences.d/zz-fleet-lock"
elif [ -f /etc/apt/preferences ]; then
  cat /etc/apt/preferences >> pins
fi
