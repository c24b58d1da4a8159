#!/usr/bin/env bash
# Run one part of the tests: scripts/part.sh NAME COMMAND... It says when the part begins and how long it took, so that a
# kept output shows what was run. The exit code is the command's.
set -uo pipefail
name=$1
shift
printf '== %s  %s\n' "$(date +%T)" "$name"
"$@"
code=$?
if [ "$code" = 0 ]; then word=passed; else word="FAILED ($code)"; fi
printf '== %s  %s: %s in %d min %02d s\n' "$(date +%T)" "$name" "$word" $((SECONDS / 60)) $((SECONDS % 60))
exit "$code"
