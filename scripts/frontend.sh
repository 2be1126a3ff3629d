#!/usr/bin/env bash
# The browser's half: release WASM, styles and assets in target/site, named by their hashes, compressed, within the size budget.
source "$(dirname "$0")/lib.sh"

# Of everything that it is made of. Making it again takes a minute even where nothing has changed.
made=$root/target/site.stamp
stamp=$(node scripts/stamp.mjs app frontend style Cargo.toml Cargo.lock .cargo rust-toolchain.toml scripts)
if [ -d "$site/pkg" ] && [ -s "$hash_file" ] && [ "$(cat "$made" 2>/dev/null)" = "$stamp" ]; then
  say 'as it was: nothing has changed'
  exit
fi

rm -f "$made"
LEPTOS_SITE_ROOT=target/site cargo leptos build --release --frontend-only
cp "$target/release/hash.txt" "$hash_file"
node scripts/compress.mjs "$site"
say "$stamp" >"$made"
