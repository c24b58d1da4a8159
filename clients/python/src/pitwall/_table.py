"""Tables as the API gives them, in the form that is wanted. Nothing is asked before a method says in which."""

from __future__ import annotations

import importlib.util
import io
import json
from collections.abc import Iterator, Mapping
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from ._http import CSV, JSON, JSON_LINES, PARQUET, Transport

if TYPE_CHECKING:
    import pandas
    import polars
    import pyarrow

Row = TypeVar("Row")

_FORMATS = {".csv": CSV, ".parquet": PARQUET, ".jsonl": JSON_LINES, ".ndjson": JSON_LINES}
# Types of pandas that know the unknown: an integer column with a hole stays one of integers.
_PANDAS = {"integer": "Int64", "number": "Float64", "boolean": "boolean", "string": "string"}


class Table(Generic[Row]):
    """Rows of one question. Each method asks the server anew."""

    _page_rows = 5000  # of a page of JSON

    def __init__(self, transport: Transport, path: str, query: Mapping[str, Any], columns: Mapping[str, str], paged: bool = True) -> None:
        """Columns are names and kinds: integer, number, boolean, string or time. A table that is not paged has a JSON of
        its own, so its rows come as JSON lines."""
        self._transport, self._path, self._query, self._paged = transport, path, dict(query), paged
        fields = self._query.get("fields")
        names = columns if fields is None else fields.split(",") if isinstance(fields, str) else fields
        self.columns = {name: columns.get(name, "string") for name in names}  #: names and kinds, in the order of the answer

    def __repr__(self) -> str:
        asked = ", ".join(f"{k}={v!r}" for k, v in self._query.items() if v is not None)
        return f"<Table {self._path}{' ' if asked else ''}{asked}>"

    def __iter__(self) -> Iterator[Row]:
        """Row by row, page after page, as dicts. Times are datetimes in UTC, unknown values None."""
        for row in self._pages() if self._paged else self._lines():
            yield self._typed(row)

    def _pages(self) -> Iterator[dict[str, Any]]:
        query = dict(self._query)
        whole = query.get("limit") is None
        if whole and "limit" in query:  # answers to questions over seasons come whole
            query["limit"] = self._page_rows
        while True:
            page = self._transport.get(self._path, query).json()
            yield from page["data"]
            query["cursor"] = page["next_cursor"]
            if not whole or query["cursor"] is None:
                return

    def _lines(self) -> Iterator[dict[str, Any]]:
        for line in self._transport.get(self._path, self._query, JSON_LINES).body.splitlines():
            yield json.loads(line)

    def _typed(self, row: dict[str, Any]) -> Any:
        for name, kind in self.columns.items():
            if kind == "time" and row.get(name) is not None:
                row[name] = datetime.fromisoformat(row[name].replace("Z", "+00:00"))
        return row

    def rows(self) -> list[Row]:
        """All rows as dicts."""
        return list(self)

    def to_arrow(self) -> pyarrow.Table:
        """An Arrow table, from Parquet. Needs ``pitwall[arrow]``."""
        import pyarrow.parquet

        return pyarrow.parquet.read_table(io.BytesIO(self.parquet()))

    def to_pandas(self) -> pandas.DataFrame:
        """A pandas frame of nullable types: from Parquet where pyarrow is there, else from JSON. Needs ``pitwall[pandas]``."""
        import pandas

        if importlib.util.find_spec("pyarrow") is not None:
            frame: pandas.DataFrame = self.to_arrow().to_pandas(timestamp_as_object=False, integer_object_nulls=True)
        else:
            frame = pandas.DataFrame(self.rows(), columns=list(self.columns))
        for name, kind in self.columns.items():
            if kind == "time":
                frame[name] = pandas.to_datetime(frame[name], utc=True).astype("datetime64[ms, UTC]")
        return frame.astype({name: _PANDAS[kind] for name, kind in self.columns.items() if kind != "time"})

    def to_polars(self) -> polars.DataFrame:
        """A polars frame, from Parquet. Needs ``pitwall[polars]``."""
        import polars

        return polars.read_parquet(io.BytesIO(self.parquet()))

    def csv(self) -> str:
        """CSV with a header; unknown values are empty."""
        return self._transport.get(self._path, self._query, CSV).body.decode()

    def parquet(self) -> bytes:
        """A Parquet file."""
        return self._transport.get(self._path, self._query, PARQUET).body

    def save(self, path: str | Path) -> Path:
        """Writes a file in the format of its ending: .parquet, .csv, .jsonl or .ndjson."""
        path = Path(path)
        accept = _FORMATS.get(path.suffix)
        if accept is None:
            raise ValueError(f"{path}: the ending is none of {', '.join(_FORMATS)}")
        path.write_bytes(self._transport.get(self._path, self._query, accept).body)
        return path


class LapComparison(Table[Row]):
    """Telemetry of laps side by side. As a table it has a row a point and lap; as a document the laps are apart."""

    def laps(self) -> list[dict[str, Any]]:
        """Each lap with its figures and a list for each channel, all of one length."""
        laps: list[dict[str, Any]] = self._transport.get(self._path, self._query, JSON).json()["laps"]
        return laps
