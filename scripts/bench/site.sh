#!/usr/bin/env bash
# The program under load: memory at rest, the rendered list page, e-mails to a mail server on this machine. $1 is the program.
source "$(dirname "$0")/../lib.sh"

cargo build --quiet --release -p server --example bench_site
bench=$target/release/examples/bench_site
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

say 'SQLite'
"$bench" "$1" "sqlite://$folder/site.sqlite?mode=rwc"
say 'PostgreSQL'
name=site_$$
psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
"$bench" "$1" "${ASKUSERS_TEST_POSTGRES_URL%/*}/$name"
psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "DROP DATABASE $name"
