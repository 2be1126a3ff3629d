#!/usr/bin/env bash
# Builds, serves and reloads on change. The debug build of the front end is larger and quicker to make.
source "$(dirname "$0")/lib.sh"

bash scripts/tools.sh
# It makes the site its own way, over the one that `make run` serves.
rm -f target/site.stamp
exec env LEPTOS_SITE_ROOT=target/site ASKUSERS_SITE__ROOT="$site" ASKUSERS_SITE__HASH_FILE="$target/debug/hash.txt" \
  cargo leptos watch -- serve --dev
