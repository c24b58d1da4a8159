"""FastF1's Ergast interface reads everything that it knows of from our service, page by page, and its values are held
against those of our own REST interface.

    fastf1_ergast.py http://127.0.0.1:8080 SEASON RACE_ROUND RACE_KEY QUALIFYING_ROUND QUALIFYING_KEY

FastF1 is told our address and nothing else. Exit code 1 when a row is missing or a value differs.
"""

import json
import logging
import sys
import urllib.request

import fastf1
import fastf1.ergast.interface as interface
from fastf1.ergast import Ergast

fastf1.Cache.set_disabled()
logging.getLogger("fastf1").setLevel(logging.ERROR)


def get(address):
    with urllib.request.urlopen(address) as answer:
        return json.loads(answer.read())


def frames(response):
    """The tables of all pages, and how many rows the service says there are."""
    total, out = response.total_results, []
    while True:
        out += [*response.content] if hasattr(response, "content") else [response]
        if response.is_complete:
            return out, total
        try:
            response = response.get_next_result_page()
        except ValueError:
            return out, total


def rows(base, path):
    """All rows of one of our own tables."""
    out, cursor = [], ""
    while cursor is not None:
        page = get(f"{base}{path}?limit=1000" + (f"&cursor={cursor}" if cursor else ""))
        out += page["data"]
        cursor = page.get("next_cursor")
    return out


def ms(value):
    return None if value is None or value != value else round(value.total_seconds() * 1000)


def main(base, season, race, race_key, qualifying, qualifying_key):
    interface.BASE_URL = base + "/ergast/f1"
    ergast, failed = Ergast(result_type="pandas", auto_cast=True, limit=100), 0
    season, race, qualifying = int(season), int(race), int(qualifying)
    read = {}
    for name, response in {
        "seasons": lambda: ergast.get_seasons(),
        "races": lambda: ergast.get_race_schedule(season),
        "drivers": lambda: ergast.get_driver_info(season),
        "constructors": lambda: ergast.get_constructor_info(season),
        "circuits": lambda: ergast.get_circuits(season),
        "status": lambda: ergast.get_finishing_status(season),
        "results": lambda: ergast.get_race_results(season, race),
        "sprint": lambda: ergast.get_sprint_results(season, race),
        "qualifying": lambda: ergast.get_qualifying_results(season, qualifying),
        "laps": lambda: ergast.get_lap_times(season, race),
        "pitstops": lambda: ergast.get_pit_stops(season, race),
        "driver standings": lambda: ergast.get_driver_standings(season, race),
        "constructor standings": lambda: ergast.get_constructor_standings(season, race),
    }.items():
        try:
            tables, total = frames(response())
        except Exception as error:  # whatever FastF1 falls over is ours to know
            failed += 1
            print(f"{name}: {type(error).__name__}: {error}")
            continue
        count = sum(len(table) for table in tables)
        read[name] = [row for table in tables for row in table.to_dict("records")]
        failed += count != total
        print(f"{name}: {count} of {total} rows")

    laps = {(row["driver_number"], row["lap_number"]): row["lap_time_ms"] for row in rows(base, f"/api/v1/sessions/{race_key}/laps")}
    numbers = {row["driverId"]: int(row["number"]) for row in read["results"]}
    differ = sum(ms(row["time"]) != laps.get((numbers[row["driverId"]], row["number"])) for row in read["laps"])
    print(f"lap times: {len(read['laps'])} rows, {differ} differ from ours")
    results = {row["driver_number"]: row for row in rows(base, f"/api/v1/sessions/{race_key}/results")}
    wrong = sum(row["position"] != results[int(row["number"])]["position"] or row["laps"] != results[int(row["number"])]["laps_completed"] for row in read["results"])
    print(f"results: {len(read['results'])} rows, {wrong} differ from ours")
    grid = {row["driver_number"]: row["position"] for row in rows(base, f"/api/v1/sessions/{qualifying_key}/results")}
    other = sum(row["position"] != grid[int(row["number"])] for row in read["qualifying"])
    print(f"qualifying: {len(read['qualifying'])} rows, {other} differ from ours")
    failed += (differ + wrong + other > 0) + (not read["laps"] or not read["results"] or not read["qualifying"])
    print(f"{'failed' if failed else 'passed'}")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
