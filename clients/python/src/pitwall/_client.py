"""What a user holds: the client, a session, a clock. Their questions are generated into _resources.py."""

from __future__ import annotations

from typing import Any

from ._http import Transport, segment
from ._resources import AnalyticsResources, ClientResources, ClockResources, SessionResources
from ._types import ClockState


class Client(ClientResources):
    """A server.

    Args:
        url: its address.
        timeout_s: seconds to wait for the line and between two parts of an answer.
        retries: how often a question is asked again while the server says that it is busy and when to come back.
    """

    def __init__(self, url: str = "http://127.0.0.1:8080", *, timeout_s: float = 60.0, retries: int = 3) -> None:
        self._transport, self._base = Transport(url, timeout_s, retries), ""
        self.analytics = AnalyticsResources(self._transport, "")  #: questions over seasons

    def __repr__(self) -> str:
        return f"Client({self._transport.url!r})"

    def session(self, name: str | int = "latest") -> Session:
        """A session by its key (9574), its readable name (azerbaijan_2018_race) or latest. Nothing is asked yet."""
        return Session(self._transport, name)

    def clock(self, id: str = "default") -> Clock:
        """A clock by its id. Nothing is asked yet."""
        return Clock(self._transport, id)

    def new_clock(self, session: str | int = "latest", **wish: Any) -> Clock:
        """Makes a private replay clock; what can be wished is in :meth:`create_clock`."""
        return Clock(self._transport, self.create_clock(session_key=str(session), **wish)["id"])


class Session(SessionResources):
    """A session: its tables, and the state of any moment of it.

    ``at``, ``at_lap`` and ``clock`` choose the moment, one of the three: a time, a lap of the leader, or a clock.
    """

    def __init__(self, transport: Transport, name: str | int) -> None:
        self._transport, self.name = transport, name
        self._base = f"/api/v1/sessions/{segment(name)}"

    def __repr__(self) -> str:
        return f"<Session {self.name} at {self._transport.url}>"


class Clock(ClockResources):
    """A clock that a viewer reads at. As a context manager a private one is ended at the end::

        with client.new_clock("latest", lap=10, paused=True) as clock:
            client.session("latest").laps(clock=clock.id).rows()
    """

    def __init__(self, transport: Transport, id: str) -> None:
        self._transport, self.id = transport, id
        self._base = f"/api/v1/clocks/{segment(id)}"

    def __repr__(self) -> str:
        return f"<Clock {self.id} at {self._transport.url}>"

    def __enter__(self) -> Clock:
        return self

    def __exit__(self, *_: object) -> None:
        self.delete()

    def state(self) -> ClockState:
        """Where the clock stands."""
        return self.get()
