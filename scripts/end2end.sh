#!/usr/bin/env bash
# The browser tests against the real server. Build both halves first (`make test` does), or name a server with ASKUSERS_BIN.
# usage: end2end.sh [ARGUMENTS OF PLAYWRIGHT…]
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

CHROMIUM=$(bash scripts/chromium.sh | tail -n 1)
export CHROMIUM
export ASKUSERS_BIN=${ASKUSERS_BIN:-$server}
cd end2end
with_site node_modules/.bin/playwright test "$@"
