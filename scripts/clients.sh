#!/usr/bin/env bash
# The Python client with everything it can make use of: frames of pandas, polars and Arrow, and the examples, against
# the real server. Usage: clients.sh [BINARY]
set -euo pipefail
binary=$(realpath "${1:-bin/pitwall}")
cd "$(dirname "$0")/.."
venv=$PWD/.build/venv-clients
if [ ! -x "$venv/bin/python" ]; then
  python3 -m venv "$venv" || { echo "missing python3-venv: install the Debian package python3-venv" >&2; exit 1; }
fi
"$venv/bin/python" -c 'import pandas, polars, pyarrow, pytest' 2>/dev/null ||
  "$venv/bin/pip" install -q pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 pytest==9.2.0
cd clients/python
PITWALL_BIN=$binary "$venv/bin/python" -m pytest
