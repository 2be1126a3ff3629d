#!/usr/bin/env bash
# The list of customers and its search at 1,000,000 customers, beside the bare SQL, on both databases. CUSTOMERS says another number.
source "$(dirname "$0")/../lib.sh"

cargo build --quiet --release -p server --example bench_lists
bench=$target/release/examples/bench_lists
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

say 'SQLite'
"$bench" "sqlite://$folder/lists.sqlite?mode=rwc" "${CUSTOMERS:-1000000}"
say 'PostgreSQL'
name=lists_$$
psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
"$bench" "${ASKUSERS_TEST_POSTGRES_URL%/*}/$name" "${CUSTOMERS:-1000000}"
psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "DROP DATABASE $name"
