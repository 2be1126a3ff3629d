#!/usr/bin/env bash
# Everything there is, cheapest first. Stops at the first step that fails; the last line counts the tests of all steps.
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

results=$(mktemp -d "${TMPDIR:-/tmp}/askusers-test.XXXXXX")
finish() {
  local status=$?
  say "whole run: $SECONDS s"
  if [ "$status" != 0 ]; then say "stopped in: $current_step"; fi
  # Last, because it is the line that is read: 'N passed, N failed'. A step that broke without a test counts as one.
  node scripts/summary.mjs "$results" "$status" || status=1
  rm -rf "$results"
  exit "$status"
}
trap finish EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Everything at once even if some fail: a run is long, and one answer should name them all.
cargo_test() {
  bash scripts/postgres.sh cargo test --no-fail-fast -p domain -p services -p app --features app/ssr -p server 2>&1 | tee "$results/cargo.log"
  # The integration tests came with the server's binary. It serves the browser tests too, as a copy that no other build changes;
  # `cargo build` would compile a part of the dependencies once more, without what only tests enable in them.
  mkdir -p target/bin
  cp "$server" target/bin/server
}

end2end() {
  ASKUSERS_BIN=$root/target/bin/server PLAYWRIGHT_JSON_OUTPUT_NAME=$results/playwright.json bash scripts/end2end.sh
}

# A target folder outside the clone may have served another checkout since, and cargo, which goes by time, would take that
# one's crates for ours.
if [ -n "${CI:-}" ]; then find app frontend migration server -name '*.rs' -exec touch {} +; fi

step 'tools' bash scripts/tools.sh end2end
step 'format' cargo fmt --all --check
step 'licences' bash scripts/licences.sh
step 'types of the browser tests' npm --prefix end2end run --silent check
step 'clippy, server' bash scripts/clippy.sh server
step 'unit, documentation and integration tests' cargo_test
step 'front end' bash scripts/frontend.sh
step 'clippy, browser' bash scripts/clippy.sh browser
step 'browser tests' end2end
