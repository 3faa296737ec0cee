#!/bin/sh
# usage: symbols.sh NM only|never PATTERN LIB...
#
# Looks at what the libraries, taken together, need from outside themselves.
#   only   every such symbol must match PATTERN (an ERE for the whole name)
#   never  none may
set -eu
nm=$1 mode=$2 pattern=$3
shift 3

symbols()
{
    "$nm" "$@" 2>/dev/null | sort -u
}

own=$(symbols -P --defined-only "$@" | awk 'NF > 1 { print $1 }')
need=$(symbols -P --undefined-only "$@" | awk '$2 ~ /^[Uvw]$/ { print $1 }' |
    grep -vxF -e "$own" || true)
[ -n "$own" ] || { echo "no symbols in: $*"; exit 1; }

case $mode in
only) alien=$(printf '%s\n' "$need" | grep -vxE -e "$pattern|" || true) ;;
never) alien=$(printf '%s\n' "$need" | grep -xE -e "$pattern" || true) ;;
*) echo "symbols.sh: mode is only or never, not $mode"; exit 2 ;;
esac
[ -z "$alien" ] || { printf 'must not be needed:\n%s\nby: %s\n' "$alien" "$*"; exit 1; }
