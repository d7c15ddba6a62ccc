# shellcheck shell=bash
# What setup says, and asks, before it begins.

# announce STEP...: what will be installed, where, how large, how long.
announce() {
  local step megabytes=0
  say "This needs what is not here yet; setup puts it into $cache, packages of Debian where apt has them:"
  for step in "$@"; do
    say "  $(printf '%-14s %6s  %s' "$step" "$(megabytes_of "$step") MB" "$("${step}_title"); $(duration_of "$step")")"
    megabytes=$((megabytes + $(megabytes_of "$step")))
  done
  say "  $megabytes MB in all. Nothing that is installed is removed. Ctrl-C ends it; run again, it goes on."
}

# megabytes_of STEP: what stays, measured on amd64.
megabytes_of() {
  case $1 in
    node_modules) echo 580 ;;
    pulumi) echo 110 ;;
    plugins) echo 650 ;;
    packer) echo 200 ;;
    amazon) echo 100 ;;
    compose) echo 65 ;;
    ansible) echo 345 ;;
    nfpm) echo 15 ;;
    engine) if [ -z "$(engine_missing)" ]; then echo 0; else echo 350; fi ;;
    packages) echo 60 ;;
    rpm) echo 30 ;;
    docker_compose) echo 60 ;;
    machine) echo 250 ;;
    *) echo 0 ;;
  esac
}

# duration_of STEP: on two processors; Go's modules are compiled where no release can be downloaded.
duration_of() {
  case $1 in
    pulumi) echo "seconds, or 5 to 10 minutes where it is compiled" ;;
    plugins) echo "seconds, or 6 minutes where they are compiled" ;;
    packer) echo "seconds, or 7 minutes where it is compiled" ;;
    amazon | compose) echo "seconds, or 4 minutes where it is compiled" ;;
    ansible) echo "2 minutes" ;;
    *) echo "under a minute" ;;
  esac
}

# ask_for_engine STEP...: before a daemon is installed or started, where somebody can answer.
ask_for_engine() {
  local answer
  case " $* " in *" engine "*) ;; *) return 0 ;; esac
  [ "$asks" = yes ] && [ -t 0 ] && [ -t 3 ] || return 0
  printf '%s, a daemon that runs as root? [y/N] ' "$(engine_title)" >&3
  read -r answer || answer=
  case $answer in
    [Yy]*) ;;
    *)
      say "Nothing was installed. Start an engine, or name one by DOCKER_HOST; toolchain/setup --yes asks nothing."
      return 1 ;;
  esac
}
