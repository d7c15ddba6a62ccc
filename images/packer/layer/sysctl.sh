#!/bin/sh
# Stands in for sysctl in a build container, whose kernel is the host's and is left alone: it reads as always, and says of
# a setting that it takes effect when a box with a kernel of its own starts.
real=/usr/sbin/sysctl
[ -x "$real" ] || { echo "sysctl: command not found; install procps" >&2; exit 127; }
for argument in "$@"; do
  case "$argument" in
  -w | --write | -p* | --load* | --system | *=*)
    echo "sysctl $*: not set in a build container; the files in /etc take effect at a machine's start" >&2
    exit 0
    ;;
  esac
done
exec "$real" "$@"
