#!/usr/bin/env bash
# LiveF1 follows our archive with nothing but another address: the tables that it makes of three real sessions must be, value
# by value, those that it makes of the official pages. Usage: livef1_archive.sh [BINARY]
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
pages=../shared/data/live-timing/archive
if [ ! -d "$pages" ]; then
  echo "real data not present: $pages; 0 passed, 0 failed, 1 skipped"
  exit 0
fi
pages=$(realpath "$pages")
venv=.build/venv-livef1
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import livef1' 2>/dev/null || "$venv/bin/pip" install -q livef1==1.3.0
sessions=(
  2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying
  2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint
  2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race
)
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
for session in "${sessions[@]}"; do
  n=$((n + 1))
  mkdir -p "$work/data/sessions/$n"
  "$binary" record --log error --source "recording:$pages/$session" --out "$work/data/sessions/$n/log.jsonl" 2>/dev/null
done
"$binary" serve --source sim:1 --data "$work/data" --store none --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 300); do
  grep -q 'http://' "$work/out" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
  sleep 0.1
done
"$venv/bin/python" scripts/livef1_archive.py "$(grep -o 'http://[^ ]*' "$work/out" | head -1)" "${sessions[@]/#/$pages/}"
