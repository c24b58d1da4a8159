"""Reads sessions with FastF1 from our archive and compares them with what FastF1 read of the official pages.

    fastf1_archive.py http://127.0.0.1:8080/livetiming LIST

LIST has a line a session: the folder of the official pages, a tab, the folder of laps.csv.gz and app.csv.gz. FastF1 is
told our address and nothing else; its cache is off. Exit code 1 when any value differs.
"""

import csv
import gzip
import json
import logging
import pathlib
import sys
import urllib.request

import fastf1
import fastf1._api as api


def index(base, path):
    with urllib.request.urlopen(f"{base}/static/{path}Index.json") as answer:
        return json.loads(answer.read().decode("utf-8-sig"))


def places(base):
    """Every session's path, by the last two parts of it and by the session's key."""
    found = {}
    for year in index(base, "")["Years"]:
        for meeting in index(base, year["Path"])["Meetings"]:
            for session in meeting["Sessions"]:
                found[session["Path"].strip("/").split("/", 1)[1]] = found[session["Key"]] = session["Path"]
    return found


def first_offset(folder):
    """The offset, in ms, of the first line of the pages, which our archive counts from."""
    first = []
    for page in folder.glob("*.jsonStream.gz"):
        with gzip.open(page) as f:
            h, m, s = f.readline().decode("utf-8-sig")[:12].split(":")
            first.append(round(((int(h) * 60 + int(m)) * 60 + float(s)) * 1000))
    return min(first)


def key_of(folder):
    page = folder / "SessionInfo.jsonStream.gz"
    if not page.exists():
        return None
    with gzip.open(page) as f:
        return json.loads(f.readline().decode("utf-8-sig")[12:])["Key"]


def place_of(folder, found):
    """Where our archive has a session: by its key, or where it says none by its name."""
    key = key_of(folder)
    if key is not None:
        return found[key]
    meeting, session = folder.parts[-2:]
    wanted = session.split("_", 1)[0]
    return next(p for k, p in found.items() if isinstance(k, str) and k.split("/")[-1].startswith(wanted))


DURATIONS = {"LapTime", "Sector1Time", "Sector2Time", "Sector3Time", "LapCountTime"}


def text(value, column, shift):
    """A value as the reference has it: times in whole ms, nothing for what is absent."""
    if value is None or value != value:
        return ""
    if hasattr(value, "total_seconds"):
        return str(round(value.total_seconds() * 1000) + (0 if column in DURATIONS else shift))
    return str(value)


def alike(got, want):
    if got == want:
        return True
    try:
        return float(got) == float(want)
    except ValueError:
        return False


def compare(frame, reference, shift):
    with gzip.open(reference, "rt", encoding="utf-8", newline="") as f:
        rows = list(csv.DictReader(f))
    values = differ = 0
    if len(frame) != len(rows):
        print(f"  {reference.name}: {len(frame)} rows, want {len(rows)}")
        differ += abs(len(frame) - len(rows))
    for i, (row, got) in enumerate(zip(rows, frame.to_dict("records"))):
        for column, want in row.items():
            values += 1
            mine = text(got[column], column, shift)
            if not alike(mine, want):
                differ += 1
                if differ <= 5:
                    print(f"  {reference.name} row {i} {column}: {mine!r}, want {want!r}")
    return len(rows), values, differ


def main(base, listing):
    logging.getLogger("fastf1").setLevel(logging.ERROR)
    fastf1.Cache.set_disabled()
    api.base_url, api.base_url_mirror = base, base + "/no/mirror"  # it asks the mirror for what it is refused
    found = places(base)
    passed = failed = 0
    for line in pathlib.Path(listing).read_text(encoding="utf-8").splitlines():
        original, reference = map(pathlib.Path, line.split("\t"))
        path = "/static/" + place_of(original, found)
        shift = first_offset(original)
        laps, _ = api.timing_data(path)
        app = api.timing_app_data(path)
        a = compare(laps, reference / "laps.csv.gz", shift)
        b = compare(app, reference / "app.csv.gz", shift)
        wrong = a[2] + b[2]
        print(f"{path}: {a[0]} laps, {b[0]} stint updates, {a[1] + b[1]} values, {wrong} differ"
              + (f"; counted from {shift} ms" if shift else ""))
        passed, failed = passed + (not wrong), failed + bool(wrong)
    print(f"{passed} passed, {failed} failed")
    return 1 if failed or not passed else 0


if __name__ == "__main__":
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    sys.exit(main(sys.argv[1], sys.argv[2]))
