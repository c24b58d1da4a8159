# Generated from the description of the REST API by generate.py; do not edit: make generate

"""The questions of the REST API. Units are in the names: ms, s, km/h, m, percent."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, Literal

from ._base import Resources, listed
from ._http import segment
from ._table import LapComparison, Table
from ._types import (
    AnswerCircuitRecordsRow,
    AnswerCornerSpeedsRow,
    AnswerDegradationRow,
    AnswerPaceByCompoundRow,
    AnswerPaceByStintRow,
    AnswerPitLaneRow,
    AnswerSafetyCarsRow,
    AnswerSectorDominanceRow,
    AnswerStartsRow,
    AnswerStraightSpeedsRow,
    AnswerTeammatesRow,
    AnswerTelemetryByDriverRow,
    AnswerTelemetryOverlayRow,
    Board,
    Circuit,
    Circuits,
    ClockState,
    ConsistencyRow,
    Constructors,
    DegradationRow,
    DriverList,
    DriversRow,
    EventsRow,
    GapHistoryRow,
    Hits,
    IdealLapsRow,
    IntervalsRow,
    LapTelemetryRow,
    LapsRow,
    LocationsRow,
    PitLossRow,
    PitStopsRow,
    PositionsRow,
    Questions,
    RaceControlRow,
    Races,
    RejoinRow,
    ResultVersions,
    ResultsRow,
    SessionDetail,
    SessionEntry,
    Standings,
    StintPaceRow,
    StintsRow,
    StopLossesRow,
    Strategy,
    TeamRadioRow,
    TelemetryRow,
    Timeline,
    TrackStatusRow,
    UndercutsRow,
    WeatherRow,
    Why,
)


class SessionResources(Resources):
    """Questions about one session."""

    def info(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
    ) -> SessionDetail:
        """One session: what is known of it, and what there is of it.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
        """
        query = {"at": at, "at_lap": at_lap, "clock": clock}
        answer: SessionDetail = self._transport.get(self._base, query).json()
        return answer

    def board(self, *, at: str | datetime | None = None, at_lap: int | None = None, clock: str | None = None) -> Board:
        """The timing board at a moment.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
        """
        query = {"at": at, "at_lap": at_lap, "clock": clock}
        answer: Board = self._transport.get(self._base + "/board", query).json()
        return answer

    def circuit(self) -> Circuit:
        """The outline on which estimated car positions lie."""
        answer: Circuit = self._transport.get(self._base + "/circuit").json()
        return answer

    def consistency(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        laps: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[ConsistencyRow]:
        """How evenly each car was driven.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            laps: Rows with one of these in laps.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            laps (integer).
            spread_ms (integer): Milliseconds.
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "laps": laps,
            "fields": fields,
            "limit": limit,
        }
        columns = {"session_key": "string", "driver_number": "integer", "laps": "integer", "spread_ms": "integer"}
        return Table(self._transport, self._base + "/consistency", query, columns)

    def degradation(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        compound: str | Sequence[str] | None = None,
        laps: int | Sequence[int] | None = None,
        oldest_laps: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[DegradationRow]:
        """How each compound has worn.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            compound: Rows with one of these in compound.
            laps: Rows with one of these in laps.
            oldest_laps: Rows with one of these in oldest_laps.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            compound (string).
            wear_s_per_lap (number): Seconds a lap.
            wear_spread_s (number): Seconds.
            offset_s (number): Seconds.
            offset_spread_s (number): Seconds.
            laps (integer).
            oldest_laps (integer): Laps.
            fuel_s_per_lap (number): Seconds a lap.
            fuel_spread_s (number): Seconds.
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "compound": compound,
            "laps": laps,
            "oldest_laps": oldest_laps,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "compound": "string",
            "wear_s_per_lap": "number",
            "wear_spread_s": "number",
            "offset_s": "number",
            "offset_spread_s": "number",
            "laps": "integer",
            "oldest_laps": "integer",
            "fuel_s_per_lap": "number",
            "fuel_spread_s": "number",
        }
        return Table(self._transport, self._base + "/degradation", query, columns)

    def drivers(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        tla: str | Sequence[str] | None = None,
        first_name: str | Sequence[str] | None = None,
        last_name: str | Sequence[str] | None = None,
        team: str | Sequence[str] | None = None,
        team_colour: str | Sequence[str] | None = None,
        line: int | Sequence[int] | None = None,
        country: str | Sequence[str] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[DriversRow]:
        """Who drives.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            tla: Rows with one of these in tla.
            first_name: Rows with one of these in first_name.
            last_name: Rows with one of these in last_name.
            team: Rows with one of these in team.
            team_colour: Rows with one of these in team_colour.
            line: Rows with one of these in line.
            country: Rows with one of these in country.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            tla (string).
            first_name (string).
            last_name (string).
            team (string).
            team_colour (string).
            line (integer).
            country (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "tla": tla,
            "first_name": first_name,
            "last_name": last_name,
            "team": team,
            "team_colour": team_colour,
            "line": line,
            "country": country,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "tla": "string",
            "first_name": "string",
            "last_name": "string",
            "team": "string",
            "team_colour": "string",
            "line": "integer",
            "country": "string",
        }
        return Table(self._transport, self._base + "/drivers", query, columns)

    def events(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        event_id: str | Sequence[str] | None = None,
        lap_number: int | Sequence[int] | None = None,
        kind: str | None = None,
        priority: Literal["P3", "P0", "P1", "P2"] | None = None,
        driver_number: int | Sequence[int] | None = None,
        other_driver_number: int | Sequence[int] | None = None,
        position_from: int | Sequence[int] | None = None,
        position_to: int | Sequence[int] | None = None,
        status: str | Sequence[str] | None = None,
        supersedes: str | Sequence[str] | None = None,
        version: int | Sequence[int] | None = None,
        offset: int | Sequence[int] | None = None,
        count_from: int | Sequence[int] | None = None,
        count_to: int | Sequence[int] | None = None,
        count_of: str | Sequence[str] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[EventsRow]:
        """What has happened, each event in its newest version.

        JSON has the sentences that people read; it takes at, at_lap, clock, kind, priority, driver_number (also as
        the other car), limit (5000 at the most) and cursor. The other formats are the table, with all filters.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            event_id: CSV, JSON lines and Parquet only. Rows with one of these in event_id.
            lap_number: CSV, JSON lines and Parquet only. Rows with one of these in lap_number.
            kind: A kind, or the beginning of some.
            priority: This priority and above; P0 is the highest.
            driver_number: Rows with one of these in driver_number; JSON takes one, also as the other car.
            other_driver_number: CSV, JSON lines and Parquet only. Rows with one of these in other_driver_number.
            position_from: CSV, JSON lines and Parquet only. Rows with one of these in position_from.
            position_to: CSV, JSON lines and Parquet only. Rows with one of these in position_to.
            status: CSV, JSON lines and Parquet only. Rows with one of these in status.
            supersedes: CSV, JSON lines and Parquet only. Rows with one of these in supersedes.
            version: CSV, JSON lines and Parquet only. Rows with one of these in version.
            offset: CSV, JSON lines and Parquet only. Rows with one of these in offset.
            count_from: CSV, JSON lines and Parquet only. Rows with one of these in count_from.
            count_to: CSV, JSON lines and Parquet only. Rows with one of these in count_to.
            count_of: CSV, JSON lines and Parquet only. Rows with one of these in count_of.
            lap_from: CSV, JSON lines and Parquet only. From this lap on (0 to 1000).
            lap_to: CSV, JSON lines and Parquet only. To this lap, with it (0 to 1000).
            time_from: CSV, JSON lines and Parquet only. Rows whose time is not before it.
            time_to: CSV, JSON lines and Parquet only. Rows whose time is before it.
            fields: CSV, JSON lines and Parquet only. Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            event_id (string).
            time (time): UTC, to the millisecond.
            lap_number (integer).
            kind (string).
            priority (string).
            driver_number (integer).
            other_driver_number (integer).
            position_from (integer).
            position_to (integer).
            value (number).
            detail (string).
            status (string).
            supersedes (string).
            evidence (string).
            known (time): UTC, to the millisecond.
            version (integer).
            driver_numbers (string).
            offset (integer).
            count_from (integer).
            count_to (integer).
            count_of (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "event_id": event_id,
            "lap_number": lap_number,
            "kind": kind,
            "priority": priority,
            "driver_number": driver_number,
            "other_driver_number": other_driver_number,
            "position_from": position_from,
            "position_to": position_to,
            "status": status,
            "supersedes": supersedes,
            "version": version,
            "offset": offset,
            "count_from": count_from,
            "count_to": count_to,
            "count_of": count_of,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "event_id": "string",
            "time": "time",
            "lap_number": "integer",
            "kind": "string",
            "priority": "string",
            "driver_number": "integer",
            "other_driver_number": "integer",
            "position_from": "integer",
            "position_to": "integer",
            "value": "number",
            "detail": "string",
            "status": "string",
            "supersedes": "string",
            "evidence": "string",
            "known": "time",
            "version": "integer",
            "driver_numbers": "string",
            "offset": "integer",
            "count_from": "integer",
            "count_to": "integer",
            "count_of": "string",
        }
        return Table(self._transport, self._base + "/events", query, columns, paged=False)

    def event_why(self, event: str, *, clock: str | None = None) -> Why:
        """What justifies an event: the rule, and the raw messages it cites.

        Args:
            event: event_id.
            clock: A clock: live, live-30, default, c_...
        """
        query = {"clock": clock}
        answer: Why = self._transport.get(f"{self._base}/events/{segment(event)}/why", query).json()
        return answer

    def gap_history(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        position: int | Sequence[int] | None = None,
        is_clean: bool | Sequence[bool] | None = None,
        in_traffic: bool | Sequence[bool] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[GapHistoryRow]:
        """Gaps at the end of every lap.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            lap_number: Rows with one of these in lap_number.
            position: Rows with one of these in position.
            is_clean: Rows with one of these in is_clean.
            in_traffic: Rows with one of these in in_traffic.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            lap_number (integer).
            time (time): UTC, to the millisecond.
            position (integer).
            gap_to_leader_ms (integer): Milliseconds.
            interval_ms (integer): Milliseconds.
            is_clean (boolean).
            in_traffic (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "lap_number": lap_number,
            "position": position,
            "is_clean": is_clean,
            "in_traffic": in_traffic,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "lap_number": "integer",
            "time": "time",
            "position": "integer",
            "gap_to_leader_ms": "integer",
            "interval_ms": "integer",
            "is_clean": "boolean",
            "in_traffic": "boolean",
        }
        return Table(self._transport, self._base + "/gap_history", query, columns)

    def ideal_laps(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        part: int | Sequence[int] | None = None,
        laps: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[IdealLapsRow]:
        """The best sectors of each car put together.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            part: Rows with one of these in part.
            laps: Rows with one of these in laps.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            part (integer).
            s1_ms (integer): Milliseconds.
            s2_ms (integer): Milliseconds.
            s3_ms (integer): Milliseconds.
            ideal_ms (integer): Milliseconds.
            best_ms (integer): Milliseconds.
            laps (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "part": part,
            "laps": laps,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "part": "integer",
            "s1_ms": "integer",
            "s2_ms": "integer",
            "s3_ms": "integer",
            "ideal_ms": "integer",
            "best_ms": "integer",
            "laps": "integer",
        }
        return Table(self._transport, self._base + "/ideal_laps", query, columns)

    def intervals(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        laps_down: int | Sequence[int] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[IntervalsRow]:
        """Changes of the gaps.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            laps_down: Rows with one of these in laps_down.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            time (time): UTC, to the millisecond.
            gap_to_leader_ms (integer): Milliseconds.
            interval_ms (integer): Milliseconds.
            laps_down (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "laps_down": laps_down,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "time": "time",
            "gap_to_leader_ms": "integer",
            "interval_ms": "integer",
            "laps_down": "integer",
        }
        return Table(self._transport, self._base + "/intervals", query, columns)

    def lap_telemetry(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        samples: int | Sequence[int] | None = None,
        speed_max_kmh: int | Sequence[int] | None = None,
        speed_min_kmh: int | Sequence[int] | None = None,
        rpm_max: int | Sequence[int] | None = None,
        gear_changes: int | Sequence[int] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[LapTelemetryRow]:
        """Each lap's samples in a few figures.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            lap_number: Rows with one of these in lap_number.
            samples: Rows with one of these in samples.
            speed_max_kmh: Rows with one of these in speed_max_kmh.
            speed_min_kmh: Rows with one of these in speed_min_kmh.
            rpm_max: Rows with one of these in rpm_max.
            gear_changes: Rows with one of these in gear_changes.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            lap_number (integer).
            samples (integer).
            speed_max_kmh (integer): km/h.
            speed_min_kmh (integer): km/h.
            speed_mean_kmh (number): km/h.
            rpm_max (integer).
            full_throttle_pct (number): Percent.
            braking_pct (number): Percent.
            drs_open_pct (number): Percent.
            gear_changes (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "lap_number": lap_number,
            "samples": samples,
            "speed_max_kmh": speed_max_kmh,
            "speed_min_kmh": speed_min_kmh,
            "rpm_max": rpm_max,
            "gear_changes": gear_changes,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "lap_number": "integer",
            "samples": "integer",
            "speed_max_kmh": "integer",
            "speed_min_kmh": "integer",
            "speed_mean_kmh": "number",
            "rpm_max": "integer",
            "full_throttle_pct": "number",
            "braking_pct": "number",
            "drs_open_pct": "number",
            "gear_changes": "integer",
        }
        return Table(self._transport, self._base + "/lap_telemetry", query, columns)

    def laps(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        speed_i1_kmh: int | Sequence[int] | None = None,
        speed_i2_kmh: int | Sequence[int] | None = None,
        speed_fl_kmh: int | Sequence[int] | None = None,
        speed_st_kmh: int | Sequence[int] | None = None,
        stint_number: int | Sequence[int] | None = None,
        compound: str | Sequence[str] | None = None,
        tyre_age_laps: int | Sequence[int] | None = None,
        fresh_tyre: bool | Sequence[bool] | None = None,
        position: int | Sequence[int] | None = None,
        laps_down: int | Sequence[int] | None = None,
        in_pit_at_start: bool | Sequence[bool] | None = None,
        is_personal_best: bool | Sequence[bool] | None = None,
        deleted: bool | Sequence[bool] | None = None,
        track_status: str | Sequence[str] | None = None,
        is_accurate: bool | Sequence[bool] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[LapsRow]:
        """Laps with sectors, speeds, tyres and places.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            lap_number: Rows with one of these in lap_number.
            speed_i1_kmh: Rows with one of these in speed_i1_kmh.
            speed_i2_kmh: Rows with one of these in speed_i2_kmh.
            speed_fl_kmh: Rows with one of these in speed_fl_kmh.
            speed_st_kmh: Rows with one of these in speed_st_kmh.
            stint_number: Rows with one of these in stint_number.
            compound: Rows with one of these in compound.
            tyre_age_laps: Rows with one of these in tyre_age_laps.
            fresh_tyre: Rows with one of these in fresh_tyre.
            position: Rows with one of these in position.
            laps_down: Rows with one of these in laps_down.
            in_pit_at_start: Rows with one of these in in_pit_at_start.
            is_personal_best: Rows with one of these in is_personal_best.
            deleted: Rows with one of these in deleted.
            track_status: Rows with one of these in track_status.
            is_accurate: Rows with one of these in is_accurate.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            time_from: Rows whose date_start is not before it.
            time_to: Rows whose date_start is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            lap_number (integer).
            date_start (time): UTC, to the millisecond.
            lap_time_ms (integer): Milliseconds.
            s1_ms (integer): Milliseconds.
            s2_ms (integer): Milliseconds.
            s3_ms (integer): Milliseconds.
            speed_i1_kmh (integer): km/h.
            speed_i2_kmh (integer): km/h.
            speed_fl_kmh (integer): km/h.
            speed_st_kmh (integer): km/h.
            stint_number (integer).
            compound (string).
            tyre_age_laps (integer): Laps.
            fresh_tyre (boolean).
            position (integer).
            gap_to_leader_ms (integer): Milliseconds.
            interval_ms (integer): Milliseconds.
            laps_down (integer).
            in_pit_at_start (boolean).
            pit_in_time (time): UTC, to the millisecond.
            pit_out_time (time): UTC, to the millisecond.
            is_personal_best (boolean).
            deleted (boolean).
            deleted_reason (string).
            track_status (string).
            is_accurate (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "lap_number": lap_number,
            "speed_i1_kmh": speed_i1_kmh,
            "speed_i2_kmh": speed_i2_kmh,
            "speed_fl_kmh": speed_fl_kmh,
            "speed_st_kmh": speed_st_kmh,
            "stint_number": stint_number,
            "compound": compound,
            "tyre_age_laps": tyre_age_laps,
            "fresh_tyre": fresh_tyre,
            "position": position,
            "laps_down": laps_down,
            "in_pit_at_start": in_pit_at_start,
            "is_personal_best": is_personal_best,
            "deleted": deleted,
            "track_status": track_status,
            "is_accurate": is_accurate,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "lap_number": "integer",
            "date_start": "time",
            "lap_time_ms": "integer",
            "s1_ms": "integer",
            "s2_ms": "integer",
            "s3_ms": "integer",
            "speed_i1_kmh": "integer",
            "speed_i2_kmh": "integer",
            "speed_fl_kmh": "integer",
            "speed_st_kmh": "integer",
            "stint_number": "integer",
            "compound": "string",
            "tyre_age_laps": "integer",
            "fresh_tyre": "boolean",
            "position": "integer",
            "gap_to_leader_ms": "integer",
            "interval_ms": "integer",
            "laps_down": "integer",
            "in_pit_at_start": "boolean",
            "pit_in_time": "time",
            "pit_out_time": "time",
            "is_personal_best": "boolean",
            "deleted": "boolean",
            "deleted_reason": "string",
            "track_status": "string",
            "is_accurate": "boolean",
        }
        return Table(self._transport, self._base + "/laps", query, columns)

    def locations(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[LocationsRow]:
        """Samples of the cars' places, some four a second.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            time (time): UTC, to the millisecond.
            x_m (number): Metres.
            y_m (number): Metres.
            z_m (number): Metres.
            on_track (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "time": "time",
            "x_m": "number",
            "y_m": "number",
            "z_m": "number",
            "on_track": "boolean",
        }
        return Table(self._transport, self._base + "/locations", query, columns)

    def pit_loss(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        under: str | Sequence[str] | None = None,
        stops: int | Sequence[int] | None = None,
        prior_stops: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[PitLossRow]:
        """What a stop costs under each condition.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            under: Rows with one of these in under.
            stops: Rows with one of these in stops.
            prior_stops: Rows with one of these in prior_stops.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            under (string).
            median_ms (integer): Milliseconds.
            low_ms (integer): Milliseconds.
            high_ms (integer): Milliseconds.
            stops (integer).
            prior_stops (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "under": under,
            "stops": stops,
            "prior_stops": prior_stops,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "under": "string",
            "median_ms": "integer",
            "low_ms": "integer",
            "high_ms": "integer",
            "stops": "integer",
            "prior_stops": "integer",
        }
        return Table(self._transport, self._base + "/pit_loss", query, columns)

    def pit_stops(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        stop_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        compound_from: str | Sequence[str] | None = None,
        compound_to: str | Sequence[str] | None = None,
        under: str | Sequence[str] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[PitStopsRow]:
        """Visits to the pit lane.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            stop_number: Rows with one of these in stop_number.
            lap_number: Rows with one of these in lap_number.
            compound_from: Rows with one of these in compound_from.
            compound_to: Rows with one of these in compound_to.
            under: Rows with one of these in under.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            time_from: Rows whose pit_in_time is not before it.
            time_to: Rows whose pit_in_time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            stop_number (integer).
            lap_number (integer).
            pit_in_time (time): UTC, to the millisecond.
            pit_out_time (time): UTC, to the millisecond.
            pit_lane_ms (integer): Milliseconds.
            stationary_ms (integer): Milliseconds.
            compound_from (string).
            compound_to (string).
            under (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "stop_number": stop_number,
            "lap_number": lap_number,
            "compound_from": compound_from,
            "compound_to": compound_to,
            "under": under,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "stop_number": "integer",
            "lap_number": "integer",
            "pit_in_time": "time",
            "pit_out_time": "time",
            "pit_lane_ms": "integer",
            "stationary_ms": "integer",
            "compound_from": "string",
            "compound_to": "string",
            "under": "string",
        }
        return Table(self._transport, self._base + "/pit_stops", query, columns)

    def positions(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        position: int | Sequence[int] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[PositionsRow]:
        """Changes of place.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            position: Rows with one of these in position.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            time (time): UTC, to the millisecond.
            position (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "position": position,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {"session_key": "string", "driver_number": "integer", "time": "time", "position": "integer"}
        return Table(self._transport, self._base + "/positions", query, columns)

    def race_control(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        message_id: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        category: str | Sequence[str] | None = None,
        flag: str | Sequence[str] | None = None,
        scope: str | Sequence[str] | None = None,
        sector: int | Sequence[int] | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[RaceControlRow]:
        """Messages of race control.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            message_id: Rows with one of these in message_id.
            lap_number: Rows with one of these in lap_number.
            category: Rows with one of these in category.
            flag: Rows with one of these in flag.
            scope: Rows with one of these in scope.
            sector: Rows with one of these in sector.
            driver_number: Rows with one of these in driver_number.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            message_id (integer).
            time (time): UTC, to the millisecond.
            lap_number (integer).
            category (string).
            flag (string).
            scope (string).
            sector (integer).
            driver_number (integer).
            message (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "message_id": message_id,
            "lap_number": lap_number,
            "category": category,
            "flag": flag,
            "scope": scope,
            "sector": sector,
            "driver_number": driver_number,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "message_id": "integer",
            "time": "time",
            "lap_number": "integer",
            "category": "string",
            "flag": "string",
            "scope": "string",
            "sector": "integer",
            "driver_number": "integer",
            "message": "string",
        }
        return Table(self._transport, self._base + "/race_control", query, columns)

    def rejoin(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        out_lap: int | Sequence[int] | None = None,
        under: str | Sequence[str] | None = None,
        position: int | Sequence[int] | None = None,
        position_low: int | Sequence[int] | None = None,
        position_high: int | Sequence[int] | None = None,
        ahead_driver_number: int | Sequence[int] | None = None,
        behind_driver_number: int | Sequence[int] | None = None,
        traffic: str | Sequence[str] | None = None,
        actual_position: int | Sequence[int] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[RejoinRow]:
        """Where each car would have come out, lap by lap.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            lap_number: Rows with one of these in lap_number.
            out_lap: Rows with one of these in out_lap.
            under: Rows with one of these in under.
            position: Rows with one of these in position.
            position_low: Rows with one of these in position_low.
            position_high: Rows with one of these in position_high.
            ahead_driver_number: Rows with one of these in ahead_driver_number.
            behind_driver_number: Rows with one of these in behind_driver_number.
            traffic: Rows with one of these in traffic.
            actual_position: Rows with one of these in actual_position.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            lap_number (integer).
            out_lap (integer).
            under (string).
            pit_loss_ms (integer): Milliseconds.
            position (integer).
            position_low (integer).
            position_high (integer).
            ahead_driver_number (integer).
            gap_ahead_ms (integer): Milliseconds.
            behind_driver_number (integer).
            gap_behind_ms (integer): Milliseconds.
            traffic (string).
            actual_position (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "lap_number": lap_number,
            "out_lap": out_lap,
            "under": under,
            "position": position,
            "position_low": position_low,
            "position_high": position_high,
            "ahead_driver_number": ahead_driver_number,
            "behind_driver_number": behind_driver_number,
            "traffic": traffic,
            "actual_position": actual_position,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "lap_number": "integer",
            "out_lap": "integer",
            "under": "string",
            "pit_loss_ms": "integer",
            "position": "integer",
            "position_low": "integer",
            "position_high": "integer",
            "ahead_driver_number": "integer",
            "gap_ahead_ms": "integer",
            "behind_driver_number": "integer",
            "gap_behind_ms": "integer",
            "traffic": "string",
            "actual_position": "integer",
        }
        return Table(self._transport, self._base + "/rejoin", query, columns)

    def results(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        position: int | Sequence[int] | None = None,
        classified: bool | Sequence[bool] | None = None,
        status: str | Sequence[str] | None = None,
        grid: int | Sequence[int] | None = None,
        laps_completed: int | Sequence[int] | None = None,
        laps_down: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
        as_known_on: str | datetime | None = None,
    ) -> Table[ResultsRow]:
        """The classification.

        The newest version of the classification: as published where it is, else as timing has it.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            position: Rows with one of these in position.
            classified: Rows with one of these in classified.
            status: Rows with one of these in status.
            grid: Rows with one of these in grid.
            laps_completed: Rows with one of these in laps_completed.
            laps_down: Rows with one of these in laps_down.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).
            as_known_on: The version that was known at this time of the world.

        Columns:
            session_key (string).
            driver_number (integer).
            position (integer).
            classified (boolean).
            status (string).
            grid (integer).
            points (number).
            laps_completed (integer).
            time_ms (integer): Milliseconds.
            gap_ms (integer): Milliseconds.
            laps_down (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "position": position,
            "classified": classified,
            "status": status,
            "grid": grid,
            "laps_completed": laps_completed,
            "laps_down": laps_down,
            "fields": fields,
            "limit": limit,
            "as_known_on": as_known_on,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "position": "integer",
            "classified": "boolean",
            "status": "string",
            "grid": "integer",
            "points": "number",
            "laps_completed": "integer",
            "time_ms": "integer",
            "gap_ms": "integer",
            "laps_down": "integer",
        }
        return Table(self._transport, self._base + "/results", query, columns)

    def result_versions(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
    ) -> ResultVersions:
        """Versions of a classification, the oldest first.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
        """
        query = {"at": at, "at_lap": at_lap, "clock": clock}
        answer: ResultVersions = self._transport.get(self._base + "/results/versions", query).json()
        return answer

    def stint_pace(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        stint_number: int | Sequence[int] | None = None,
        compound: str | Sequence[str] | None = None,
        lap_start: int | Sequence[int] | None = None,
        lap_end: int | Sequence[int] | None = None,
        tyre_age_laps: int | Sequence[int] | None = None,
        clean_laps: int | Sequence[int] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[StintPaceRow]:
        """Pace of each stint, freed of fuel, tyre age and traffic.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            stint_number: Rows with one of these in stint_number.
            compound: Rows with one of these in compound.
            lap_start: Rows with one of these in lap_start.
            lap_end: Rows with one of these in lap_end.
            tyre_age_laps: Rows with one of these in tyre_age_laps.
            clean_laps: Rows with one of these in clean_laps.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            stint_number (integer).
            compound (string).
            lap_start (integer).
            lap_end (integer).
            tyre_age_laps (integer): Laps.
            clean_laps (integer): Laps.
            median_ms (integer): Milliseconds.
            corrected_ms (integer): Milliseconds.
            spread_ms (integer): Milliseconds.
            wear_s_per_lap (number): Seconds a lap.
            wear_spread_s (number): Seconds.
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "stint_number": stint_number,
            "compound": compound,
            "lap_start": lap_start,
            "lap_end": lap_end,
            "tyre_age_laps": tyre_age_laps,
            "clean_laps": clean_laps,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "stint_number": "integer",
            "compound": "string",
            "lap_start": "integer",
            "lap_end": "integer",
            "tyre_age_laps": "integer",
            "clean_laps": "integer",
            "median_ms": "integer",
            "corrected_ms": "integer",
            "spread_ms": "integer",
            "wear_s_per_lap": "number",
            "wear_spread_s": "number",
        }
        return Table(self._transport, self._base + "/stint_pace", query, columns)

    def stints(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        stint_number: int | Sequence[int] | None = None,
        compound: str | Sequence[str] | None = None,
        lap_start: int | Sequence[int] | None = None,
        lap_end: int | Sequence[int] | None = None,
        tyre_age_at_start: int | Sequence[int] | None = None,
        fresh_tyre: bool | Sequence[bool] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[StintsRow]:
        """Stints: sets of tyres and their laps.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            stint_number: Rows with one of these in stint_number.
            compound: Rows with one of these in compound.
            lap_start: Rows with one of these in lap_start.
            lap_end: Rows with one of these in lap_end.
            tyre_age_at_start: Rows with one of these in tyre_age_at_start.
            fresh_tyre: Rows with one of these in fresh_tyre.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            stint_number (integer).
            compound (string).
            lap_start (integer).
            lap_end (integer).
            tyre_age_at_start (integer).
            fresh_tyre (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "stint_number": stint_number,
            "compound": compound,
            "lap_start": lap_start,
            "lap_end": lap_end,
            "tyre_age_at_start": tyre_age_at_start,
            "fresh_tyre": fresh_tyre,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "stint_number": "integer",
            "compound": "string",
            "lap_start": "integer",
            "lap_end": "integer",
            "tyre_age_at_start": "integer",
            "fresh_tyre": "boolean",
        }
        return Table(self._transport, self._base + "/stints", query, columns)

    def stop_losses(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        lap_number: int | Sequence[int] | None = None,
        under: str | Sequence[str] | None = None,
        lap_from: int | None = None,
        lap_to: int | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[StopLossesRow]:
        """What each stop cost.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            lap_number: Rows with one of these in lap_number.
            under: Rows with one of these in under.
            lap_from: From this lap on (0 to 1000).
            lap_to: To this lap, with it (0 to 1000).
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            lap_number (integer).
            under (string).
            loss_ms (integer): Milliseconds.
            pit_lane_ms (integer): Milliseconds.
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "lap_number": lap_number,
            "under": under,
            "lap_from": lap_from,
            "lap_to": lap_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "lap_number": "integer",
            "under": "string",
            "loss_ms": "integer",
            "pit_lane_ms": "integer",
        }
        return Table(self._transport, self._base + "/stop_losses", query, columns)

    def strategy(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
    ) -> Strategy:
        """Where each car would come out, pit loss, pace and wear, pit windows, undercuts.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
        """
        query = {"at": at, "at_lap": at_lap, "clock": clock}
        answer: Strategy = self._transport.get(self._base + "/strategy", query).json()
        return answer

    def team_radio(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[TeamRadioRow]:
        """Published radio messages.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            time (time): UTC, to the millisecond.
            driver_number (integer).
            path (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {"session_key": "string", "time": "time", "driver_number": "integer", "path": "string"}
        return Table(self._transport, self._base + "/team_radio", query, columns)

    def telemetry(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        driver_number: int | Sequence[int] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[TelemetryRow]:
        """Samples of the car channels, some four a second.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            driver_number: Rows with one of these in driver_number.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            driver_number (integer).
            time (time): UTC, to the millisecond.
            speed_kmh (integer): km/h.
            rpm (integer).
            gear (integer).
            throttle_pct (integer): Percent.
            brake (integer).
            drs (integer).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "driver_number": driver_number,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "driver_number": "integer",
            "time": "time",
            "speed_kmh": "integer",
            "rpm": "integer",
            "gear": "integer",
            "throttle_pct": "integer",
            "brake": "integer",
            "drs": "integer",
        }
        return Table(self._transport, self._base + "/telemetry", query, columns)

    def compare_laps(
        self,
        *,
        laps: str | Sequence[str],
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        channels: str | Sequence[str] | None = None,
        by: Literal["distance", "time", "sample"] | None = None,
        every: int | None = None,
        points: int | None = None,
        delta_to: str | None = None,
    ) -> LapComparison[dict[str, Any]]:
        """Telemetry of laps side by side.

        By distance all laps lie on one grid of metres, scaled to one length, so that they can be compared point by
        point, and delta_to says how far each was behind at every point. By time each lap has at most as many points
        as wanted, chosen so that the first channel keeps its shape (LTTB). By sample they are as they came. Distance
        is speed integrated over time.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            laps: Laps: driver_number:lap_number or driver_number:fastest, of another session with its name and /
                before.
            channels: Which channels; all when absent (speed_kmh, rpm, gear, throttle_pct, brake, drs).
            by: The axis.
            every: Metres between two points by distance; 10 when absent (1 to 1000).
            points: Points of a lap by time; 500 when absent (10 to 5000).
            delta_to: The lap that the others are compared with, by distance.
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "laps": laps,
            "channels": channels,
            "by": by,
            "every": every,
            "points": points,
            "delta_to": delta_to,
        }
        return LapComparison(self._transport, self._base + "/telemetry/laps", query, {}, paged=False)

    def timeline(self, *, clock: str | None = None) -> Timeline:
        """Laps and periods of the session.

        Args:
            clock: What is known at this clock: live-30, c_...; the whole session when absent.
        """
        query = {"clock": clock}
        answer: Timeline = self._transport.get(self._base + "/timeline", query).json()
        return answer

    def track_status(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        status: str | Sequence[str] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[TrackStatusRow]:
        """Changes of the track's state.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            status: Rows with one of these in status.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            time (time): UTC, to the millisecond.
            status (string).
            message (string).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "status": status,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {"session_key": "string", "time": "time", "status": "string", "message": "string"}
        return Table(self._transport, self._base + "/track_status", query, columns)

    def undercuts(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        first_driver_number: int | Sequence[int] | None = None,
        first_lap_number: int | Sequence[int] | None = None,
        second_driver_number: int | Sequence[int] | None = None,
        second_lap_number: int | Sequence[int] | None = None,
        kind: str | Sequence[str] | None = None,
        under: str | Sequence[str] | None = None,
        worked: bool | Sequence[bool] | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[UndercutsRow]:
        """The ledger of under- and overcuts.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            first_driver_number: Rows with one of these in first_driver_number.
            first_lap_number: Rows with one of these in first_lap_number.
            second_driver_number: Rows with one of these in second_driver_number.
            second_lap_number: Rows with one of these in second_lap_number.
            kind: Rows with one of these in kind.
            under: Rows with one of these in under.
            worked: Rows with one of these in worked.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            first_driver_number (integer).
            first_lap_number (integer).
            second_driver_number (integer).
            second_lap_number (integer).
            kind (string).
            under (string).
            gap_before_ms (integer): Milliseconds.
            gap_after_ms (integer): Milliseconds.
            forecast_ms (integer): Milliseconds.
            forecast_spread_ms (integer): Milliseconds.
            stop_ms (integer): Milliseconds.
            in_lap_ms (integer): Milliseconds.
            out_lap_ms (integer): Milliseconds.
            tyre_pace_ms (integer): Milliseconds.
            traffic_ms (integer): Milliseconds.
            worked (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "first_driver_number": first_driver_number,
            "first_lap_number": first_lap_number,
            "second_driver_number": second_driver_number,
            "second_lap_number": second_lap_number,
            "kind": kind,
            "under": under,
            "worked": worked,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "first_driver_number": "integer",
            "first_lap_number": "integer",
            "second_driver_number": "integer",
            "second_lap_number": "integer",
            "kind": "string",
            "under": "string",
            "gap_before_ms": "integer",
            "gap_after_ms": "integer",
            "forecast_ms": "integer",
            "forecast_spread_ms": "integer",
            "stop_ms": "integer",
            "in_lap_ms": "integer",
            "out_lap_ms": "integer",
            "tyre_pace_ms": "integer",
            "traffic_ms": "integer",
            "worked": "boolean",
        }
        return Table(self._transport, self._base + "/undercuts", query, columns)

    def weather(
        self,
        *,
        at: str | datetime | None = None,
        at_lap: int | None = None,
        clock: str | None = None,
        wind_deg: int | Sequence[int] | None = None,
        rainfall: bool | Sequence[bool] | None = None,
        time_from: str | datetime | None = None,
        time_to: str | datetime | None = None,
        fields: str | Sequence[str] | None = None,
        limit: int | None = None,
    ) -> Table[WeatherRow]:
        """Weather reports.

        Args:
            at: As it stood at this session time; now when absent.
            at_lap: As it stood when the leader began this lap (1 to 200).
            clock: As it is known at a clock: live, live-30, default, c_...
            wind_deg: Rows with one of these in wind_deg.
            rainfall: Rows with one of these in rainfall.
            time_from: Rows whose time is not before it.
            time_to: Rows whose time is before it.
            fields: Only these columns, in this order.
            limit: At most so many; all when absent (1 to 10000).

        Columns:
            session_key (string).
            time (time): UTC, to the millisecond.
            air_c (number): Degrees Celsius.
            track_c (number): Degrees Celsius.
            humidity_pct (number): Percent.
            pressure_hpa (number): hPa.
            wind_ms (number): Metres a second.
            wind_deg (integer): Degrees from north, where it comes from.
            rainfall (boolean).
        """
        query = {
            "at": at,
            "at_lap": at_lap,
            "clock": clock,
            "wind_deg": wind_deg,
            "rainfall": rainfall,
            "time_from": time_from,
            "time_to": time_to,
            "fields": fields,
            "limit": limit,
        }
        columns = {
            "session_key": "string",
            "time": "time",
            "air_c": "number",
            "track_c": "number",
            "humidity_pct": "number",
            "pressure_hpa": "number",
            "wind_ms": "number",
            "wind_deg": "integer",
            "rainfall": "boolean",
        }
        return Table(self._transport, self._base + "/weather", query, columns)


class ClockResources(Resources):
    """What can be done with one clock."""

    def delete(self) -> None:
        """End a clock; its viewers are unsubscribed with code 2404."""
        self._transport.send("DELETE", self._base)

    def get(self) -> ClockState:
        """Where a clock stands."""
        answer: ClockState = self._transport.get(self._base).json()
        return answer

    def change(
        self,
        *,
        at: str | datetime | None = None,
        lap: int | None | None = None,
        paused: bool | None | None = None,
        speed: float | None | None = None,
        step_laps: int | None | None = None,
    ) -> ClockState:
        """Seek, pause or set the speed.

        Args:
            at: Session time to go to.
            lap: Race lap to go to: when the leader began it (1 to 200).
            paused: Whether the clock stands still.
            speed: Session seconds a second (0.1 to 50).
            step_laps: Laps to step from the one being shown (-200 to 200).
        """
        answer: ClockState = self._transport.send("PATCH", self._base, {
            "at": at,
            "lap": lap,
            "paused": paused,
            "speed": speed,
            "step_laps": step_laps,
        }).json()
        return answer


class AnalyticsResources(Resources):
    """Questions over seasons."""

    def questions(self) -> Questions:
        """Questions over seasons, with their parameters and columns."""
        answer: Questions = self._transport.get("/api/v1/analytics").json()
        return answer

    def circuit_records(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        type: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerCircuitRecordsRow]:
        """Best lap of each year.

        The best lap of a circuit in each season that was not deleted, and whether no other season's was better.
        Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key,
        and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            type: Type of session.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            compound (string).
            driver_number (integer).
            is_record (boolean).
            lap_number (integer).
            lap_time_ms (integer): Milliseconds.
            season (integer).
            session_key (string).
            team (string).
            tla (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "type": type,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "compound": "string",
            "driver_number": "integer",
            "is_record": "boolean",
            "lap_number": "integer",
            "lap_time_ms": "integer",
            "season": "integer",
            "session_key": "string",
            "team": "string",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/circuit_records", query, columns)

    def corner_speeds(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        type: str | None = None,
        driver: str | None = None,
        session_key: str | None = None,
        laps: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerCornerSpeedsRow]:
        """Speeds in corners.

        How slow cars were in each corner of a lap, and where they braked and went on the throttle, in metres along
        the lap. Corners are numbered as they come: they are where the quickest of the circuit's laps is slower by 15
        km/h than before and after. All laps of a circuit are scaled to the length of that one. A corner that was not
        slower for a car has no braking. Sessions that go on are not part of it, nor are those that a clock bounds:
        its own session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            type: Type of session; any when absent.
            driver: Only the driver with this code.
            session_key: Only this session.
            laps: These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the
                lap a number or fastest. Without it the best lap of every driver in every session that the other
                arguments leave.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            apex_m (number): Metres.
            brake_m (number): Metres.
            circuit_id (string).
            compound (string).
            corner (integer).
            corner_m (number): Metres.
            driver_number (integer).
            lap_number (integer).
            lap_time_ms (integer): Milliseconds.
            season (integer).
            session_key (string).
            slowest_kmh (number): km/h.
            team (string).
            throttle_m (number): Metres.
            tla (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "type": type,
            "driver": driver,
            "session_key": session_key,
            "laps": laps,
            "clock": clock,
        }
        columns = {
            "apex_m": "number",
            "brake_m": "number",
            "circuit_id": "string",
            "compound": "string",
            "corner": "integer",
            "corner_m": "number",
            "driver_number": "integer",
            "lap_number": "integer",
            "lap_time_ms": "integer",
            "season": "integer",
            "session_key": "string",
            "slowest_kmh": "number",
            "team": "string",
            "throttle_m": "number",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/corner_speeds", query, columns)

    def degradation(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        fuel_ms: float | None = None,
        clock: str | None = None,
    ) -> Table[AnswerDegradationRow]:
        """Wear of the tyres.

        By how many milliseconds a lap is slower for each lap of the tyres' age: the slope within stints on one
        compound of at least five laps that tell of pace, after fuel_ms for each lap of the race is taken out.
        Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key,
        and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            fuel_ms: What a lap's fuel costs.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            compound (string).
            laps (integer).
            ms_per_lap (number).
            oldest_laps (integer): Laps.
            seasons (integer).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "fuel_ms": fuel_ms,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "compound": "string",
            "laps": "integer",
            "ms_per_lap": "number",
            "oldest_laps": "integer",
            "seasons": "integer",
        }
        return Table(self._transport, "/api/v1/analytics/degradation", query, columns)

    def pace_by_compound(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        clock: str | None = None,
    ) -> Table[AnswerPaceByCompoundRow]:
        """Pace by compound.

        How far laps on each compound were from the median lap of their race: negative is quicker. Laps that tell of
        pace. Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever
        its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            compound (string).
            laps (integer).
            races (integer).
            season (integer).
            to_field_ms (number): Milliseconds.
            tyre_age_laps (number): Laps.
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "compound": "string",
            "laps": "integer",
            "races": "integer",
            "season": "integer",
            "to_field_ms": "number",
            "tyre_age_laps": "number",
        }
        return Table(self._transport, "/api/v1/analytics/pace_by_compound", query, columns)

    def pace_by_stint(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        driver: str | None = None,
        session_key: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerPaceByStintRow]:
        """Pace by stint.

        Median and best lap time of every stint of races and sprints, of the laps that tell of pace. Sessions that go
        on are not part of it, nor are those that a clock bounds: its own session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            driver: Only the driver with this code.
            session_key: Only this session.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            best_ms (integer): Milliseconds.
            circuit_id (string).
            compound (string).
            driver_number (integer).
            event (string).
            laps (integer).
            median_ms (number): Milliseconds.
            season (integer).
            session_key (string).
            stint_number (integer).
            team (string).
            tla (string).
            tyre_age_from (integer).
            tyre_age_to (integer).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "driver": driver,
            "session_key": session_key,
            "clock": clock,
        }
        columns = {
            "best_ms": "integer",
            "circuit_id": "string",
            "compound": "string",
            "driver_number": "integer",
            "event": "string",
            "laps": "integer",
            "median_ms": "number",
            "season": "integer",
            "session_key": "string",
            "stint_number": "integer",
            "team": "string",
            "tla": "string",
            "tyre_age_from": "integer",
            "tyre_age_to": "integer",
        }
        return Table(self._transport, "/api/v1/analytics/pace_by_stint", query, columns)

    def pit_lane(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        clock: str | None = None,
    ) -> Table[AnswerPitLaneRow]:
        """Time in the pit lane.

        What visits to the pit lane of a circuit took from entry to exit, by what the track was under. Visits above
        three minutes are repairs or red flags and left out. Sessions that go on are not part of it, nor are those
        that a clock bounds: its own session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            high_ms (number): Milliseconds.
            low_ms (number): Milliseconds.
            median_ms (number): Milliseconds.
            seasons (integer).
            stops (integer).
            under (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "high_ms": "number",
            "low_ms": "number",
            "median_ms": "number",
            "seasons": "integer",
            "stops": "integer",
            "under": "string",
        }
        return Table(self._transport, "/api/v1/analytics/pit_lane", query, columns)

    def safety_cars(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        clock: str | None = None,
    ) -> Table[AnswerSafetyCarsRow]:
        """Safety cars.

        How many races at a circuit had a safety car, a virtual one or a red flag, how many safety cars there were
        (runs of laps with one) and which share of the laps was driven behind one. Sessions that go on are not part
        of it, nor are those that a clock bounds: its own session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            races (integer).
            races_red (integer).
            races_sc (integer).
            races_vsc (integer).
            safety_cars (integer).
            sc_laps_pct (number): Percent.
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "races": "integer",
            "races_red": "integer",
            "races_sc": "integer",
            "races_vsc": "integer",
            "safety_cars": "integer",
            "sc_laps_pct": "number",
        }
        return Table(self._transport, "/api/v1/analytics/safety_cars", query, columns)

    def sector_dominance(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        type: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerSectorDominanceRow]:
        """Who owns which sector.

        In how many sessions a driver had the best first, second and third sector, and how far behind the best he was
        in the median. Sessions that go on are not part of it, nor are those that a clock bounds: its own session,
        whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            type: Type of session; any when absent.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            s1_behind_ms (number): Milliseconds.
            s1_bests (integer).
            s2_behind_ms (number): Milliseconds.
            s2_bests (integer).
            s3_behind_ms (number): Milliseconds.
            s3_bests (integer).
            season (integer).
            sessions (integer).
            team (string).
            tla (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "type": type,
            "clock": clock,
        }
        columns = {
            "s1_behind_ms": "number",
            "s1_bests": "integer",
            "s2_behind_ms": "number",
            "s2_bests": "integer",
            "s3_behind_ms": "number",
            "s3_bests": "integer",
            "season": "integer",
            "sessions": "integer",
            "team": "string",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/sector_dominance", query, columns)

    def starts(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        driver: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerStartsRow]:
        """Starts.

        Places won from the grid to the end of the first lap, in races whose grid is known; negative is lost.
        Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key,
        and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            driver: Only the driver with this code.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            best_gain (integer).
            mean_gain (number).
            median_gain (number).
            races (integer).
            season (integer).
            tla (string).
            worst_gain (integer).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "driver": driver,
            "clock": clock,
        }
        columns = {
            "best_gain": "integer",
            "mean_gain": "number",
            "median_gain": "number",
            "races": "integer",
            "season": "integer",
            "tla": "string",
            "worst_gain": "integer",
        }
        return Table(self._transport, "/api/v1/analytics/starts", query, columns)

    def straight_speeds(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        type: str | None = None,
        driver: str | None = None,
        session_key: str | None = None,
        laps: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerStraightSpeedsRow]:
        """Speeds on straights.

        How fast cars were between two corners of a lap, and where; corners are those of question corner_speeds, 0 is
        the line. Between two corners of which a car was not slower in the one in between there is one straight.
        Sessions that go on are not part of it, nor are those that a clock bounds: its own session, whatever its key,
        and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            type: Type of session; any when absent.
            driver: Only the driver with this code.
            session_key: Only this session.
            laps: These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the
                lap a number or fastest. Without it the best lap of every driver in every session that the other
                arguments leave.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            circuit_id (string).
            compound (string).
            driver_number (integer).
            fastest_kmh (number): km/h.
            fastest_m (number): Metres.
            from_corner (integer).
            from_m (number): Metres.
            lap_number (integer).
            lap_time_ms (integer): Milliseconds.
            season (integer).
            session_key (string).
            team (string).
            tla (string).
            to_corner (integer).
            to_m (number): Metres.
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "type": type,
            "driver": driver,
            "session_key": session_key,
            "laps": laps,
            "clock": clock,
        }
        columns = {
            "circuit_id": "string",
            "compound": "string",
            "driver_number": "integer",
            "fastest_kmh": "number",
            "fastest_m": "number",
            "from_corner": "integer",
            "from_m": "number",
            "lap_number": "integer",
            "lap_time_ms": "integer",
            "season": "integer",
            "session_key": "string",
            "team": "string",
            "tla": "string",
            "to_corner": "integer",
            "to_m": "number",
        }
        return Table(self._transport, "/api/v1/analytics/straight_speeds", query, columns)

    def teammates(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        team: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerTeammatesRow]:
        """Teammates head to head.

        For each pair of a team and season: how often each finished a race or sprint ahead of the other with both
        classified, how often each was quicker in qualifying, and by how much the second was slower over the laps
        that tell of pace, in the median of the sessions. Sessions that go on are not part of it, nor are those that
        a clock bounds: its own session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            team: Only this team.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            other_tla (string).
            qualifying_ahead (integer).
            qualifying_behind (integer).
            races_ahead (integer).
            races_behind (integer).
            season (integer).
            slower_ms (number): Milliseconds.
            team (string).
            tla (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "team": team,
            "clock": clock,
        }
        columns = {
            "other_tla": "string",
            "qualifying_ahead": "integer",
            "qualifying_behind": "integer",
            "races_ahead": "integer",
            "races_behind": "integer",
            "season": "integer",
            "slower_ms": "number",
            "team": "string",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/teammates", query, columns)

    def telemetry_by_driver(
        self,
        *,
        season_from: int | None = None,
        season_to: int | None = None,
        circuit_id: str | None = None,
        simulated: int | None = None,
        driver: str | None = None,
        session_key: str | None = None,
        clock: str | None = None,
    ) -> Table[AnswerTelemetryByDriverRow]:
        """How cars were driven.

        Top speed, and shares of the lap at full throttle, on the brakes and with the flap open, in the median of the
        laps that tell of pace. Sessions that go on are not part of it, nor are those that a clock bounds: its own
        session, whatever its key, and later ones.

        Args:
            season_from: First season; any when absent (-2.14748e+09 to 2.14748e+09).
            season_to: Last season; any when absent (-2.14748e+09 to 2.14748e+09).
            circuit_id: Only this circuit.
            simulated: 1: of the simulator's sessions alone; 0: of the real ones (-2.14748e+09 to 2.14748e+09).
            driver: Only the driver with this code.
            session_key: Only this session.
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            braking_pct (number): Percent.
            circuit_id (string).
            drs_open_pct (number): Percent.
            full_throttle_pct (number): Percent.
            gear_changes (number).
            laps (integer).
            season (integer).
            session_key (string).
            speed_max_kmh (integer): km/h.
            speed_max_median_kmh (number): km/h.
            speed_min_median_kmh (number): km/h.
            team (string).
            tla (string).
        """
        query = {
            "season_from": season_from,
            "season_to": season_to,
            "circuit_id": circuit_id,
            "simulated": simulated,
            "driver": driver,
            "session_key": session_key,
            "clock": clock,
        }
        columns = {
            "braking_pct": "number",
            "circuit_id": "string",
            "drs_open_pct": "number",
            "full_throttle_pct": "number",
            "gear_changes": "number",
            "laps": "integer",
            "season": "integer",
            "session_key": "string",
            "speed_max_kmh": "integer",
            "speed_max_median_kmh": "number",
            "speed_min_median_kmh": "number",
            "team": "string",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/telemetry_by_driver", query, columns)

    def telemetry_overlay(
        self,
        *,
        laps: str,
        every_m: float | None = None,
        clock: str | None = None,
    ) -> Table[AnswerTelemetryOverlayRow]:
        """Telemetry by distance.

        The channels of laps at the same distances, one lap after the other. delta_ms is by how much a lap is behind
        the first one there; it ends with the difference of the lap times. The laps are of one circuit and scaled to
        the length of the first. Sessions that go on are not part of it, nor are those that a clock bounds: its own
        session, whatever its key, and later ones.

        Args:
            laps: These laps: session_key/driver:lap with commas between them; the driver is a number or a code, the
                lap a number or fastest. Without it the best lap of every driver in every session that the other
                arguments leave.
            every_m: Metres between two points (1 to 1000).
            clock: As it can be known at a clock: live-30, c_...; the process's own replay bounds it too.

        Columns:
            brake (integer).
            circuit_id (string).
            compound (string).
            delta_ms (number): Milliseconds.
            distance_m (number): Metres.
            driver_number (integer).
            drs (integer).
            gear (integer).
            lap_number (integer).
            lap_time_ms (integer): Milliseconds.
            rpm (number).
            season (integer).
            session_key (string).
            speed_kmh (number): km/h.
            team (string).
            throttle_pct (number): Percent.
            time_ms (number): Milliseconds.
            tla (string).
        """
        query = {"laps": laps, "every_m": every_m, "clock": clock}
        columns = {
            "brake": "integer",
            "circuit_id": "string",
            "compound": "string",
            "delta_ms": "number",
            "distance_m": "number",
            "driver_number": "integer",
            "drs": "integer",
            "gear": "integer",
            "lap_number": "integer",
            "lap_time_ms": "integer",
            "rpm": "number",
            "season": "integer",
            "session_key": "string",
            "speed_kmh": "number",
            "team": "string",
            "throttle_pct": "number",
            "time_ms": "number",
            "tla": "string",
        }
        return Table(self._transport, "/api/v1/analytics/telemetry_overlay", query, columns)


class ClientResources(Resources):
    """Questions that are not about one session."""

    def circuits(self) -> Circuits:
        """Circuits."""
        answer: Circuits = self._transport.get("/api/v1/circuits").json()
        return answer

    def create_clock(
        self,
        *,
        session_key: str,
        at: str | datetime | None = None,
        lap: int | None | None = None,
        paused: bool | None | None = None,
        speed: float | None | None = None,
        step_laps: int | None | None = None,
    ) -> ClockState:
        """Make a private replay clock; it ends 10 minutes after its last viewer.

        Args:
            at: Session time to go to.
            lap: Race lap to go to: when the leader began it (1 to 200).
            paused: Whether the clock stands still.
            session_key: Session key, readable name or latest.
            speed: Session seconds a second (0.1 to 50).
            step_laps: Laps to step from the one being shown (-200 to 200).
        """
        answer: ClockState = self._transport.send("POST", "/api/v1/clocks", {
            "at": at,
            "lap": lap,
            "paused": paused,
            "session_key": session_key,
            "speed": speed,
            "step_laps": step_laps,
        }).json()
        return answer

    def constructors(self) -> Constructors:
        """Teams of all seasons."""
        answer: Constructors = self._transport.get("/api/v1/constructors").json()
        return answer

    def all_drivers(self) -> DriverList:
        """Drivers of all seasons."""
        answer: DriverList = self._transport.get("/api/v1/drivers").json()
        return answer

    def search(self, *, q: str, limit: int | None = None, clock: str | None = None) -> Hits:
        """Sessions, drivers, circuits, events and messages of race control by words.

        Args:
            q: Words, all of which are found.
            limit: At most so many; all when absent (1 to 200).
            clock: Of its session, only what is known at a clock: live-30, c_...
        """
        query = {"q": q, "limit": limit, "clock": clock}
        answer: Hits = self._transport.get("/api/v1/search", query).json()
        return answer

    def races(self, season: int) -> Races:
        """Race weekends of a season.

        Args:
            season: Year (1950 to 2100).
        """
        answer: Races = self._transport.get(f"/api/v1/seasons/{segment(season)}/races").json()
        return answer

    def standings(
        self,
        season: int,
        *,
        after_round: int | None = None,
        clock: str | None = None,
        simulated: Literal["false", "true"] | None = None,
    ) -> Standings:
        """The championships after a round.

        Counted from the newest classifications that are stored, with the season's rules: equal points are ordered by
        places. Points are as published where they are. At a clock that is behind, neither its session nor later ones
        count.

        Args:
            season: Year (1950 to 2100).
            after_round: With this round and those before; all when absent (0 to 40).
            clock: As it can be known at a clock: live-30, c_...
            simulated: Of the simulator's sessions alone; without, of the real ones.
        """
        query = {"after_round": after_round, "clock": clock, "simulated": simulated}
        answer: Standings = self._transport.get(f"/api/v1/seasons/{segment(season)}/standings", query).json()
        return answer

    def sessions(
        self,
        *,
        season: int | None = None,
        round: int | None = None,
        type: Literal["practice_1", "practice_2", "practice_3", "qualifying", "sprint_qualifying", "sprint", "race"] | None = None,
        circuit_id: str | None = None,
        driver: str | None = None,
        limit: int | None = None,
    ) -> list[SessionEntry]:
        """Sessions that can be watched, then those that are stored only, newest first.

        The first page has all that can be watched. With a filter, only what fulfils it; of a session that is not
        stored only season, type and circuit are known. While the store does not answer, the first page has only
        those that can be watched.

        Args:
            season: Of this season (1950 to 2100).
            round: Of this round (1 to 40).
            type: Of this type.
            circuit_id: At this circuit.
            driver: In which the driver with this code took part.
            limit: At most so many; all when absent (1 to 1000).
        """
        query = {
            "season": season,
            "round": round,
            "type": type,
            "circuit_id": circuit_id,
            "driver": driver,
            "limit": limit,
        }
        return listed(self._transport, "/api/v1/sessions", query, "sessions")
