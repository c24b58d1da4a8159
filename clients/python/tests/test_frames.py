"""Frames are the rows: the same values in pandas, with and without pyarrow, in polars and Arrow."""

import io
import math
from datetime import datetime

import pandas
import polars
import pytest

from pitwall import Client, Session, Table

from .stand import STORED


def plain(value: object) -> object:
    """A value of a frame as rows have it."""
    if value is None or value is pandas.NA or value is pandas.NaT or isinstance(value, float) and math.isnan(value):
        return None
    return value.to_pydatetime() if isinstance(value, pandas.Timestamp) else value


def records(frame: pandas.DataFrame) -> list[dict]:
    return [{name: plain(v) for name, v in row.items()} for row in frame.astype(object).to_dict("records")]


TABLES = ["laps", "stints", "pit_stops", "drivers", "race_control", "weather", "events", "results"]


@pytest.mark.parametrize("name", TABLES)
def test_every_way_gives_the_same(race: Session, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    table: Table = getattr(race, name)()
    rows = table.rows()
    assert rows and list(rows[0]) == list(table.columns)
    frame = table.to_pandas()
    assert list(frame.columns) == list(table.columns)
    assert records(frame) == rows
    assert table.to_arrow().num_rows == len(rows)
    assert table.to_polars().to_dicts() == rows
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    without = table.to_pandas()
    pandas.testing.assert_frame_equal(without, frame)


def test_types(race: Session) -> None:
    frame = race.laps().to_pandas()
    assert str(frame.dtypes["lap_time_ms"]) == "Int64"
    assert str(frame.dtypes["deleted"]) == "boolean"
    assert str(frame.dtypes["date_start"]) == "datetime64[ms, UTC]"
    polar = race.laps().to_polars()
    assert polar.schema["lap_time_ms"] == polars.Int64
    assert isinstance(polar["date_start"].drop_nulls()[0], datetime)


def test_samples(race: Session) -> None:
    car = race.drivers(limit=1).rows()[0]["driver_number"]
    frame = race.telemetry(driver_number=car).to_pandas()
    assert len(frame) > 1000
    assert frame["speed_kmh"].max() > 250


def test_analytics(client: Client) -> None:
    frame = client.analytics.circuit_records(circuit_id="baku", simulated=1).to_pandas()
    assert len(frame) == 1 and frame["is_record"].all()


def test_files(race: Session, tmp_path) -> None:
    rows = race.stints().rows()
    assert len(polars.read_parquet(race.stints().save(tmp_path / "stints.parquet"))) == len(rows)
    assert len(polars.read_csv(race.stints().save(tmp_path / "stints.csv"))) == len(rows)
    assert len(polars.read_ndjson(io.BytesIO(race.stints().save(tmp_path / "stints.jsonl").read_bytes()))) == len(rows)


def test_examples(client: Client) -> None:
    from examples.lap_pace import lap_pace
    from examples.telemetry_delta import telemetry_delta

    pace = lap_pace(client, STORED)
    assert pace.shape[0] >= 3 and pace.shape[1] >= 15
    assert pace.median().is_monotonic_increasing and pace.min().min() > 60
    times = {lap["driver_number"]: lap["lap_time_ms"] for lap in client.session(STORED).laps(lap_number=3) if lap["lap_time_ms"]}
    one, other = list(times)[:2]
    delta = telemetry_delta(client, STORED, f"{one}:3", f"{other}:3")
    assert delta.columns == ["distance_m", "speed_kmh", "reference_kmh", "delta_s"] and len(delta) > 200
    assert delta["delta_s"][0] == 0
    # At the line the gap is that of the lap times.
    assert delta["delta_s"][-1] == pytest.approx((times[one] - times[other]) / 1000, abs=0.1)
