# shellcheck shell=bash
# Where stacks are kept: in the clone, under a generated passphrase, unless the user has chosen otherwise in any of the
# ways that Pulumi knows. Not a step that installs anything; only env uses it.

state_env() {
  local own
  # metadata=skip: what fileblob would write beside each state is truncated first, so that a kill, or a reader at that moment, finds none.
  own=file://$(percent_encoded "$root/.pulumi-state")
  if ! backend_chosen; then
    mkdir -p "$root/.pulumi-state"
    export PULUMI_BACKEND_URL="$own?metadata=skip"
  fi
  if [ "${PULUMI_BACKEND_URL%%\?*}" = "$own" ] &&
    [ -z "${PULUMI_CONFIG_PASSPHRASE+set}${PULUMI_CONFIG_PASSPHRASE_FILE:-}" ]; then
    generate_passphrase "$root/.pulumi-passphrase"
    export PULUMI_CONFIG_PASSPHRASE_FILE=$root/.pulumi-passphrase
  fi
}

backend_chosen() {
  [ -n "${PULUMI_BACKEND_URL:-}${PULUMI_ACCESS_TOKEN:-}" ] ||
    grep -q '^backend:' "$root/Pulumi.yaml" 2>/dev/null ||
    grep -Eq '"current": *"[^"]' "${PULUMI_CREDENTIALS_PATH:-${PULUMI_HOME:-$HOME/.pulumi}}/credentials.json" 2>/dev/null
}

# generate_passphrase FILE: only if there is none; it appears whole, once it is on the disk, also when two runs are first.
generate_passphrase() {
  [ ! -s "$1" ] || return 0
  if [ -e "$1" ] && [ -n "$(find "$(dirname "$1")/.pulumi-state/.pulumi/stacks" -name '*.json' 2>/dev/null | head -n 1)" ]; then
    echo "$1: expected the passphrase of the stacks in .pulumi-state, got an empty file; put it in, or where they were made with none: PULUMI_CONFIG_PASSPHRASE= npm run …" >&2
    return 1
  fi
  (
    umask 077
    partial=$1.$$.partial
    trap 'rm -f "$partial"' EXIT
    head -c 24 /dev/urandom | base64 >"$partial" && [ "$(wc -c <"$partial")" -ge 33 ] && sync "$partial" || {
      echo "$1: expected room for a passphrase, got none; make room, or set PULUMI_CONFIG_PASSPHRASE" >&2
      exit 1
    }
    # What a full disk left of it holds nothing, and nothing was made with it.
    find "$1" -empty -delete 2>/dev/null || true
    ln "$partial" "$1" 2>/dev/null || [ -s "$1" ]
    sync "$(dirname "$1")"
  )
}

# percent_encoded PATH: for the few characters that would end or change a URL's path.
percent_encoded() {
  local path=${1//%/%25}
  path=${path// /%20}
  path=${path//\#/%23}
  printf '%s' "${path//\?/%3F}"
}
