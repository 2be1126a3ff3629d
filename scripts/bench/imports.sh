#!/usr/bin/env bash
# Imports of 100,000 and 1,000,000 rows on both databases, each beside the bare multi-row INSERT of the same rows.
source "$(dirname "$0")/../lib.sh"
source scripts/databases.sh

bench=$(example bench_imports)
for rows in ${ROWS:-100000 1000000}; do
  for kind in bare import; do on_both "$bench" URL "$rows" "$kind"; done
done
