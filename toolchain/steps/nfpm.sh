# shellcheck shell=bash
# nfpm, which makes deb and RPM packages of the applications.

nfpm_dir=$cache/nfpm-$nfpm_version-$(digest_of nfpm steps/nfpm.sh)

nfpm_ready() { [ -x "$nfpm_dir/nfpm" ] || machine_has_nfpm; }

# machine_has_nfpm: the very version, since it decides how packages come out.
machine_has_nfpm() {
  local key
  key="$(identity nfpm) $nfpm_version" || return
  remembered nfpm "$key" && return
  case $(nfpm --version 2>/dev/null) in
    *"$nfpm_version"*) remember nfpm "$key" ;;
    *) return 1 ;;
  esac
}

nfpm_title() { echo "nfpm $nfpm_version, which makes packages, from its Go module, about 1 minute"; }

nfpm_install() {
  go_build nfpm "$work/nfpm" -ldflags "-s -w -X main.version=$nfpm_version" github.com/goreleaser/nfpm/v2/cmd/nfpm
  mv "$work" "$nfpm_dir"
}

nfpm_env() {
  if [ -x "$nfpm_dir/nfpm" ]; then PATH=$nfpm_dir:$PATH; fi
}
