#!/usr/bin/env bash
# A server for what asks over REST: one simulated race is stored, a later one is replayed and stored meanwhile.
# Usage: stand.sh BINARY FOLDER. Everything goes into FOLDER, which is the caller's; the server prints its address and
# ends on SIGTERM.
set -euo pipefail
binary=$(realpath "$1")
folder=$2
for run in "stored baku 5 7" "replayed singapore 4 8"; do
  read -r name circuit laps seed <<<"$run"
  "$binary" simulate --session race --circuit "$circuit" --laps "$laps" --seed "$seed" --out "$folder/$name" 2>/dev/null
done
said=$("$binary" import "$folder/stored" --data "$folder/data" 2>&1) || { echo "$said" >&2; exit 1; }
exec "$binary" replay "$folder/replayed" --data "$folder/data" --listen 127.0.0.1:0 --log warn
