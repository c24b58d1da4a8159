#!/usr/bin/env python3
"""Lap pace to plot: the accurate laps of a session in seconds, a column for each driver.

    python3 lap_pace.py http://127.0.0.1:8080 latest > pace.csv

Needs pitwall[pandas].
"""

import sys

import pandas

from pitwall import Client


def lap_pace(client: Client, session: str) -> pandas.DataFrame:
    """Lap times in seconds by lap (rows) and driver (columns, in the order of their medians)."""
    race = client.session(session)
    laps = race.laps(is_accurate=True, fields=["driver_number", "lap_number", "lap_time_ms"]).to_pandas()
    names = race.drivers(fields=["driver_number", "tla"]).to_pandas()
    laps = laps.merge(names, on="driver_number")
    laps["seconds"] = laps["lap_time_ms"] / 1000
    pace = laps.pivot(index="lap_number", columns="tla", values="seconds")
    return pace[pace.median().sort_values().index]


if __name__ == "__main__":
    url, name = [*sys.argv[1:], *["http://127.0.0.1:8080", "latest"][len(sys.argv) - 1 :]]
    lap_pace(Client(url), name).to_csv(sys.stdout)
