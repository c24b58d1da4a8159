"""Reads a simulated session with FastF1's own parser and compares it with the simulator's truth.

    python3 -m venv venv && venv/bin/pip install fastf1
    pitwall simulate --session race --seed 4 --out session --truth truth
    venv/bin/python scripts/fastf1_read.py session truth

Exit code 1 when less than 99.5 % of the lap times or of the tyres of the laps agree.
"""

import csv
import json
import logging
import pathlib
import sys

import fastf1._api as api


def page(folder, topic):
    """A page as FastF1's fetch_page would return it."""
    text = (folder / f"{topic}.jsonStream").read_bytes().decode("utf-8-sig")
    return [[line[:12], json.loads(line[12:])] for line in text.split("\r\n") if line]


def milliseconds(delta):
    return None if delta is None or delta != delta else round(delta.total_seconds() * 1000)


def main(folder, truth):
    logging.getLogger("fastf1").setLevel(logging.ERROR)
    laps, _ = api.timing_data("", response=page(folder, "TimingData"))
    app = api.timing_app_data("", response=page(folder, "TimingAppData"))
    theirs = {(int(r.Driver), int(r.NumberOfLaps)): r for r in laps.itertuples()}
    tyres = {}
    for r in app.itertuples():
        if isinstance(r.Compound, str):
            tyres.setdefault((int(r.Driver), int(r.Stint)), {})["compound"] = r.Compound

    total = equal = late = sectors = sector_equal = 0
    differ = []
    stints = {}
    with open(truth / "laps.csv", encoding="utf-8", newline="") as f:
        for row in csv.DictReader(f):
            key = int(row["driver_number"]), int(row["lap_number"])
            if row["stint_number"]:
                stints[key[0], int(row["stint_number"])] = row["compound"]
            got = theirs.get(key)
            if not row["lap_time_ms"]:
                continue
            total += 1
            value = milliseconds(got.LapTime) if got else None
            if value == int(row["lap_time_ms"]):
                equal += 1
            elif int(row["lap_time_ms"]) > 150_000:
                late += 1  # FastF1 drops lap times above 150 s
            else:
                differ.append((*key, value, int(row["lap_time_ms"])))
            for n, column in (1, "s1_ms"), (2, "s2_ms"), (3, "s3_ms"):
                if row[column] and got:
                    sectors += 1
                    sector_equal += milliseconds(getattr(got, f"Sector{n}Time")) == int(row[column])
    for d in differ[:20]:
        print("car %d lap %d: FastF1 %s ms, truth %d ms" % d)
    fitted = sum(tyres.get((car, n - 1), {}).get("compound") == c for (car, n), c in stints.items())
    timed = total - late
    print(f"lap times {equal} of {timed} ({100 * equal / timed:.2f} %), {late} above 150 s left out; "
          f"sectors {sector_equal} of {sectors} ({100 * sector_equal / sectors:.2f} %); "
          f"stints {fitted} of {len(stints)}")
    return 0 if equal >= 0.995 * timed and fitted >= 0.995 * len(stints) else 1


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])))
