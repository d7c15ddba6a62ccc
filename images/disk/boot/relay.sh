#!/usr/bin/env bash
# relay.sh PORT: passes what comes on standard input to a port of this machine, and its answer to standard output.
exec 3<>"/dev/tcp/127.0.0.1/$1" 4<&0
# What runs beside the shell has no standard input of its own.
cat <&4 >&3 &
cat <&3
kill $!
