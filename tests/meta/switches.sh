#!/bin/sh
# usage: switches.sh NM true|false LIB...
#
# A build with -Dweaknesses=true asks at run time which controls a profile
# lacks. A build with =false must hold no trace of the question: there every
# control is a constant, and nothing in the device can be switched off.
set -eu
nm=$1 weaknesses=$2
shift 2

asks=$("$nm" -A "$@" 2>/dev/null | grep -w tp_controls_lack || true)
case $weaknesses in
true) [ -n "$asks" ] || { echo "no library can switch a control off"; exit 1; } ;;
false) [ -z "$asks" ] || { printf 'switches left in:\n%s\n' "$asks"; exit 1; } ;;
*) exit 2 ;;
esac
