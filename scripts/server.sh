# The server in debug, and how it learns where the browser's half lies. Sourced after lib.sh.
server=$target/debug/server

build_server() { cargo build --quiet -p server; }

# with_site COMMAND…: only around the server itself, so that no other test sees these settings.
with_site() { env ASKUSERS_SITE__ROOT="$site" ASKUSERS_SITE__HASH_FILE="$hash_file" "$@"; }
