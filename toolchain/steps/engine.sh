# shellcheck shell=bash
# A Docker Engine that answers, Debian's where there is none. One that this step starts goes on running; it stops none.

engine_ready() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_title() {
  if present dockerd; then echo "starting the Docker Engine"; else echo "installing the Debian package docker.io, and starting its engine"; fi
}

# engine_missing: the packages that an engine of this machine lacks. Since Debian 13 the client is one of its own.
engine_missing() {
  ! engine_ready || return 0
  missing dockerd:docker.io
  ! present dockerd || missing docker:docker-cli
}

engine_install() {
  local missing
  missing=$(engine_missing)
  # shellcheck disable=SC2086 # one word per package
  [ -z "$missing" ] || apt_install $missing
  present docker || apt_install docker-cli
  ! engine_ready || return 0 # the package has started it
  start_engine
  wait_for_engine
}

engine_start_command() {
  if [ -d /run/systemd/system ]; then echo "sudo systemctl start docker"; else echo "sudo setsid dockerd"; fi
}

start_engine() {
  if [ -d /run/systemd/system ]; then
    as_root systemctl start docker
  else
    as_root bash -c "$(declare -f forget_dead_engine); forget_dead_engine"
    PATH=$PATH:/usr/sbin:/sbin as_root setsid dockerd >"$cache/logs/dockerd.log" 2>&1 </dev/null 3>&- &
  fi
}

# forget_dead_engine: after a power cut the number in a pid file may belong to another program, and dockerd refuses to start.
forget_dead_engine() {
  local file
  for file in /var/run/docker.pid /var/run/docker/containerd/containerd.pid; do
    [ -e "$file" ] || continue
    case $(cat "/proc/$(cat "$file")/comm" 2>/dev/null) in
      dockerd | containerd) ;;
      *) rm -f "$file" ;;
    esac
  done
}

wait_for_engine() {
  local _
  for _ in $(seq 120); do
    ! engine_ready || return 0
    sleep 0.5
  done
  tail -n 20 "$cache/logs/dockerd.log" || true
  give_up "The Docker Engine does not answer after a minute. What it said: $cache/logs/dockerd.log"
}

engine_env() { :; }
