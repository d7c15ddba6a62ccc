# shellcheck shell=bash
# The Docker and command plugins: Pulumi's own, or built here and registered in a Pulumi home of the cache.

built_home=$cache/pulumi-home-$(digest_of docker-plugin command-plugin steps/plugins.sh)

plugins_ready() { has_plugins "$built_home" || has_plugins "$(users_home)"; }

users_home() { echo "${PULUMI_HOME:-$HOME/.pulumi}"; }

has_plugins() {
  [ -x "$1/plugins/resource-docker-v$docker_plugin_version/pulumi-resource-docker" ] &&
    [ -x "$1/plugins/resource-command-v$command_plugin_version/pulumi-resource-command" ]
}

plugins_title() { echo "Pulumi plugins docker $docker_plugin_version and command $command_plugin_version"; }

plugins_install() {
  pulumi_env
  ! download_plugins || return 0
  say "plugins: no release from $pulumi_releases; building them from Go modules, about 3 minutes on 2 cores"
  go_build command-plugin "$work/pulumi-resource-command" -ldflags "-s -w -X main.version=$command_plugin_version" .
  go_build docker-plugin "$work/pulumi-resource-docker" -tags no_compose -ldflags "-s -w -X main.version=$docker_plugin_version" .
  register command "$command_plugin_version"
  register docker "$docker_plugin_version"
  mv "$work/home" "$built_home"
}

# download_plugins: into the user's Pulumi home, as Pulumi itself would on first use.
download_plugins() {
  answers "$pulumi_releases/" &&
    pulumi plugin install resource command "$command_plugin_version" &&
    pulumi plugin install resource docker "$docker_plugin_version"
}

register() {
  PULUMI_HOME=$work/home pulumi plugin install resource "$1" "v$2" --file "$work/pulumi-resource-$1"
}

# plugins_env: another home only where it has to be; who is logged in stays so.
plugins_env() {
  if has_plugins "$built_home"; then
    if [ -e "$(users_home)/credentials.json" ]; then
      export PULUMI_CREDENTIALS_PATH=${PULUMI_CREDENTIALS_PATH:-$(users_home)}
    fi
    export PULUMI_HOME=$built_home PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true
  fi
}
