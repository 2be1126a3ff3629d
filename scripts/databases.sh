# What measurements share: an example in release, run on a throw-away database of each kind. Sourced after lib.sh.

# example NAME: builds it and says where it is.
example() {
  cargo build --quiet --release -p server --example "$1" >&2
  say "$target/release/examples/$1"
}

# at URL COMMAND…: runs it with this in place of the word URL.
at() {
  local url=$1 word command=()
  shift
  for word in "$@"; do
    if [ "$word" = URL ]; then word=$url; fi
    command+=("$word")
  done
  "${command[@]}"
}

# on_both COMMAND…: runs it twice, the word URL being the address of an empty SQLite file and then of an empty PostgreSQL database.
on_both() {
  local folder name=bench_$$_$RANDOM
  folder=$(mktemp -d)
  say 'SQLite'
  at "sqlite://$folder/bench.sqlite?mode=rwc" "$@"
  rm -rf "$folder"
  say 'PostgreSQL'
  psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "CREATE DATABASE $name"
  at "${ASKUSERS_TEST_POSTGRES_URL%/*}/$name" "$@"
  psql -q -X "$ASKUSERS_TEST_POSTGRES_URL" -c "DROP DATABASE $name"
}
