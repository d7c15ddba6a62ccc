#!/bin/sh
# Prints in one line how it was started: probe NAME …, then name and value by turns, what may be any bytes in base64.
name=$1
# By the shell itself: while it starts another program, it blocks signals.
signals=
while read -r key value; do
  case $key in SigBlk: | SigIgn:) signals=$signals$key$value ;; esac
done < /proc/$$/status
encoded() { base64 -w 0; }
folders() {
  for path in $(echo "$RUNTIME_DIRECTORY:$STATE_DIRECTORY:$CACHE_DIRECTORY:$LOGS_DIRECTORY:$CONFIGURATION_DIRECTORY" | tr : ' '); do
    writable=no
    if [ -w "$path" ]; then writable=yes; fi
    stat --format "$path=%a:%u:%g:$writable" "$path" 2>&1
  done | tr '\n' ,
}
mask=$(umask)
echo "probe $name" \
  "arguments $(encoded < /proc/$$/cmdline) environment $(encoded < /proc/$$/environ) limits $(encoded < /proc/$$/limits)" \
  "umask $mask user $(id -u) group $(id -g) groups $(id -G | tr ' ' '\n' | sort -nu | tr '\n' ,)" \
  "folder $(pwd -P) signals $signals folders $(folders)."
