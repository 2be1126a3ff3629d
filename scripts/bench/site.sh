#!/usr/bin/env bash
# The program under load: memory at rest, the rendered list page, e-mails to a mail server on this machine. $1 is the program.
source "$(dirname "$0")/../lib.sh"
source scripts/databases.sh

on_both "$(example bench_site)" "$1" URL
