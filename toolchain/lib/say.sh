# shellcheck shell=bash
# What the user sees. It goes to file descriptor 3, since a step's own output goes to its log.

# say TEXT: one line. On a terminal it takes the place of the progress line.
say() {
  if [ -t 3 ]; then printf '\r\033[K%s\n' "$*" >&3; else printf '%s\n' "$*" >&3; fi
}

# give_up TEXT...: ends a step with the way out, one line per argument.
give_up() {
  for line in "$@"; do say "  $line"; done
  exit 1
}

# running_for SECONDS: "42 s" or "3 min 5 s".
running_for() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}
