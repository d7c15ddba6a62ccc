#!/bin/sh
# Runs dnf for a new root, in namespaces of its own (unshare), and writes that root as a tar once packages are installed.
# Arguments: the work folder, whose root/ it is; the tar; the folder of rpm's database; then dnf's.
set -eu
work=$1 output=$2 database=$3
shift 3
root=$work/root
command -v dnf >/dev/null || {
  echo "dnf: expected on the machine that builds, got none; install it, on Debian: apt install dnf" >&2
  exit 127
}
mkdir -p "$root/dev" "$root/proc" "$root/sys"
# Scripts of packages expect them.
mount --rbind /dev "$root/dev"
mount -t proc proc "$root/proc"
dnf "$@"
case " $* " in *" install "*) ;; *) exit 0 ;; esac
umount --recursive "$root/dev"
umount "$root/proc"
# dnf's diary of what it did when, which differs from run to run.
rm -rf "$root"/var/lib/dnf/history.sqlite* "$root/var/cache/dnf"
python3 "$(dirname "$0")/rpm_times.py" "$root$database" "$SOURCE_DATE_EPOCH"
tar --create --file "$output" --directory "$root" --numeric-owner --xattrs --xattrs-include='*' .
