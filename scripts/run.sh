#!/usr/bin/env bash
# From a fresh clone to a running server on http://127.0.0.1:3000, with its data in ./data.
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

step 'tools' bash scripts/tools.sh
step 'front end' bash scripts/frontend.sh
step 'server' build_server
# Not through a function of this shell: signals must reach the server itself.
exec env ASKUSERS_SITE__ROOT="$site" ASKUSERS_SITE__HASH_FILE="$hash_file" "$server" serve --dev
