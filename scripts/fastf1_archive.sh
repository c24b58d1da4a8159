#!/usr/bin/env bash
# FastF1 follows our archive with nothing but another address: what it reads of ten real sessions must be, value by value,
# what it read of the official pages.
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
data=../shared/data
if [ ! -d "$data/oracle_fastf1" ]; then
  echo "real data not present: $data/oracle_fastf1; 0 passed, 0 failed, 1 skipped"
  exit 0
fi
data=$(realpath "$data")
venv=.build/venv-fastf1
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import fastf1' 2>/dev/null || "$venv/bin/pip" install -q fastf1==3.9.0
work=$(mktemp -d)
server=
finish() {
  if [ -n "$server" ]; then
    kill "$server" 2>/dev/null || true
    wait "$server" 2>/dev/null || true
  fi
  rm -rf "$work"
}
trap finish EXIT
n=0
while IFS= read -r folder; do
  n=$((n + 1))
  session=${folder#"$data/oracle_fastf1/"}
  original=$data/live-timing/archive/$session
  [ -d "$original" ] || original=$data/live-timing/$session
  mkdir -p "$work/data/sessions/$n"
  "$binary" record --log error --source "recording:$original" --out "$work/data/sessions/$n/log.jsonl" 2>/dev/null
  printf '%s\t%s\n' "$original" "$folder" >>"$work/sessions"
done < <(find "$data/oracle_fastf1" -name laps.csv.gz -printf '%h\n' | sort)
"$binary" serve --source sim:1 --data "$work/data" --store none --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 300); do
  grep -q 'http://' "$work/out" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
  sleep 0.1
done
address=$(grep -o 'http://[^ ]*' "$work/out" | head -1)
"$venv/bin/python" scripts/fastf1_archive.py "$address/livetiming" "$work/sessions"
