#!/usr/bin/env bash
# What needs no running server: format, lints of both halves, licences, types of the browser tests.
source "$(dirname "$0")/lib.sh"

step 'tools' bash scripts/tools.sh end2end
step 'format' cargo fmt --all --check
step 'licences' bash scripts/licences.sh
step 'types of the browser tests' npm --prefix end2end run --silent check
step 'clippy, server' bash scripts/clippy.sh server
step 'clippy, browser' bash scripts/clippy.sh browser
