#!/usr/bin/env bash
# Speed and memory against goals and peers in one run; --keep writes the output to docs/proof/bench.txt (that of
# --only dialects to bench-dialects.txt), --quick is one short round, --only PART,... runs some parts. See docs/proof/README.md.
set -euo pipefail
cd "$(dirname "$0")/.."
command -v python3 >/dev/null || { echo "missing python3: install the Debian packages python3 and python3-venv" >&2; exit 1; }
[ -x "${PITWALL_BIN:-bin/pitwall}" ] || make build
kept=bench
case " $* " in *" --only dialects "* | *" --only=dialects "*) kept=bench-dialects ;; esac
for argument in "$@"; do
	if [ "$argument" = --keep ]; then
		mkdir -p docs/proof
		exec > >(tee "docs/proof/$kept.txt")
	fi
done
PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1 python3 scripts/bench/bench.py "$@"
