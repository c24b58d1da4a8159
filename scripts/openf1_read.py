"""The package openf1-python-client reads every collection of two sessions from our service; each row that it makes, by
models of its own, must have the values of the row as it was sent.

    openf1_read.py http://127.0.0.1:8080 SESSION_KEY...

The client is told our address and nothing else. Exit code 1 when a collection can not be read, a value differs, or one that
must not be is empty.
"""

import json
import sys
import urllib.error
import urllib.request
from datetime import datetime

from openf1_client import OpenF1Client
from openf1_client.errors import OpenF1NotFoundError

# The collections that the client has, and of which sessions they may be empty.
COLLECTIONS = {
    "meetings": "meeting_key", "sessions": "session_key", "drivers": "session_key", "laps": "session_key", "stints": "session_key",
    "pit": "session_key", "position": "session_key", "intervals": "session_key", "race_control": "session_key", "weather": "session_key",
    "team_radio": "session_key", "session_result": "session_key", "starting_grid": "session_key", "overtakes": "session_key",
    "car_data": "session_key", "location": "session_key",
}
MAY_BE_EMPTY = {"team_radio", "pit", "intervals", "starting_grid", "overtakes"}


def plain(base, path):
    try:
        with urllib.request.urlopen(f"{base}/openf1/v1/{path}") as answer:
            return json.loads(answer.read())
    except urllib.error.HTTPError as error:
        if error.code == 404 and json.loads(error.read())["detail"] == "No results found.":
            return []
        raise


def same(got, want):
    if isinstance(got, datetime):
        return got == datetime.fromisoformat(want)
    return got == want


def main(base, keys):
    client, failed = OpenF1Client(base_url=base + "/openf1/v1", max_retries=0), 0
    for key in map(int, keys):
        meeting = plain(base, f"sessions?session_key={key}")[0]["meeting_key"]
        total = values = 0
        for name, by in COLLECTIONS.items():
            filters = {by: meeting if by == "meeting_key" else key}
            if name in ("car_data", "location"):
                filters["driver_number"] = 4
            try:
                rows = getattr(client, name).list(**filters)
            except OpenF1NotFoundError:
                rows = []
            except Exception as error:  # whatever the client falls over is ours to know
                failed += 1
                print(f"  {name}: {type(error).__name__}: {str(error)[:500]}")
                continue
            want = plain(base, name + "?" + "&".join(f"{k}={v}" for k, v in filters.items()))
            differ = abs(len(rows) - len(want))
            for row, sent in zip(rows, want):
                made = row.model_dump()
                values += len(sent)
                wrong = [k for k, v in sent.items() if k not in made or not same(made[k], v)]
                if wrong:
                    differ += 1
                    if differ == 1:
                        print(f"  {name}: {wrong} of {sent}")
            total += len(rows)
            failed += differ > 0 or (not rows and name not in MAY_BE_EMPTY)
            print(f"  {name}: {len(rows)} rows" + (f", {differ} differ" if differ else ""))
        print(f"session {key}: openf1-python-client: {total} rows, {values} values")
    fast = client.laps.list(session_key=int(keys[0]), driver_number=4, lap_duration={"<": 90})
    want = plain(base, f"laps?session_key={keys[0]}&driver_number=4&lap_duration%3C90")
    failed += not fast or len(fast) != len(want)
    print(f"laps of one car below 90 s: {len(fast)} of {len(want)}")
    client.close()
    print("failed" if failed else "passed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
