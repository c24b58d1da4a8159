#!/usr/bin/env bash
# Foreign clients of our REST dialects, with nothing but another address: FastF1's Ergast interface reads a season of two real
# sessions, the package openf1-python-client every collection of both. Usage: rest_clients.sh [BINARY]
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
data=../shared/data/live-timing
if [ ! -d "$data" ]; then
  echo "real data not present: $data; 0 passed, 0 failed, 1 skipped"
  exit 0
fi
for client in "fastf1 fastf1 fastf1==3.9.0" "openf1 openf1_client openf1-python-client==1.0.3"; do
  read -r name module package <<<"$client"
  venv=.build/venv-$name
  if [ ! -x "$venv/bin/python" ]; then
    python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
  fi
  "$venv/bin/python" -c "import $module" 2>/dev/null || "$venv/bin/pip" install -q "$package"
done
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
for session in reconstructed/2025-03-16_Australian_Grand_Prix_Race archive/2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying; do
  said=$("$binary" import "$data/$session" --data "$work/data" 2>&1) || { echo "$said" >&2; exit 1; }
done
"$binary" serve --source sim:1 --data "$work/data" --listen 127.0.0.1:0 >"$work/out" 2>"$work/err" &
server=$!
for _ in $(seq 300); do
  grep -q 'http://' "$work/out" && break
  kill -0 "$server" 2>/dev/null || { cat "$work/err" >&2; exit 1; }
  sleep 0.1
done
address=$(grep -o 'http://[^ ]*' "$work/out" | head -1)
code=0
.build/venv-fastf1/bin/python scripts/fastf1_ergast.py "$address" 2025 1 9693 20 9873 || code=1
.build/venv-openf1/bin/python scripts/openf1_read.py "$address" 9693 9873 || code=1
exit $code
