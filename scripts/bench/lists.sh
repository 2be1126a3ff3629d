#!/usr/bin/env bash
# The list of customers and its search at 1,000,000 customers, beside the bare SQL, on both databases. CUSTOMERS says another number.
source "$(dirname "$0")/../lib.sh"
source scripts/databases.sh

on_both "$(example bench_lists)" URL "${CUSTOMERS:-1000000}"
