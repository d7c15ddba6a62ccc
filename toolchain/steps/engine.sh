# shellcheck shell=bash
# A Docker Engine that answers. One that this step starts goes on running; it stops none.

engine_ready() { docker version --format '{{.Server.Version}}' >/dev/null 2>&1; }

engine_title() { echo "starting the Docker Engine"; }

engine_install() {
  case $(docker version 2>&1) in
    *"permission denied"*)
      give_up "The Docker Engine runs, but you may not use it. Run this, then log in again:" \
        "  sudo usermod -aG docker $(id -un)"
      ;;
  esac
  [ -z "${DOCKER_HOST:-}" ] || give_up "No Docker Engine answers at DOCKER_HOST=$DOCKER_HOST. Start it, or unset DOCKER_HOST."
  may_administrate || give_up "The Docker Engine is not running. Run this, then the same command again:" \
    "  $(engine_start_command)"
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
