#!/usr/bin/env bash
# Builds the load harness, the two peers the goals are measured against, and the workload, a real race, into $1.
# It is the harness's own build script without what other peers need (npm, a Python environment, Redis).
set -euo pipefail
out=$1; harness=$(cd "$2" && pwd)
mkdir -p "$out/bin"
export GOFLAGS=-buildvcs=false
(cd "$harness" && go build -o "$out/bin/" ./cmd/feedsim ./cmd/load)
(cd "$harness/peers/go" && go build -o "$out/bin/" ./cmd/rawfan ./cmd/cfuge)
[ -s "$out/race.jsonl" ] && [ -s "$out/snapshot.json" ] && exit
recordings=$harness/../data/live-timing/recordings
gunzip -c "$recordings"/2025-12-07_abudhabi_race_last12min_pyrepr/saved_data.txt.gz >"$out/rec.txt"
python3 - "$recordings"/2025-03-16_australia_race_final_snapshot "$out/snap.json" <<'P'
import glob, gzip, json, os, sys
folder, out = sys.argv[1:]
state = {os.path.basename(f).split('.json')[0]: json.load(gzip.open(f)) for f in glob.glob(folder + '/*.gz')}
json.dump(state, open(out, 'w'))
P
python3 "$harness/mkwork.py" "$out/rec.txt" "$out/snap.json" "$out" --z >/dev/null
