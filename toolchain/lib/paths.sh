# shellcheck shell=bash
# Where things are, and which folder of the cache belongs to which inputs.

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
toolchain=$root/toolchain
cache=${XDG_CACHE_HOME:-$HOME/.cache}/immutable-fleets/toolchain

# shellcheck source=versions.sh
. "$toolchain/versions.sh"

# digest_of PATH...: ten hex digits of the content of files and folders (named from toolchain/; Go tests do not count) and
# of the platform.
digest_of() {
  (
    cd "$toolchain" || exit 1
    uname -sm
    find "$@" -type f ! -name '*_test.go' | LC_ALL=C sort | xargs sha256sum
  ) | sha256sum | cut -c 1-10
}

# newer_or_same WANTED FOUND: whether FOUND is WANTED or newer, within the same major version.
newer_or_same() {
  [ "${1%%.*}" = "${2%%.*}" ] && [ "$(printf '%s\n%s\n' "$1" "$2" | sort -V | head -n 1)" = "$1" ]
}

# remembered NAME KEY: whether remember noted this very key; saves asking slow programs for their version each time.
remembered() {
  [ "$(cat "$cache/found-$1" 2>/dev/null)" = "$2" ]
}
remember() {
  mkdir -p "$cache"
  printf '%s\n' "$2" >"$cache/found-$1"
}

# identity PROGRAM: its path and time of change, nothing when it is not on PATH.
identity() {
  local path
  path=$(command -v "$1") && echo "$path $(stat -c %Y "$path")"
}
