# shellcheck shell=bash
# Building Go modules of toolchain/, each with its own go.mod and go.sum.

# go_build MODULE-FOLDER OUTPUT ARGUMENT...: OUTPUT ends in a slash where it is a folder for several programs.
go_build() {
  local module=$1 output=$2
  shift 2
  command -v go >/dev/null || give_up "Go is missing. Install Go 1.25 or newer, then run the same command again."
  use_go_caches
  go -C "$toolchain/$module" build -trimpath -buildvcs=false -o "$output" "$@"
}

# use_go_caches: those of whoever compiles Go on this machine anyway, or names some; else such as are taken away once all is there, of several GB.
use_go_caches() {
  [ -z "${GOMODCACHE:-}${GOCACHE:-}" ] && [ ! -d "$(go env GOMODCACHE)" ] || return 0
  export GOMODCACHE=$cache/go/modules GOCACHE=$cache/go/build GOFLAGS="${GOFLAGS:-} -modcacherw"
}

remove_go_caches() { rm -rf "$cache/go"; }
