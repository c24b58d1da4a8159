#!/usr/bin/env python3
"""Where a lap lost time to another: speed of both and seconds behind, along the lap.

    python3 telemetry_delta.py http://127.0.0.1:8080 latest 44:fastest 1:fastest > delta.csv

Laps are named driver_number:lap_number or driver_number:fastest; one of another session has its name before:
azerbaijan_2018_race/44:12. Needs pitwall[polars].
"""

import sys

import polars

from pitwall import Client


def telemetry_delta(client: Client, session: str, lap: str, reference: str) -> polars.DataFrame:
    """Columns distance_m, speed_kmh, reference_kmh and delta_s: seconds behind the reference, below 0 ahead of it."""
    race = client.session(session)

    def of(name: str) -> polars.DataFrame:
        return race.compare_laps(laps=name, delta_to=reference, by="distance", every=25, channels="speed_kmh").to_polars()

    compared = of(reference).select("distance_m", reference_kmh="speed_kmh")
    return of(lap).join(compared, on="distance_m").select("distance_m", "speed_kmh", "reference_kmh", "delta_s")


if __name__ == "__main__":
    url, name, one, other = [*sys.argv[1:], *["http://127.0.0.1:8080", "latest", "44:fastest", "1:fastest"][len(sys.argv) - 1 :]]
    sys.stdout.write(telemetry_delta(Client(url), name, one, other).write_csv())
