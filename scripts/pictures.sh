#!/usr/bin/env bash
# The README's pictures, taken anew by the browser tests. All pages in all variants land in target/pictures.
source "$(dirname "$0")/lib.sh"
source scripts/server.sh

step 'tools' bash scripts/tools.sh end2end
step 'front end' bash scripts/frontend.sh
step 'server' build_server
step 'pictures' bash scripts/end2end.sh specs/pictures
mkdir -p docs/pictures
for name in customers-light customer-light customer-dark outreach-sent-light import-light-390; do cp "target/pictures/$name.png" docs/pictures/; done
