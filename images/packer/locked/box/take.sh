#!/bin/sh
# In a box: has apt take the files of the store, which are in $KEEP, before those of the mirror: one that lies among what it fetched before is not fetched.
set -eu
command -v apt-get > /dev/null || exit 0
sh /run/fleet-lock/store.sh "$KEEP"
echo "APT::Sources::With { \"$KEEP/Packages\"; };" >> /run/fleet-lock/apt.conf
eval "$(apt-config shell archives Dir::Cache::Archives/d)"
mkdir -p "${archives}partial"
for each in "$KEEP"/*.deb; do
  [ ! -f "$each" ] || ln -f "$each" "$archives"
done
