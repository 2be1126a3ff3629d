#!/usr/bin/env bash
# Fills a demo team into the database that `make run` uses.
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

build_server
exec "$server" seed --dev "$@"
