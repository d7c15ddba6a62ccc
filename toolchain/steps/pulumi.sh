# shellcheck shell=bash
# The Pulumi CLI.

pulumi_dir=$cache/pulumi-$pulumi_version-$(digest_of cli steps/pulumi.sh)

pulumi_ready() { [ -x "$pulumi_dir/bin/pulumi" ] || machine_has_pulumi; }

machine_has_pulumi() {
  local key
  key="$(identity pulumi) $pulumi_version" || return
  remembered pulumi "$key" && return
  newer_or_same "$pulumi_version" "$(pulumi version 2>/dev/null | tr -d v)" && remember pulumi "$key"
}

pulumi_title() { echo "Pulumi CLI $pulumi_version"; }

pulumi_install() {
  if download_pulumi; then
    echo release >"$work/origin"
  else
    say "pulumi: no release from $pulumi_releases; building it from its Go module, about 4 minutes on 2 cores"
    rm -rf "${work:?}/bin"
    go_build cli "$work/bin/pulumi" \
      -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=v$pulumi_version" \
      github.com/pulumi/pulumi/pkg/v3/cmd/pulumi
    echo built >"$work/origin"
  fi
  mv "$work" "$pulumi_dir"
}

download_pulumi() {
  local archive
  archive=pulumi-v$pulumi_version-$(uname -s | tr '[:upper:]' '[:lower:]')-$(pulumi_architecture).tar.gz
  answers "$pulumi_releases/" &&
    fetch_checked "$pulumi_releases/releases/sdk" "$archive" "pulumi-$pulumi_version-checksums.txt" "$work" &&
    mkdir "$work/bin" &&
    tar -xzf "$work/$archive" -C "$work/bin" --strip-components=1 &&
    rm "$work/$archive" &&
    "$work/bin/pulumi" version
}

pulumi_architecture() {
  case $(uname -m) in
    x86_64) echo x64 ;;
    aarch64 | arm64) echo arm64 ;;
    *) uname -m ;;
  esac
}

pulumi_env() {
  if [ -x "$pulumi_dir/bin/pulumi" ]; then PATH=$pulumi_dir/bin:$PATH; fi
  export PULUMI_SKIP_UPDATE_CHECK=true
}
