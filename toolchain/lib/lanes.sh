# shellcheck shell=bash
# Runs steps in lanes: the steps of one lane one after another, the lanes side by side.

lanes=()

# start_lane STEP...
start_lane() {
  set -m # a process group per lane, so that Ctrl-C and a failure can end all of it
  run_lane "${#lanes[@]}" "$@" </dev/null &
  lanes+=($!)
  set +m
}

# run_lane NUMBER STEP...: leaves the file done-NUMBER when all steps are ready.
run_lane() {
  set +m
  local number=$1 step
  for step in "${@:2}"; do
    run_step "$step" || { : >"$work/failed"; return 1; }
  done
  : >"$work/done-$number"
}

# run_step STEP: installs what is not ready, in a process of its own and with a log of its own.
run_step() {
  "$1_ready" && return
  local log=$cache/logs/$1.log started=$SECONDS
  say "$1: $("$1_title")"
  : >"$work/running-$1"
  if bash "$toolchain/setup" --step "$1" >"$log" 2>&1; then
    rm -f "$work/running-$1"
    say "$1: ready after $(running_for $((SECONDS - started)))"
  else
    rm -f "$work/running-$1"
    show_failure "$1" "$log"
    return 1
  fi
}

show_failure() {
  say "$1: failed. The last lines of $2:"
  tail -n 20 "$2" | sed 's/^/  | /' >&3
}

# wait_for_lanes: shows what runs until all lanes are done; one that fails ends the others.
wait_for_lanes() {
  local shown=$SECONDS every=60 number status=0
  if [ -t 3 ]; then every=1; fi
  while [ -n "$(jobs -rp)" ]; do
    sleep 0.2
    if [ -e "$work/failed" ]; then stop_lanes; fi
    if [ $((SECONDS - shown)) -ge "$every" ]; then
      shown=$SECONDS
      show_progress
    fi
  done
  if [ -t 3 ]; then printf '\r\033[K' >&3; fi
  # Not `wait PID`: bash forgets how a child ended once another one gets its number, and building starts tens of thousands.
  for number in "${!lanes[@]}"; do [ -e "$work/done-$number" ] || status=1; done
  return $status
}

show_progress() {
  local running
  running=$(cd "$work" && find . -name 'running-*' | sed 's/.*running-//' | LC_ALL=C sort | paste -sd, | sed 's/,/, /g')
  [ -n "$running" ] || return 0
  if [ -t 3 ]; then
    printf '\r\033[K%s: %s' "$(running_for $SECONDS)" "$running" >&3
  else
    say "  $(running_for $SECONDS): $running"
  fi
}

stop_lanes() {
  local number
  for number in "${!lanes[@]}"; do
    [ -e "$work/done-$number" ] || kill -TERM -- "-${lanes[number]}" 2>/dev/null || true
  done
}
