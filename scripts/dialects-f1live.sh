#!/usr/bin/env bash
# Clients of the official feed record our replay of three real recordings: the official JavaScript client of SignalR Core,
# the Python package signalrcore, FastF1's own client, LiveF1's, and one of the legacy SignalR. All must have what the
# recording has, message by message. Usage: dialects-f1live.sh [BINARY]
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
recordings=$PWD/../shared/data/live-timing/recordings
if [ ! -d "$recordings" ]; then
  echo "skipped: the real recordings are not here (../shared/data)"
  exit 0
fi
venv=$PWD/.build/venv-f1live
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import fastf1, signalrcore' 2>/dev/null || "$venv/bin/pip" install -q fastf1==3.9.0 signalrcore==1.0.2
livef1=$PWD/.build/venv-livef1 # what it needs of others FastF1 needs in other versions
if [ ! -x "$livef1/bin/python" ]; then
  python3 -m venv "$livef1"
fi
"$livef1/bin/python" -c 'import livef1' 2>/dev/null || "$livef1/bin/pip" install -q livef1==1.3.0
clients=$PWD/.build/dialects-f1live
mkdir -p "$clients"
cp scripts/dialects-f1live/{package.json,package-lock.json,core.mjs} "$clients/"
(cd "$clients" && npm ci --no-audit --no-fund --loglevel=error)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
"$venv/bin/python" scripts/dialects-f1live/check.py "$binary" "$recordings" "$work" "$clients/node_modules" "$livef1/bin/python"
