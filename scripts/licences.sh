#!/usr/bin/env bash
# Fails on a dependency whose licence is not in the list of scripts/licences.mjs.
source "$(dirname "$0")/lib.sh"

host=$(rustc -vV | sed -n 's/^host: //p')
for platform in "$host" wasm32-unknown-unknown; do
  cargo metadata --locked --format-version 1 --filter-platform "$platform" | node scripts/licences.mjs crates "$platform"
done
node scripts/licences.mjs npm style/package-lock.json
