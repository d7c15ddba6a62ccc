# shellcheck shell=bash
# Where stacks are kept: in the clone, under a generated passphrase, unless the user has chosen otherwise in any of the
# ways that Pulumi knows. Not a step that installs anything; only env uses it.

state_env() {
  if ! backend_chosen; then
    mkdir -p "$root/.pulumi-state"
    PULUMI_BACKEND_URL=file://$(percent_encoded "$root/.pulumi-state")
    export PULUMI_BACKEND_URL
  fi
  if [ "${PULUMI_BACKEND_URL:-}" = "file://$(percent_encoded "$root/.pulumi-state")" ] &&
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

# generate_passphrase FILE: only if there is none; the link makes it appear whole, also when two runs are first.
generate_passphrase() {
  [ ! -s "$1" ] || return 0
  (
    umask 077
    head -c 24 /dev/urandom | base64 >"$1.$$"
    ln "$1.$$" "$1" 2>/dev/null || true
    rm -f "$1.$$"
  )
}

# percent_encoded PATH: for the few characters that would end or change a URL's path.
percent_encoded() {
  local path=${1//%/%25}
  path=${path// /%20}
  path=${path//\#/%23}
  printf '%s' "${path//\?/%3F}"
}
