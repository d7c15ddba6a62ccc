# shellcheck shell=bash
# Packer's plugin for AMIs that are built in the cloud. Nothing else needs it, so it is there only where it is asked for:
# toolchain/setup amazon.

amazon_ready() { [ -d "$packer_dir/plugins/github.com/hashicorp/amazon" ]; }

amazon_title() { echo "Packer's amazon plugin $packer_amazon_version"; }

# amazon_install: beside the other plugins of that Packer, which the packer step has put there.
amazon_install() {
  packer_env
  download_amazon || build_amazon
  packer plugins install --path "$work/packer-plugin-amazon" github.com/hashicorp/amazon
}

download_amazon() {
  answers "$hashicorp_releases/" && download_hashicorp packer-plugin-amazon "$packer_amazon_version" "$work"
}

build_amazon() {
  say "amazon: no release from $hashicorp_releases; building it from its Go module, about 3 minutes on 2 cores"
  local released="-X github.com/hashicorp/packer-plugin-amazon/version.VersionPrerelease="
  go_build packer-amazon "$work/" -ldflags "-s -w $released" github.com/hashicorp/packer-plugin-amazon
}
