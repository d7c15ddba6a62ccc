# Brings cron into an image that a role gave a job in one of its folders, and that has none: a job that nothing runs would be none. What
# packages put there is theirs to need (many have a timer of systemd beside it). Runs in the build container.
! command -v cron crond > /dev/null || exit 0
is_owned() {
  if command -v dpkg-query; then dpkg-query --search "$1"; else rpm --query --file "$1"; fi > /dev/null 2>&1
}
# Of this layer alone: that file was written before anything else was done.
find /etc/cron.d /etc/cron.hourly /etc/cron.daily /etc/cron.weekly /etc/cron.monthly -type f ! -name '.*' \
  -cnewer /run/fleet-build/hosts.before 2> /dev/null | while read -r job; do
  ! is_owned "$job" || continue
  echo "cron: $job is a job, and the image has no cron"
  /run/fleet-build/crontab --bring || echo "cron: no job runs in boxes of this image; have a role install cron"
  break
done
