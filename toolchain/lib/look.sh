# shellcheck shell=bash
# Looks at the machine before anything is installed: all that stands in the way at once, each with the way out.

# look_at_machine STEP...: fails where something does. Steps are those that are not ready.
look_at_machine() {
  local problems
  problems=$(machine_problems "$@")
  [ -n "$problems" ] || return 0
  say "This machine lacks what setup does not bring; nothing was installed:"
  while IFS= read -r line; do say "  $line"; done <<<"$problems"
  return 1
}

# machine_problems STEP...: one line each, as `what: expected …, got …; fix`.
machine_problems() {
  local steps=" $* "
  system_problem || return 0
  room_problem "$@"
  packages_problem "$@"
  case $steps in *" ansible "* | *" nfpm "*)
    suitable_python >/dev/null ||
      echo "python3: expected 3.11 or newer, got $(version_of python3 --version); install python3.11 or newer" ;;
  esac
  case $steps in *" engine "*) engine_problem ;; esac
  case $steps in *" pulumi "* | *" plugins "* | *" packer "*) go_problem "$@" ;; esac
}

# system_problem: whether the rest can be told.
system_problem() {
  case $(uname -s) in
    Linux) ;;
    Darwin)
      echo "system: expected Linux, got macOS; run it in a virtual machine: brew install lima && limactl start --name fleets --cpus 4 --memory 8 --disk 60 template:debian-12, then limactl shell fleets, and clone there"
      return 1 ;;
    *)
      echo "system: expected Linux, got $(uname -s); run it in a virtual machine with Debian or Ubuntu (Windows: wsl --install Debian)"
      return 1 ;;
  esac
  case $(uname -m) in
    x86_64 | aarch64) ;;
    *) echo "processor: expected x86_64 or aarch64, got $(uname -m); run it on a machine with one of these" ;;
  esac
}

# room_problem STEP...: in the folder that tools are kept in.
room_problem() {
  local step wanted=500 free place=$cache
  for step in "$@"; do wanted=$((wanted + $(megabytes_of "$step"))); done
  while [ ! -d "$place" ]; do place=$(dirname "$place"); done
  free=$(df -Pm "$place" | awk 'NR == 2 { print $4 }')
  [ "$free" -ge "$wanted" ] ||
    echo "$place: expected $wanted MB free, got $free; make room, or name another folder: XDG_CACHE_HOME=…"
}

# packages_problem STEP...: what somebody else has to install.
packages_problem() {
  local step packages=""
  for step in "$@"; do
    case $step in
      packages | rpm | machine | engine) packages+=" $("${step}_missing" | paste -sd' ')" ;;
      docker_compose) packages+=" docker-compose" ;;
      ansible | nfpm) has_venv || packages+=" python3-venv" ;;
    esac
  done
  packages=$(printf '%s\n' $packages | sort -u | paste -sd' ')
  [ -n "$packages" ] || return 0
  if ! command -v apt-get >/dev/null; then
    echo "apt-get: expected on PATH, as Debian and Ubuntu have it, got none; install what these Debian packages hold: $packages"
  elif ! may_administrate; then
    echo "rights: expected root, or a sudo that asks for no password, got $(id -un); run: sudo apt-get install --no-install-recommends --no-remove $packages"
  fi
}

engine_problem() {
  case $(docker version 2>&1) in
    *"permission denied"*)
      echo "Docker Engine: expected that $(id -un) may use it, got a refusal; run: sudo usermod -aG docker $(id -un), and log in again"
      return ;;
    *[Pp]odman*)
      echo "Docker Engine: expected Docker's, got Podman's under its name; install docker.io in the place of podman-docker, or name one: DOCKER_HOST=…"
      return ;;
  esac
  if [ -n "${DOCKER_HOST:-}" ]; then
    echo "DOCKER_HOST: expected an engine that answers at $DOCKER_HOST, got none; start it, or unset DOCKER_HOST"
  elif [ -z "$(engine_missing)" ] && ! may_administrate; then
    echo "Docker Engine: expected one that answers, got none; run: $(engine_start_command)"
  fi
}

# go_problem STEP...: it compiles what cannot be downloaded.
go_problem() {
  local step what=""
  for step in "$@"; do
    case $step in
      pulumi | plugins) answers "$pulumi_releases/" 2>/dev/null || what+=" $step" ;;
      packer) answers "$hashicorp_releases/" 2>/dev/null || what+=" packer" ;;
    esac
  done
  [ -n "$what" ] || return 0
  newer_or_same 1.25 "$(go version 2>/dev/null | sed -n 's/.* go\([0-9.]*\) .*/\1/p')" ||
    echo "go: expected 1.25 or newer, as no releases of$what can be downloaded, got $(version_of go version); install Go"
}

# version_of PROGRAM ARGUMENT...: its first line, or none.
version_of() {
  local said
  said=$("$@" 2>/dev/null | head -n 1)
  echo "${said:-none}"
}
