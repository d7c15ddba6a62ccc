#!/bin/sh
# Gathers the facts of the build container while Ansible and systemd start, by Ansible's own module, into the file $FACTS, from which
# cache/fleet_facts.py takes them, once systemd takes orders. Where they cannot be gathered there is $FACTS.none, and Ansible gathers them as
# ever; where systemd does not start, $FACTS.failed says so.
set -u
inside=/run/fleet-build/facts
rm -f "$FACTS" "$FACTS.none" "$FACTS.failed"
gather() {
  python=$(sed -n '1s/^#! *//p' "$(command -v ansible-playbook)")
  folder=$("$python" -c 'import importlib.util; print(importlib.util.find_spec("ansible").submodule_search_locations[0])') || return
  tar --create --directory "$(dirname "$folder")" --exclude '*.pyc' --exclude powershell --exclude csharp \
    ansible/__init__.py ansible/_vendor ansible/release.py ansible/module_utils ansible/modules/__init__.py ansible/modules/setup.py |
    docker exec --interactive "$CONTAINER" sh -c "mkdir -p $inside && tar --extract --directory $inside" || return
  # No shell and no setting of Python's: the environment is a fact, too.
  echo '{"ANSIBLE_MODULE_ARGS": {}}' | docker exec --interactive "$CONTAINER" /usr/bin/python3 -c "
import runpy, sys
sys.path.insert(0, '$inside')
runpy.run_module('ansible.modules.setup', run_name='__main__')" > "$FACTS.part"
}
# What is compiled by now is kept for the next build on the same parent.
keep_bytecode() {
  [ ! -f "$BYTECODE" ] || return
  docker exec "$CONTAINER" /usr/bin/python3 -c "$(cat "$HERE/bytecode.py")" > "$BYTECODE.$$" && mv "$BYTECODE.$$" "$BYTECODE"
  rm -f "$BYTECODE.$$"
  find "$(dirname "$BYTECODE")" -name '*.tar*' -mtime +7 -delete
}
begin() {
  sh "$HERE/systemd.sh" 2> "$FACTS.told" &
  systemd=$!
  gather
  gathered=$?
  keep_bytecode
  if ! wait "$systemd"; then
    mv "$FACTS.told" "$FACTS.failed"
  elif [ "$gathered" -eq 0 ]; then
    mv "$FACTS.part" "$FACTS"
  else
    touch "$FACTS.none"
  fi
}
# The shell that Packer waits for ends at once; what goes on here holds nothing of it open.
(begin) < /dev/null > "$FACTS.log" 2>&1 &
