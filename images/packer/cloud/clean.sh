#!/bin/sh
# The last step of an AMI that is built in the cloud: removes what belongs to one box. A disk that is built here has none of
# it, because its layers are made canonical.
set -eu

apt-get clean 2>/dev/null || dnf clean all 2>/dev/null || true
rm -rf /var/lib/apt/lists/* /var/cache/dnf/* /var/cache/yum/*
rm -f /etc/ssh/ssh_host_*_key /etc/ssh/ssh_host_*_key.pub
rm -f /var/lib/systemd/random-seed /var/lib/dbus/machine-id
rm -rf /root/.ansible /root/.cache /tmp/* /var/tmp/*
rm -f /root/.bash_history /home/*/.bash_history
find /var/log -type f -exec truncate --size 0 {} +
cloud-init clean --logs 2>/dev/null || true
# Emptied last: systemd writes a new one at the first boot of each box.
: > /etc/machine-id
sync
