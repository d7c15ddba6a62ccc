#!/bin/sh
# A parent and its child; each says that it was told to stop: family NAME.
name=$1
trap 'echo "stop $name parent"; stopped=yes' TERM
(
  trap 'echo "stop $name child"; exit 0' TERM
  echo "stop $name ready"
  while :; do sleep 0.1; done
) &
while [ -z "$stopped" ]; do sleep 0.1; done
# The child has as long to say so.
[ "$name" = mixed-family ] || sleep 0.5
