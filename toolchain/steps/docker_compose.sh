# shellcheck shell=bash
# Some Compose, for `npm run dev`, which runs with v2 and with 1.29: v2 where it is asked for is another step (compose.sh).

docker_compose_ready() { present docker-compose || docker compose version >/dev/null 2>&1; }

docker_compose_title() { echo "installing the Debian package docker-compose"; }

docker_compose_install() { apt_install docker-compose; }
