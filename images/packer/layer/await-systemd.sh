#!/bin/sh
# Puts in place what stands in for commands that the image has not, or that would reach the host's kernel, and brings the lists of packages;
# waits until systemd in the build container takes orders. Where Ansible comes next, it starts meanwhile: facts.sh waits for it then.
set -eu
# First, since all that follows is in Python.
if [ -f "$BYTECODE" ]; then
  docker exec --interactive "$CONTAINER" tar --extract --directory / < "$BYTECODE" || rm -f "$BYTECODE"
fi
sh "$HERE/package-lists.sh" &
lists=$!
tar --create --directory "$HERE" standins | docker exec --interactive "$CONTAINER" python3 -c "$(cat "$HERE/place.py")" || {
  echo "build container: expected Python 3 to run in it; its log follows" >&2
  docker logs "$CONTAINER" >&2
  exit 1
}
if [ -n "$FACTS" ]; then sh "$HERE/facts.sh"; else sh "$HERE/systemd.sh"; fi
wait "$lists"
# What Ansible reads is made meanwhile, by a process that ends this one's, too, where it fails.
until [ -e "$READY" ]; do
  kill -0 "$BUILDER"
  sleep 0.02
done
