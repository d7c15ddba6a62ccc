#!/bin/sh
# Has cron run the jobs that there are, writes down the enabled services and what roles wrote to files that the engine mounts, puts in what boxes start by, takes
# away what was brought for the time of the build, then lets systemd stop all services, so that the commit sees files at rest.
set -eu
inside() { docker exec --interactive "$CONTAINER" "$@"; }
# What the lock file says of the layer: the mirror may not have it yet, or a role may ask for an older one.
inside env UPDATES="$UPDATES" sh -eu -c 'for each in $UPDATES; do
  name=${each%%=*}
  has=$(dpkg-query --show --showformat "\${Version}" "$name" 2> /dev/null) || continue
  dpkg --compare-versions "$has" ge "${each#*=}" && continue
  echo "images.lock.yaml: expected $name ${each#*=} or newer, got $has; the mirror may be behind: try again later, or take the line out"
  exit 1
done' >&2
inside sh -eu -s < "$HERE/cron.sh"
inside python3 - < "$HERE/services.py" > "$SERVICES_FILE" &
services=$!
cat "$HERE/log_folders.py" "$HERE/mounted_files.py" "$HERE/own_addresses.py" | inside python3 - &
files=$!
tar --create --directory "$HERE" fleet-start fleet-mounts --directory ../../../playbooks/roles/settings/files fleet_settings.py |
  inside python3 -c "$(cat "$HERE/place_start.py")" &
start=$!
inside sh -c '[ ! -d /var/lib/apt/lists ] || { rm -rf /var/lib/apt/lists/* /var/cache/apt/*pkgcache.bin && touch /var/lib/apt/lists; }' &
lists=$!
wait "$services"
wait "$files"
wait "$start"
wait "$lists"
docker stop --time 30 "$CONTAINER" > /dev/null
