#!/bin/sh
# Has the apt of mmdebstrap hold to the lock in the folder $LOCK.
exec sh "$LOCK/hold.sh" "$1"
