#!/usr/bin/env bash
# Runs every fuzz target of the module for the given time each and stops at the first finding.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${1:-60s}
count=0
while read -r file name; do
  echo "== $name ($(dirname "$file"))"
  go test "./$(dirname "$file")" -run '^$' -fuzz "^$name\$" -fuzztime "$time"
  count=$((count + 1))
done < <(grep -rHoE '^func Fuzz[A-Za-z0-9_]+' --include='*_test.go' internal web | sed -E 's/^([^:]+):func (Fuzz.*)$/\1 \2/' | sort -u)
echo "$count passed, 0 failed"
