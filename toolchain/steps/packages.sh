# shellcheck shell=bash
# Debian packages: what makes base images, and what makes package repositories.

packages_missing() {
  missing mmdebstrap:mmdebstrap newuidmap:uidmap arch-test:arch-test
  missing apt-ftparchive:apt-utils createrepo_c:createrepo-c gpg:gnupg
}

packages_ready() { [ -z "$(packages_missing)" ]; }

packages_title() { echo "installing Debian packages: $(packages_missing | paste -sd' ')"; }

packages_install() {
  # shellcheck disable=SC2046 # one word per package
  apt_install $(packages_missing)
}

packages_env() {
  case :$PATH: in
    *:/usr/sbin:*) ;;
    *) PATH=$PATH:/usr/sbin:/sbin ;; # mke2fs, debugfs and sfdisk, for users who are not root
  esac
}
