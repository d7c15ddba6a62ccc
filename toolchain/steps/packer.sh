# shellcheck shell=bash
# Packer and its plugins for Docker and Ansible.

packer_dir=$cache/packer-$packer_version-$(digest_of packer steps/packer.sh)

packer_ready() { [ -d "$packer_dir/plugins" ]; }

packer_title() { echo "Packer $packer_version with its Docker and Ansible plugins"; }

packer_install() {
  mkdir "$work/new" "$work/new/bin" "$work/new/plugins"
  download_packer || build_packer
  install_packer_plugin docker "$packer_docker_version"
  install_packer_plugin ansible "$packer_ansible_version"
  mv "$work/new" "$packer_dir"
}

# machine_has_packer: Debian has another program of that name, which knows no version.
machine_has_packer() {
  command -v packer >/dev/null &&
    newer_or_same "$packer_version" "$(packer version 2>/dev/null | sed -n 's/^Packer v//p')"
}

download_packer() {
  answers "$hashicorp_releases/" || return
  machine_has_packer || download_hashicorp packer "$packer_version" "$work/new/bin" || return
  download_hashicorp packer-plugin-docker "$packer_docker_version" "$work" &&
    download_hashicorp packer-plugin-ansible "$packer_ansible_version" "$work"
}

# download_hashicorp NAME VERSION INTO
download_hashicorp() {
  local archive binary
  archive=$1_$2_$(uname -s | tr '[:upper:]' '[:lower:]')_$(hashicorp_architecture).zip
  fetch_checked "$hashicorp_releases/$1/$2" "$archive" "$1_$2_SHA256SUMS" "$work" &&
    python3 -m zipfile -e "$work/$archive" "$work/$1.files" || return
  binary=$(find "$work/$1.files" -name "$1*" -type f | head -n 1)
  install -m 755 "$binary" "$3/$1"
}

hashicorp_architecture() {
  case $(uname -m) in
    x86_64) echo amd64 ;;
    aarch64) echo arm64 ;;
    *) uname -m ;;
  esac
}

build_packer() {
  local packages=(github.com/hashicorp/packer-plugin-docker github.com/hashicorp/packer-plugin-ansible)
  machine_has_packer || packages+=(github.com/hashicorp/packer)
  say "packer: no release from $hashicorp_releases; building it from Go modules, about 3 minutes on 2 cores"
  # Its module calls itself a development version, which `required_plugins` would not take.
  local released="-X github.com/hashicorp/packer-plugin-docker/version.VersionPrerelease="
  go_build packer "$work/" -ldflags "-s -w $released" "${packages[@]}"
  if [ -e "$work/packer" ]; then mv "$work/packer" "$work/new/bin"; fi
}

# install_packer_plugin NAME VERSION
install_packer_plugin() {
  PATH=$work/new/bin:$PATH PACKER_PLUGIN_PATH=$work/new/plugins CHECKPOINT_DISABLE=1 \
    packer plugins install --path "$work/packer-plugin-$1" "github.com/hashicorp/$1"
}

packer_env() {
  if [ -d "$packer_dir/plugins" ]; then
    PATH=$packer_dir/bin:$PATH
    export PACKER_PLUGIN_PATH=$packer_dir/plugins
  fi
  export CHECKPOINT_DISABLE=1
}
