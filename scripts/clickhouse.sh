#!/usr/bin/env bash
# Make .build/venv-clickhouse: the ClickHouse engine that the tests of store/clickhouse run (package chdb, some 600 MB).
set -euo pipefail
cd "$(dirname "$0")/.."
venv=.build/venv-clickhouse
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import chdb' 2>/dev/null || "$venv/bin/pip" install -q chdb==4.4.0
"$venv/bin/python" -c 'import chdb; print("ClickHouse", chdb.engine_version)'
