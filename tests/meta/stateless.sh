#!/bin/sh
# usage: stateless.sh OBJDUMP LIB...
#
# Fails when an object keeps anything in writable memory. Constant tables of
# pointers (.data.rel.ro) are written by the loader only, and allowed.
set -eu
objdump=$1
shift

kept=$("$objdump" -h -w "$@" | awk '
    END { if (object == "") print "no objects to look at" }
    / file format / { sub(/:.*/, ""); object = $0 }
    $2 ~ /^\.(data|bss|tdata|tbss)(\.|$)/ && $2 !~ /^\.data\.rel\.ro/ && $3 !~ /^0+$/ {
        print object ": " $2 " holds 0x" $3 " bytes"
    }')
[ -z "$kept" ] || { printf 'global state:\n%s\n' "$kept"; exit 1; }
