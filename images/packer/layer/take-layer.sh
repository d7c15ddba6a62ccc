#!/bin/sh
# Writes what changed in the build container to the archive $LAYER, as soon as standard input has said `stopped` and has ended: read from the
# engine's own folder of it, by a box of the image below that starts meanwhile. Where the engine shows no such folder the container is committed,
# and $LAYER.image says as which image.
set -eu
rm -f "$LAYER" "$LAYER.image"
folder=$(docker inspect --format '{{if eq .GraphDriver.Name "overlay2"}}{{.GraphDriver.Data.UpperDir}}{{end}}' "$CONTAINER")
case $(docker info --format '{{json .DriverStatus}} {{json .SecurityOptions}}') in
  *name=userns* | *name=rootless*) folder= ;; # It is another user's.
  *'["Native Overlay Diff","true"]'*) ;;
  *) folder= ;;
esac
# To see which folders hide those below is the administrator's right (overlayfs, "trusted.overlay.opaque").
if [ -n "$folder" ] && docker run --interactive --rm --label "immutable-fleets.build=$BUILD" --log-driver none --network none --pull never \
  --read-only --user 0:0 --cap-drop ALL --cap-add DAC_READ_SEARCH --cap-add SYS_ADMIN --security-opt no-new-privileges \
  --volume "$folder:/layer:ro" --entrypoint python3 -- "$PARENT" -IBc "$(cat "$HERE/layer_archive.py")" /layer > "$LAYER"; then
  exit
fi
rm -f "$LAYER"
cat > /dev/null
[ "$(docker inspect --format '{{.State.Running}}' "$CONTAINER")" = false ] || exit 1
docker commit --change "LABEL immutable-fleets.build=$BUILD" "$CONTAINER" > "$LAYER.image"
