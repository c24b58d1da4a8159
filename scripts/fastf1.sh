#!/usr/bin/env bash
# FastF1's own parser reads simulated sessions; at least 99.5 % of laps and tyres must equal the truth.
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
venv=.build/venv-fastf1
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import fastf1' 2>/dev/null || "$venv/bin/pip" install -q fastf1==3.9.0
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
passed=0
for run in "race baku 51 1" "race silverstone 52 2" "sprint miami 19 3" "qualifying spa 0 4" "practice suzuka 0 5"; do
  read -r session circuit laps seed <<<"$run"
  "$binary" simulate --session "$session" --circuit "$circuit" --laps "$laps" --seed "$seed" --out "$work/$seed" --truth "$work/$seed-truth" 2>/dev/null
  echo "== $session at $circuit, seed $seed"
  "$venv/bin/python" scripts/fastf1_read.py "$work/$seed" "$work/$seed-truth"
  passed=$((passed + 1))
done
echo "$passed passed, 0 failed"
