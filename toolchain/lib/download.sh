# shellcheck shell=bash
# Official releases, checked against the checksums published with them.

# answers URL: whether its host answers within five seconds.
answers() {
  if command -v curl >/dev/null; then
    curl -sSI -o /dev/null --connect-timeout 5 --max-time 10 "$1"
  else
    python3 -c 'import sys, urllib.request as u; u.urlopen(u.Request(sys.argv[1], method="HEAD"), timeout=5)' "$1"
  fi
}

# fetch URL FILE
fetch() {
  if command -v curl >/dev/null; then
    curl -fsSL --connect-timeout 5 --retry 2 -o "$2" "$1"
  else
    python3 -c 'import sys, shutil, urllib.request as u
with u.urlopen(sys.argv[1], timeout=60) as answer, open(sys.argv[2], "wb") as file:
    shutil.copyfileobj(answer, file)' "$1" "$2"
  fi
}

# fetch_checked FOLDER-URL FILE-NAME SUMS-NAME INTO: the file, verified by its line in the published list of SHA-256 sums.
fetch_checked() {
  fetch "$1/$3" "$4/$3" &&
    fetch "$1/$2" "$4/$2" &&
    grep -E "[ *]$2\$" "$4/$3" >"$4/$2.sum" &&
    (cd "$4" && sha256sum --check --strict "$2.sum")
}
