#!/usr/bin/env bash
# What the project measures about itself, one figure a line. Builds what it needs. PART=imports measures only that.
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

# Optimised as what is deployed, but not across crates: that takes ten minutes for a few per cent.
export CARGO_PROFILE_RELEASE_LTO=off

step 'tools' bash scripts/tools.sh
step 'front end, with its sizes' bash scripts/frontend.sh
step 'server, release' cargo build --quiet --release -p server

# Each measurement is a script of its own in scripts/bench/, run in the order of the names. It is given the release server
# as its argument and a throw-away PostgreSQL in ASKUSERS_TEST_POSTGRES_URL.
for bench in scripts/bench/${PART:-*}.sh; do
  if [ -e "$bench" ]; then step "$(basename "$bench" .sh)" with_site bash scripts/postgres.sh bash "$bench" "$target/release/server"; fi
done
