# shellcheck shell=bash
# Debian packages: the engine and Compose, what makes base images, and what makes package repositories.

packages_missing() {
  present dockerd || engine_ready || echo docker.io
  present docker-compose || docker compose version >/dev/null 2>&1 || echo docker-compose
  missing mmdebstrap:mmdebstrap newuidmap:uidmap arch-test:arch-test
  missing apt-ftparchive:apt-utils createrepo_c:createrepo-c gpg:gnupg dnf:dnf
  ansible_ready || python3 -c 'import venv, ensurepip' 2>/dev/null || echo python3-venv
}

packages_ready() { [ -z "$(packages_missing)" ]; }

packages_title() { echo "installing Debian packages: $(packages_missing | paste -sd' ')"; }

packages_install() {
  # shellcheck disable=SC2046 # one word per package
  apt_install $(packages_missing)
  # Since Debian 13 the client is a package of its own.
  present docker || apt_install docker-cli
}

packages_env() {
  case :$PATH: in
    *:/usr/sbin:*) ;;
    *) PATH=$PATH:/usr/sbin:/sbin ;; # mke2fs, debugfs and sfdisk, for users who are not root
  esac
}
