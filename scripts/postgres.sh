#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own, whose address is in ASKUSERS_TEST_POSTGRES_URL: free port,
# throw-away folder, gone afterwards.
# usage: postgres.sh COMMAND…
source "$(dirname "$0")/lib.sh"

pg_bin() {
  local candidate
  if command -v pg_ctl >/dev/null && command -v initdb >/dev/null; then
    dirname "$(command -v pg_ctl)"
    return
  fi
  for candidate in /usr/lib/postgresql/*/bin /opt/homebrew/opt/postgresql*/bin /usr/local/opt/postgresql*/bin; do
    if [ -x "$candidate/pg_ctl" ]; then
      printf '%s\n' "$candidate"
      return
    fi
  done
  return 1
}

if ! pg_bin >/dev/null; then
  apt postgresql || fail 'PostgreSQL is missing: install it (Debian: apt install postgresql; macOS: brew install postgresql)'
fi
bin=$(pg_bin)

# Not in TMPDIR: a socket's path must be short, and the folder readable for the user postgres.
folder=$(mktemp -d /tmp/askusers-postgres.XXXXXX)
# PostgreSQL refuses to run as root.
as_postgres() {
  if [ "$(id -u)" = 0 ]; then (cd "$folder" && runuser -u postgres -- "$@"); else "$@"; fi
}
if [ "$(id -u)" = 0 ]; then chown postgres "$folder"; fi

stop() {
  as_postgres "$bin/pg_ctl" -D "$folder/data" -m immediate -s stop >/dev/null 2>&1 || true
  rm -rf "$folder"
}
trap stop EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# Upper and lower case must work beyond ASCII; macOS knows no C.UTF-8 before version 15.
locale=en_US.UTF-8
if locale -a 2>/dev/null | grep -ix 'c\.utf-\{0,1\}8' >/dev/null; then locale=C.UTF-8; fi
port=$(free_port)
as_postgres "$bin/initdb" -D "$folder/data" -U askusers -A trust -E UTF8 --locale="$locale" --no-sync >/dev/null
# Nothing here has to survive a power cut.
as_postgres "$bin/pg_ctl" -D "$folder/data" -l "$folder/log" -w -s \
  -o "-p $port -c listen_addresses=127.0.0.1 -c unix_socket_directories=$folder -c max_connections=300 -c fsync=off -c synchronous_commit=off -c full_page_writes=off" \
  start >/dev/null || { cat "$folder/log" >&2; exit 1; }

export ASKUSERS_TEST_POSTGRES_URL=postgres://askusers@127.0.0.1:$port/postgres
"$@"
