# shellcheck shell=bash
# dnf, which makes bases of RPM distributions.

rpm_missing() { missing dnf:dnf; }

rpm_ready() { [ -z "$(rpm_missing)" ]; }

rpm_title() { echo "installing Debian packages for RPM distributions: $(rpm_missing | paste -sd' ')"; }

rpm_install() {
  # shellcheck disable=SC2046 # one word per package
  apt_install $(rpm_missing)
}
