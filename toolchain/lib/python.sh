# shellcheck shell=bash
# Python of this machine, in which tools from the package index are put.

# suitable_python: its name; fails where there is none.
suitable_python() {
  local python
  for python in python3 python3.13 python3.12 python3.11; do
    if "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
      echo "$python"
      return
    fi
  done
  return 1
}

# has_venv: Debian has what makes virtual environments in a package of its own.
has_venv() { "$(suitable_python || echo python3)" -c 'import venv, ensurepip' 2>/dev/null; }

# virtual_environment FOLDER
virtual_environment() {
  suitable_python >/dev/null || give_up "Python 3.11 or newer is missing. Install it, then run the same command again."
  has_venv || apt_install python3-venv
  "$(suitable_python)" -m venv "$1"
}
