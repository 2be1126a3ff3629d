#!/usr/bin/env bash
# Lints one half, warnings included. Packages are named: --workspace would compile both halves of `app` as one.
# usage: clippy.sh server | browser
source "$(dirname "$0")/lib.sh"

case "${1:-}" in
  server) cargo clippy --quiet -p domain -p services -p migration -p app --features app/ssr -p server --all-targets -- -D warnings ;;
  # Folder and profile of the release build, so that build scripts and macros are not compiled again.
  browser) cargo clippy --quiet -p frontend --target wasm32-unknown-unknown --target-dir "$target/front" --profile wasm-release -- -D warnings ;;
  *) fail 'usage: clippy.sh server | browser' ;;
esac
