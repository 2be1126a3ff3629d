#!/usr/bin/env bash
# The browser's half: release WASM, styles and assets in target/site, named by their hashes, compressed, within the size budget.
source "$(dirname "$0")/lib.sh"

LEPTOS_SITE_ROOT=target/site cargo leptos build --release --frontend-only
cp "$target/release/hash.txt" "$hash_file"
node scripts/compress.mjs "$site"
