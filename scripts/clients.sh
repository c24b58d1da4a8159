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
"$venv/bin/python" -c 'import mypy, pandas, polars, pyarrow, pytest' 2>/dev/null ||
  "$venv/bin/pip" install -q pandas==3.1.1 polars==2.1.0 pyarrow==26.0.1 pytest==9.2.0 mypy==2.4.1 pandas-stubs==3.1.0.261029
cd clients/python
"$venv/bin/python" -m mypy --strict --ignore-missing-imports --cache-dir "$venv/mypy" src generate.py
PITWALL_BIN=$binary "$venv/bin/python" -m pytest
