#!/bin/sh
# What is done in the build container before its layer is taken (finish.py), by one call, since each costs a tenth of a second; then has
# systemd stop all services, so that files are at rest.
set -eu
finish() {
  tar --create --directory "$HERE" updates.sh cron.sh services.py owned_folders.py log_folders.py mounted_files.py own_addresses.py place_start.py \
    fleet-start fleet-mounts --directory ../../../playbooks/roles/settings/files fleet_settings.py |
    docker exec --interactive --env UPDATES="$UPDATES" ${CRON_DONE:+--env CRON_DONE=1} "$CONTAINER" python3 -c "$(cat "$HERE/finish.py")" \
      > "$SERVICES_FILE" && docker stop --time 30 "$CONTAINER" > /dev/null && echo stopped
}
finish | sh "$HERE/take-layer.sh"
