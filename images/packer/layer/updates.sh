# Refuses what is older than the lock file says of the layer: the mirror may not have it yet, or a role may ask for an older one. Runs in
# the build container.
for each in $UPDATES; do
  name=${each%%=*}
  has=$(dpkg-query --show --showformat "\${Version}" "$name" 2> /dev/null) || continue
  dpkg --compare-versions "$has" ge "${each#*=}" && continue
  echo "images.lock.yaml: expected $name ${each#*=} or newer, got $has; the mirror may be behind: try again later, or take the line out"
  exit 1
done
