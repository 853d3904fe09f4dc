#!/bin/sh
# usage: scripts/with-node.sh <command> [arguments]
#
# Runs a command with Node 24 and the checkout's own programs first on PATH, and with exactly the dependencies that
# package-lock.json names. Brings both where they are missing; says nothing and costs milliseconds where they are not. All
# words go to standard error, so that standard output belongs to the command.
set -eu

# The one that toolchain/package.json names.
own_node=24.21.0

main() {
  [ $# -gt 0 ] || { echo 'usage: scripts/with-node.sh <command> [arguments]' >&2; exit 2; }
  root=$(CDPATH='' cd -- "$(dirname -- "$0")/.." && pwd -P)
  toolchain=$root/toolchain
  log=
  # npm runs with the Node it came with: Debian's npm does not find its modules under another one.
  npm_path=$PATH
  npm_options=${NODE_OPTIONS:-}
  PATH=$root/node_modules/.bin:$PATH
  trap 'rm -rf -- ${log:+"$log"}' EXIT
  trap 'exit 130' INT
  trap 'exit 143' TERM

  system_node_is_new_enough || use_own_node
  ensure_installed "$root" 'Installing dependencies'
  exec "$@"
}

# Node 24.7 is the first with crypto.argon2.
system_node_is_new_enough() {
  version=$(node --version 2>/dev/null) || return 1
  version=${version#v}
  major=${version%%.*}
  rest=${version#*.}
  minor=${rest%%.*}
  [ "$major" -gt 24 ] || { [ "$major" -eq 24 ] && [ "$minor" -ge 7 ]; }
}

use_own_node() {
  case $(uname -s)-$(uname -m) in
    Linux-x86_64) arch=x64 ;;
    Linux-aarch64 | Linux-arm64) arch=arm64 ;;
    *) fail "Freehold needs Node 24.7 or newer on PATH; it brings its own on Linux x86-64 and arm64 only, and this is $(uname -s) $(uname -m)." ;;
  esac
  ensure_installed "$toolchain" "Fetching Node $own_node"
  PATH=$toolchain/node_modules/node-linux-$arch/bin:$PATH
  export PATH
  # Relative, because a path could have characters that mean something there: npm runs in that folder.
  npm_options="--require=./scripts/judge-by-our-node.cjs ${NODE_OPTIONS:-}"
}

# A folder is installed when it holds the stamp of its lock file; the stamp is written last, so an installation that was
# killed is done again.
ensure_installed() { # folder, what to say
  is_stamped "$1" && return
  lock_installation
  # Another call may have done it in the meantime, or a person may have run `npm install`.
  if is_stamped "$1" || was_installed_by_hand "$1"; then :; else install_exactly "$1" "$2"; fi
  exec 9<&-
}

stamp_of() { # folder
  sum=$(sha256sum <"$1/package-lock.json")
  echo "${sum%% *} $(uname -m)"
}

is_stamped() { # folder
  [ -f "$1/node_modules/.freehold-installed" ] &&
    [ "$(cat "$1/node_modules/.freehold-installed")" = "$(stamp_of "$1")" ]
}

was_installed_by_hand() { # folder
  [ "$1" = "$root" ] && [ -f "$1/node_modules/.package-lock.json" ] && [ -w "$1/node_modules" ] &&
    node "$root/scripts/installed-exactly.mjs" "$1" &&
    stamp_of "$1" >"$1/node_modules/.freehold-installed"
}

# The kernel frees the lock when the last process that holds it ends, however it ends: npm holds it too.
lock_installation() {
  exec 9<"$toolchain/package.json"
  command -v flock >/dev/null 2>&1 || return 0
  flock -n 9 && return
  echo 'Another process is installing in this folder; waiting for it …' >&2
  flock 9 || :
}

install_exactly() { # folder, what to say
  PATH=$npm_path command -v npm >/dev/null 2>&1 ||
    fail 'npm is missing. Install it (Debian: apt-get install npm) and run the same command again.'
  mkdir -p -- "$1/node_modules" 2>/dev/null && [ -w "$1/node_modules" ] ||
    fail "$1 needs its dependencies installed, and $(id -un) may not write there. Run the same command once as its owner, $(stat -c %U "$1")."
  rm -f -- "$1/node_modules/.freehold-installed"
  log=$(mktemp -d)
  started=$(date +%s)
  printf '%s … ' "$2" >&2
  run_npm_ci "$1" >"$log/npm" 2>&1 || explain_npm "$1"
  stamp_of "$1" >"$1/node_modules/.freehold-installed"
  echo "$(($(date +%s) - started)) s" >&2
  rm -rf -- "$log"
  log=
}

run_npm_ci() { # folder
  # A user without a home that can be written to still needs a cache.
  [ -w "${HOME:-/nonexistent}" ] || set -- "$1" --cache "$log/cache"
  folder=$1
  shift
  # --include: NODE_ENV=production and `omit` in an .npmrc must not leave half of it out.
  (
    cd -- "$folder"
    export NODE_OPTIONS="$npm_options" OWN_NODE="$own_node"
    PATH=$npm_path exec npm ci --prefix "$folder" --ignore-scripts --include=dev --include=optional --no-audit --no-fund \
      --prefer-offline --fetch-retry-mintimeout=1000 --fetch-retry-maxtimeout=5000 --loglevel=error "$@"
  )
}

explain_npm() { # folder
  echo 'failed' >&2
  # Lines that users of npm know by heart and that say nothing here.
  grep -vE 'A complete log of this run|Unknown user config|^(npm (error|ERR!))? *$' "$log/npm" | head -n 12 | sed 's/^/  /' >&2 || :
  free=$(df -Pk -- "$1" | awk 'NR == 2 { print int($4 / 1024) }')
  if grep -q ENOSPC "$log/npm" || [ "${free:-1000}" -lt 50 ]; then
    fail "The disk that holds $1 is full ($free MB free). Make about 700 MB free and run the same command again."
  elif grep -qE 'ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|EHOSTUNREACH|ERR_SOCKET_TIMEOUT|network' "$log/npm"; then
    registry=$(PATH=$npm_path npm config get registry 2>/dev/null || echo 'the npm registry')
    fail "$registry cannot be reached. Check the network, or the registry and proxy settings of npm (npm config list), and run the same command again."
  elif grep -q EUSAGE "$log/npm"; then
    fail "$1/package-lock.json does not fit package.json. Run npm install --ignore-scripts there, which brings both together."
  elif grep -qE 'CERT|certificate' "$log/npm"; then
    fail "npm does not trust the certificate of its registry. Name your authority's certificate in NODE_EXTRA_CA_CERTS and run the same command again."
  elif grep -qE 'EACCES|EPERM|EROFS' "$log/npm"; then
    fail "npm was not allowed to write. Make $1 and the npm cache belong to $(id -un), and run the same command again."
  elif grep -q EINTEGRITY "$log/npm"; then
    fail 'A package is not the one that package-lock.json names. Run npm cache clean --force; if it happens again, do not trust the registry.'
  fi
  fail 'npm ci failed; its own words are above.'
}

fail() {
  echo "freehold: $*" >&2
  exit 1
}

main "$@"
