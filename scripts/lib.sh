# What every script starts with: where things are, which tools count, how a step is timed.
# Sourced, never run. Works in bash 3.2, which is what macOS has.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

cache=${XDG_CACHE_HOME:-$HOME/.cache}/askusers
tools=$cache/tools
# One target folder for everything. Under CI it lies outside the clone, so that a second run finds it again.
if [ -n "${CI:-}" ]; then
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$cache/target}
else
  export CARGO_TARGET_DIR=${CARGO_TARGET_DIR:-$root/target}
fi
target=$CARGO_TARGET_DIR
site=$root/target/site
hash_file=$root/target/hash.txt

export PATH="$tools/bin:$root/style/node_modules/.bin:$PATH"
export DEBIAN_FRONTEND=noninteractive
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD=1

say() { printf '%s\n' "$*"; }
fail() {
  printf 'error: %s\n' "$*" >&2
  exit 1
}

# step NAME COMMAND…: runs it and says how long it took.
current_step=start
step() {
  local name=$1 start=$SECONDS
  current_step=$name
  shift
  say "── $name"
  "$@"
  say "── $name: $((SECONDS - start)) s"
}

# apt PACKAGE…: installs where that needs no question, and otherwise says what to do.
apt() {
  if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    say "installing $*"
    # RUNLEVEL=1 keeps a freshly installed service from starting by itself.
    apt-get update -qq && RUNLEVEL=1 apt-get install -y -qq --no-install-recommends "$@" >/dev/null
  else
    return 1
  fi
}

free_port() {
  node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close() })'
}
