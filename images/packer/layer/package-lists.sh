#!/bin/sh
# Brings apt's lists of packages into the build container, as most hosts have them: roles install without reading them first.
# finish.sh takes them away. With them come the libraries of Python that hosts have and Ansible's own modules for apt import
# (deb822_repository), into memory, where PYTHONPATH leads. Both are kept in the folder $LISTS for ten minutes, by the sources
# that they are of; so is that they could not be read.
set -u
inside() { docker exec "$@"; }
sources=$(inside "$CONTAINER" sh -c '! command -v apt-get > /dev/null || {
  dpkg --print-architecture; cat /etc/apt/sources.list /etc/apt/sources.list.d/* /etc/apt/apt.conf.d/* 2> /dev/null; true; }')
[ -n "$sources" ] || exit 0
key=$(printf '%s\n' "$sources" | sha256sum | cut -c 1-64)
kept=$LISTS/$key.with-python.tar
is_fresh() { [ -n "$(find "$1" -mmin -10 2> /dev/null)" ]; }
if [ -f "$kept" ]; then
  inside --interactive "$CONTAINER" tar --extract --directory / < "$kept"
  if is_fresh "$kept"; then exit 0; fi
fi
if is_fresh "$kept.failed"; then
  echo "package lists: not read again, as it failed less than ten minutes ago" >&2
  exit 0
fi
# What starts with systemd empties /tmp, where apt looks at signatures; boxes that are only listed (npm run freshen) have none.
[ -z "${HERE:-}" ] || sh "$HERE/systemd.sh" || exit 1
# Compressed, and without apt's own caches: the engine has the less to commit.
if said=$(inside --env LC_ALL=C "$CONTAINER" timeout 60 apt-get --quiet update \
  --option Acquire::GzipIndexes=true --option Acquire::Retries=1 --option Acquire::http::Timeout=15 \
  --option Acquire::https::Timeout=15 --option APT::Update::Error-Mode=any \
  --option Dir::Cache::pkgcache= --option Dir::Cache::srcpkgcache= 2>&1); then
  # Not installed, so that no image has it; nor would pip take it for installed. Other distributions may have none such.
  inside "$CONTAINER" sh -c '
    folder=/run/fleet-build/python
    rm -rf $folder && mkdir -p $folder /run/fleet-build/packages && cd /run/fleet-build/packages
    timeout 60 apt-get --quiet --option APT::Sandbox::User=root --option Acquire::Retries=1 --option Acquire::http::Timeout=15 \
      --option Acquire::https::Timeout=15 --option Dir::Cache::pkgcache= --option Dir::Cache::srcpkgcache= \
      download python3-debian python3-chardet && for each in *.deb; do dpkg-deb --extract "$each" .; done
    mv usr/lib/python3/dist-packages/debian usr/lib/python3/dist-packages/chardet $folder
    rm -rf /run/fleet-build/packages' > /dev/null 2>&1
  inside "$CONTAINER" tar --create --directory / var/lib/apt/lists run/fleet-build/python > "$kept.$$" && mv "$kept.$$" "$kept"
  rm -f "$kept.failed"
  find "$LISTS" -name '*.tar*' -mtime +7 -delete
else
  touch "$kept.failed"
  echo "package lists: expected apt-get update to read them, got a failure; tasks that need no packages go on" >&2
  printf '%s\n' "$said" | tail -n 3 >&2
fi
