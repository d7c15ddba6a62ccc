# shellcheck shell=bash
# Ansible with its collections, and ansible-lint, in a virtual environment.

ansible_dir=$cache/ansible-$(digest_of ansible)

ansible_ready() { [ -e "$ansible_dir/.complete" ] || machine_has_ansible; }

# machine_has_ansible: the series that the playbooks are tested with, the Docker connection, and the linter.
machine_has_ansible() {
  local key
  key=$(identity ansible-playbook) && command -v ansible-lint >/dev/null || return
  remembered ansible "$key" && return
  case $(ansible-playbook --version 2>/dev/null) in
    *"core 2.18."*) ;;
    *) return 1 ;;
  esac
  ansible-doc -t connection community.docker.docker >/dev/null 2>&1 && remember ansible "$key"
}

ansible_title() { echo "Ansible from the Python package index, about 2 minutes"; }

# A virtual environment cannot be moved, so it grows in place, and counts once it is complete.
ansible_install() {
  rm -rf "$ansible_dir"
  virtual_environment "$ansible_dir"
  # Ansible compiles what it uses; compiling all of its collections would take most of the time.
  "$ansible_dir/bin/pip" install --no-compile --progress-bar off --disable-pip-version-check \
    --require-hashes -r "$toolchain/ansible/constraints.txt"
  "$ansible_dir/bin/ansible" --version
  "$ansible_dir/bin/python" - "$ansible_dir/strategy" <<'END'
import os, sys, ansible_mitogen
os.symlink(os.path.join(os.path.dirname(ansible_mitogen.__file__), "plugins", "strategy"), sys.argv[1])
END
  touch "$ansible_dir/.complete"
}

ansible_env() {
  if [ -e "$ansible_dir/.complete" ]; then
    PATH=$ansible_dir/bin:$PATH
    # Where mitogen_linear is found, by which layers are built (docs/decisions/0005-mitogen-in-builds.md).
    export ANSIBLE_STRATEGY_PLUGINS=${ANSIBLE_STRATEGY_PLUGINS:-$ansible_dir/strategy}
  fi
  # Ansible refuses a locale that is not UTF-8.
  case ${LC_ALL:-${LC_CTYPE:-${LANG:-}}} in
    *[Uu][Tt][Ff]*8*) ;;
    *) export LC_ALL=C.UTF-8 ;;
  esac
}
