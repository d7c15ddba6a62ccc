# shellcheck shell=bash
# What needs administrator rights, and what to say where there are none.

# may_administrate: root, or sudo that asks for no password.
may_administrate() {
  [ "$(id -u)" = 0 ] || sudo -n true 2>/dev/null
}

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# present WHAT: a program on PATH (those of administrators included), or a file where WHAT is an absolute path.
present() {
  case $1 in
    /*) [ -e "$1" ] ;;
    *) PATH=$PATH:/usr/sbin:/sbin command -v "$1" >/dev/null ;;
  esac
}

# missing WHAT:PACKAGE...: the packages of what is not present, each once.
missing() {
  local pair
  for pair in "$@"; do
    present "${pair%%:*}" || echo "${pair##*:}"
  done | sort -u
}

# apt_install PACKAGE...
apt_install() {
  command -v apt-get >/dev/null ||
    give_up "This machine has no apt-get. Install what these Debian packages hold: $*"
  may_administrate ||
    give_up "Run this, then the same command again: sudo apt-get install --no-install-recommends $*"
  # A list may be absent, or older than the packages that the mirror still has.
  apt_get_install "$@" || { as_root apt-get update && apt_get_install "$@"; } || give_up_on_apt "$@"
}

# apt_get_install PACKAGE...: removes nothing, such as podman-docker for docker.io.
apt_get_install() {
  as_root env DEBIAN_FRONTEND=noninteractive apt-get install -y --no-install-recommends --no-remove "$@"
}

give_up_on_apt() {
  local gone
  gone=$(apt-get --simulate --quiet --no-install-recommends install "$@" 2>/dev/null | sed -n 's/^Remv \([^ ]*\).*/\1/p' | paste -sd' ')
  [ -z "$gone" ] || give_up "apt would remove $gone for $*, which is not done. Remove it yourself, or install what is meant another way; then run the same command again."
  give_up "apt could not install $*; what it said is above. Mend that, then run the same command again."
}
