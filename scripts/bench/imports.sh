#!/usr/bin/env bash
# Imports of 100,000 and 1,000,000 rows on both databases, each beside the bare multi-row INSERT of the same rows.
source "$(dirname "$0")/../lib.sh"

cargo build --quiet --release -p server --example bench_imports
bench=$target/release/examples/bench_imports
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

for rows in 100000 1000000; do
  for kind in bare import; do
    printf 'sqlite '
    "$bench" "sqlite://$folder/$kind-$rows.sqlite?mode=rwc" "$rows" "$kind"
    rm -f "$folder/$kind-$rows".sqlite*
    name=bench_${kind}_$rows
    psql --quiet "$ASKUSERS_TEST_POSTGRES_URL" --command "CREATE DATABASE $name"
    printf 'postgresql '
    "$bench" "${ASKUSERS_TEST_POSTGRES_URL%/*}/$name" "$rows" "$kind"
    psql --quiet "$ASKUSERS_TEST_POSTGRES_URL" --command "DROP DATABASE $name"
  done
done
