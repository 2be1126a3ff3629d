#!/usr/bin/env bash
# Installs what is missing, each at its pinned version, and nothing that is there.
# usage: tools.sh [end2end]   with the packages of the browser tests
source "$(dirname "$0")/lib.sh"

wasm_bindgen=0.2.130
cargo_leptos=0.3.10

for tool in cargo rustup node npm; do
  command -v $tool >/dev/null || fail "$tool is missing: install rustup (https://rustup.rs) and Node.js 20 or newer first"
done

# The crate and the tool that reads its output must be the same version.
grep -q "^wasm-bindgen = \"=$wasm_bindgen\"" Cargo.toml || fail "Cargo.toml pins another wasm-bindgen than scripts/tools.sh ($wasm_bindgen)"

# cargo_tool NAME VERSION COMMAND FLAGS…
cargo_tool() {
  local name=$1 version=$2 command=$3
  shift 3
  if [ "$("$tools/bin/$command" --version 2>/dev/null | head -n 1)" = "$command $version" ]; then return; fi
  say "installing $name $version"
  # As released, these take a quarter of an hour to optimise; a build tool needs none of it.
  CARGO_PROFILE_RELEASE_LTO=off CARGO_PROFILE_RELEASE_OPT_LEVEL=0 CARGO_PROFILE_RELEASE_CODEGEN_UNITS=256 \
    CARGO_TARGET_DIR="$cache/tool-build" cargo install "$name" --version "$version" --root "$tools" --force "$@"
  [ "$("$tools/bin/$command" --version | head -n 1)" = "$command $version" ] || fail "$tools/bin/$command is not version $version"
}

# npm_packages FOLDER: `npm ci`, but only when the lock file is another than at the last time.
npm_packages() {
  local stamp=$1/node_modules/.installed-lock
  if cmp -s "$1/package-lock.json" "$stamp"; then return; fi
  say "installing the npm packages of $1/"
  (cd "$1" && npm ci --ignore-scripts --no-audit --no-fund --loglevel=error)
  cp "$1/package-lock.json" "$stamp"
}

if ! rustup target list --installed | grep -x wasm32-unknown-unknown >/dev/null; then
  rustup target add wasm32-unknown-unknown
fi
# Without --locked: its lock file names a crate that was withdrawn.
cargo_tool wasm-bindgen-cli $wasm_bindgen wasm-bindgen
# no_downloads: it takes wasm-bindgen, wasm-opt and tailwindcss from PATH or stops. 0.3.11 needs a newer Rust.
cargo_tool cargo-leptos $cargo_leptos cargo-leptos --locked --features no_downloads
npm_packages style
if [ "${1:-}" = end2end ]; then npm_packages end2end; fi
