# shellcheck shell=bash
# Docker Compose v2, for those whose system has none or 1.29 only. `npm run dev` runs with either, so it is there only where it
# is asked for: toolchain/setup compose.

compose_dir=$cache/compose-$compose_version-$(digest_of compose steps/compose.sh)

compose_ready() { [ -x "$compose_dir/docker-compose" ] || docker compose version >/dev/null 2>&1; }

compose_title() { echo "Docker Compose $compose_version"; }

compose_install() {
  mkdir "$work/compose"
  download_compose || build_compose
  mv "$work/compose" "$compose_dir"
}

# download_compose: one program, and the file of its sum beside it.
download_compose() {
  local name releases=$compose_releases/v$compose_version
  name=docker-compose-linux-$(uname -m)
  answers "$releases/$name.sha256" && fetch_checked "$releases" "$name" "$name.sha256" "$work" || return
  mv "$work/$name" "$work/compose/docker-compose"
  chmod 755 "$work/compose/docker-compose"
}

build_compose() {
  say "compose: no release from $compose_releases; building it from its Go module, about 4 minutes on 2 cores"
  local version="-X github.com/docker/compose/v2/internal.Version=v$compose_version"
  CGO_ENABLED=0 go_build compose "$work/compose/docker-compose" -ldflags "-s -w $version" github.com/docker/compose/v2/cmd
}

compose_env() {
  if [ -x "$compose_dir/docker-compose" ]; then PATH=$compose_dir:$PATH; fi
}
