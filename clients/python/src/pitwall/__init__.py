"""Client of the REST API of PitWall Live.

Tables come as rows, pandas or polars frames::

    from pitwall import Client

    laps = Client("http://127.0.0.1:8080").session("latest").laps(driver_number=[1, 44])
    laps.to_pandas()   # needs pitwall[pandas]
    laps.to_polars()   # needs pitwall[polars]
    laps.rows()        # needs nothing: a list of dicts

Durations end in ``_ms`` or ``_s``, speeds in ``_kmh``, lengths in ``_m``; times are UTC. Unknown is None (``<NA>`` in
pandas, null in polars), never 0 or "".
"""

from ._client import Client, Clock, Session
from ._http import ConnectionFailed, PitwallError, Problem, ProblemDetail
from ._table import LapComparison, Table

__all__ = ["Client", "Clock", "ConnectionFailed", "LapComparison", "PitwallError", "Problem", "ProblemDetail", "Session", "Table"]
__version__ = "0.1.0"
