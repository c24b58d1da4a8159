#!/usr/bin/env bash
# Schemathesis asks a running server everything that its description allows and forbids, with a fixed seed, and holds
# each answer to the description. Usage: schemathesis.sh [BINARY] [SECONDS]
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
seconds=${2:-200}
cd "$(dirname "$0")/.."
venv=$PWD/.build/venv-schemathesis
rules=$PWD/scripts/schemathesis
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import schemathesis' 2>/dev/null || "$venv/bin/pip" install -q schemathesis==4.32.5
work=$(mktemp -d)
scripts/stand.sh "$binary" "$work" >"$work/server.out" 2>"$work/server.err" &
server=$!
stop() {
  kill "$server" 2>/dev/null || true
  wait "$server" 2>/dev/null || true
  rm -rf "$work"
}
trap stop EXIT
url=
for _ in $(seq 120); do
  url=$(grep -o 'http://127\.0\.0\.1:[0-9]*' "$work/server.out" || true)
  [ -n "$url" ] && break
  kill -0 "$server" 2>/dev/null || break
  sleep 0.5
done
[ -n "$url" ] || { echo "the server did not start:" >&2; cat "$work/server.err" >&2; exit 1; }
code=0
cd "$work" # it keeps notes where it runs
SCHEMATHESIS_HOOKS=$rules/hooks.py timeout $((seconds + 300)) "$venv/bin/schemathesis" \
  --config-file "$rules/schemathesis.toml" run "$url/api/v1/openapi.json" --max-time "$seconds" --no-color || code=$?
if [ -s "$work/server.err" ]; then
  echo "the server said:" >&2
  head -n 50 "$work/server.err" >&2
fi
exit "$code"
