# Generated from the description of the REST API by generate.py; do not edit: make generate

"""What answers hold. Unknown is None."""

from __future__ import annotations

from datetime import datetime
from typing import Any, Literal, TypedDict


class AnswerCircuitRecordsRow(TypedDict, total=False):
    circuit_id: str | None
    compound: str | None
    driver_number: int | None
    is_record: bool | None
    lap_number: int | None
    lap_time_ms: int | None  #: Milliseconds
    season: int | None
    session_key: str | None
    team: str | None
    tla: str | None


class AnswerCornerSpeedsRow(TypedDict, total=False):
    apex_m: float | None  #: Metres
    brake_m: float | None  #: Metres
    circuit_id: str | None
    compound: str | None
    corner: int | None
    corner_m: float | None  #: Metres
    driver_number: int | None
    lap_number: int | None
    lap_time_ms: int | None  #: Milliseconds
    season: int | None
    session_key: str | None
    slowest_kmh: float | None  #: km/h
    team: str | None
    throttle_m: float | None  #: Metres
    tla: str | None


class AnswerDegradationRow(TypedDict, total=False):
    circuit_id: str | None
    compound: str | None
    laps: int | None
    ms_per_lap: float | None
    oldest_laps: int | None  #: Laps
    seasons: int | None


class AnswerPaceByCompoundRow(TypedDict, total=False):
    circuit_id: str | None
    compound: str | None
    laps: int | None
    races: int | None
    season: int | None
    to_field_ms: float | None  #: Milliseconds
    tyre_age_laps: float | None  #: Laps


class AnswerPaceByStintRow(TypedDict, total=False):
    best_ms: int | None  #: Milliseconds
    circuit_id: str | None
    compound: str | None
    driver_number: int | None
    event: str | None
    laps: int | None
    median_ms: float | None  #: Milliseconds
    season: int | None
    session_key: str | None
    stint_number: int | None
    team: str | None
    tla: str | None
    tyre_age_from: int | None
    tyre_age_to: int | None


class AnswerPitLaneRow(TypedDict, total=False):
    circuit_id: str | None
    high_ms: float | None  #: Milliseconds
    low_ms: float | None  #: Milliseconds
    median_ms: float | None  #: Milliseconds
    seasons: int | None
    stops: int | None
    under: str | None


class AnswerSafetyCarsRow(TypedDict, total=False):
    circuit_id: str | None
    races: int | None
    races_red: int | None
    races_sc: int | None
    races_vsc: int | None
    safety_cars: int | None
    sc_laps_pct: float | None  #: Percent


class AnswerSectorDominanceRow(TypedDict, total=False):
    s1_behind_ms: float | None  #: Milliseconds
    s1_bests: int | None
    s2_behind_ms: float | None  #: Milliseconds
    s2_bests: int | None
    s3_behind_ms: float | None  #: Milliseconds
    s3_bests: int | None
    season: int | None
    sessions: int | None
    team: str | None
    tla: str | None


class AnswerStartsRow(TypedDict, total=False):
    best_gain: int | None
    mean_gain: float | None
    median_gain: float | None
    races: int | None
    season: int | None
    tla: str | None
    worst_gain: int | None


class AnswerStraightSpeedsRow(TypedDict, total=False):
    circuit_id: str | None
    compound: str | None
    driver_number: int | None
    fastest_kmh: float | None  #: km/h
    fastest_m: float | None  #: Metres
    from_corner: int | None
    from_m: float | None  #: Metres
    lap_number: int | None
    lap_time_ms: int | None  #: Milliseconds
    season: int | None
    session_key: str | None
    team: str | None
    tla: str | None
    to_corner: int | None
    to_m: float | None  #: Metres


class AnswerTeammatesRow(TypedDict, total=False):
    other_tla: str | None
    qualifying_ahead: int | None
    qualifying_behind: int | None
    races_ahead: int | None
    races_behind: int | None
    season: int | None
    slower_ms: float | None  #: Milliseconds
    team: str | None
    tla: str | None


class AnswerTelemetryByDriverRow(TypedDict, total=False):
    braking_pct: float | None  #: Percent
    circuit_id: str | None
    drs_open_pct: float | None  #: Percent
    full_throttle_pct: float | None  #: Percent
    gear_changes: float | None
    laps: int | None
    season: int | None
    session_key: str | None
    speed_max_kmh: int | None  #: km/h
    speed_max_median_kmh: float | None  #: km/h
    speed_min_median_kmh: float | None  #: km/h
    team: str | None
    tla: str | None


class AnswerTelemetryOverlayRow(TypedDict, total=False):
    brake: int | None
    circuit_id: str | None
    compound: str | None
    delta_ms: float | None  #: Milliseconds
    distance_m: float | None  #: Metres
    driver_number: int | None
    drs: int | None
    gear: int | None
    lap_number: int | None
    lap_time_ms: int | None  #: Milliseconds
    rpm: float | None
    season: int | None
    session_key: str | None
    speed_kmh: float | None  #: km/h
    team: str | None
    throttle_pct: float | None  #: Percent
    time_ms: float | None  #: Milliseconds
    tla: str | None


class Board(TypedDict):
    advance: int | None
    cars: dict[str, Car]
    clock: Clock | None
    lap: int | None
    now: str | None
    part: int | None
    quality: Quality
    race_control: dict[str, RCM]
    radio: dict[str, Radio]
    session: Session
    status: str | None
    total_laps: int | None
    track: Track
    view: View
    weather: Weather | None


class Car(TypedDict):
    best: Value
    best_lap: int | None
    best_lap_sectors_ms: list[int]
    catching: bool
    chequered: bool
    colour: str | None
    driver_number: int
    fl: Speed
    gap: Gap
    grid: int | None
    i1: Speed
    i2: Speed
    ideal_ms: int | None
    in_pit: bool
    interval: Gap
    knocked_out: bool
    laps: int
    last: Value
    leader_ms: int | None
    line: int
    name: str | None
    no_time: bool
    part_best: list[Value]
    pit_out: bool
    position: int | None
    retired: bool
    sectors: list[Sector]
    st: Speed
    stints: list[Stint]
    stopped: bool
    stops: int
    team: str | None
    tla: str | None


class Circuit(TypedDict):
    circuit_id: str
    length_m: float
    outline: list[CircuitPoint]


class CircuitInfo(TypedDict):
    country: str | None
    id: str
    length_m: float | None
    name: str | None


class CircuitPoint(TypedDict):
    lap_share: float
    x_m: float
    y_m: float


class Circuits(TypedDict):
    circuits: list[CircuitInfo]


class Cited(TypedDict):
    offset: int
    payload: Any
    time: str | None
    topic: str


class Clock(TypedDict):
    at: str
    remaining_ms: int
    running: bool


class ClockState(TypedDict):
    at: str | None
    channel: str
    end: str | None
    id: str
    lap: int | None
    paused: bool
    seekable: bool
    session_key: str
    speed: float
    start: str | None


class ClockWish(TypedDict, total=False):
    at: str | None  #: Session time to go to
    lap: int | None  #: Race lap to go to: when the leader began it
    paused: bool | None  #: Whether the clock stands still
    speed: float | None  #: Session seconds a second
    step_laps: int | None  #: Laps to step from the one being shown


class ComparedLap(TypedDict, total=False):
    brake: list[float | None]  #: One value a point
    date_start: str
    delta_s: list[float | None]  #: Seconds behind the lap of delta_to, below 0 ahead of it
    distance_m: list[float | None]  #: Metres along the lap
    driver_number: int
    drs: list[float | None]  #: One value a point
    gear: list[float | None]  #: One value a point
    hole_ms: int  #: The longest time without a speed: above some seconds do not trust the distances
    lap_number: int
    lap_time_ms: int
    length_m: float  #: As measured by speed; by distance all laps are scaled to one length
    rpm: list[float | None]  #: One value a point
    seconds_s: list[float | None]  #: Seconds since the lap's start
    session_key: str
    speed_kmh: list[float | None]  #: One value a point
    throttle_pct: list[float | None]  #: One value a point


class ComparedLaps(TypedDict):
    by: Literal["distance", "time", "sample"]
    laps: list[ComparedLap]


class ConsistencyRow(TypedDict, total=False):
    """How evenly each car was driven."""
    driver_number: int
    laps: int | None
    session_key: str
    spread_ms: int | None  #: Milliseconds


class ConstructorInfo(TypedDict):
    colour: str | None
    id: str
    name: str | None
    nationality: str | None


class Constructors(TypedDict):
    constructors: list[ConstructorInfo]


class CountedRound(TypedDict):
    round: int | None
    session_key: str
    status: str
    type: str


class DataGap(TypedDict):
    from_: str
    to: str


class DegradationRow(TypedDict, total=False):
    """How each compound has worn."""
    compound: str | None
    fuel_s_per_lap: float | None  #: Seconds a lap
    fuel_spread_s: float | None  #: Seconds
    laps: int | None
    offset_s: float | None  #: Seconds
    offset_spread_s: float | None  #: Seconds
    oldest_laps: int | None  #: Laps
    session_key: str
    wear_s_per_lap: float | None  #: Seconds a lap
    wear_spread_s: float | None  #: Seconds


class DriverInfo(TypedDict):
    id: str
    name: str | None
    nationality: str | None
    number: int | None


class DriverList(TypedDict):
    drivers: list[DriverInfo]


class DriversRow(TypedDict, total=False):
    """Who drives."""
    country: str | None
    driver_number: int
    first_name: str | None
    last_name: str | None
    line: int | None
    session_key: str
    team: str | None
    team_colour: str | None
    tla: str | None


class ErrorDetail(TypedDict, total=False):
    location: str  #: Where the error occurred, e.g. 'body.items[3].tags' or 'path.thing-id'
    message: str  #: Error message text
    value: Any  #: The value at the given location


class ErrorModel(TypedDict, total=False):
    detail: str  #: A human-readable explanation specific to this occurrence of the problem.
    errors: list[ErrorDetail]  #: Optional list of individual error details
    instance: str  #: A URI reference that identifies the specific occurrence of the problem.
    status: int  #: HTTP status code
    title: str  #: A short, human-readable summary of the problem type. This value should not change between occurrences of the error.
    type: str  #: A URI reference to human-readable documentation for the error.


class Estimate(TypedDict):
    s: float
    spread_s: float


class Event(TypedDict, total=False):
    count_from: int | None
    count_of: str | None
    count_to: int | None
    detail: str | None
    driver_number: int | None
    driver_numbers: list[int]
    event_id: str
    evidence: list[int]
    kind: str
    known: str
    lap_number: int | None
    offset: int
    other_driver_number: int | None
    position_from: int | None
    position_to: int | None
    priority: str
    status: str
    supersedes: str | None
    text: str
    time: str
    title: str
    value: float | None
    version: int


class Events(TypedDict):
    events: list[Event]
    next_cursor: str | None
    total: int


class EventsRow(TypedDict, total=False):
    """What has happened."""
    count_from: int | None
    count_of: str | None
    count_to: int | None
    detail: str | None
    driver_number: int | None
    driver_numbers: str | None
    event_id: str
    evidence: str | None
    kind: str | None
    known: datetime | None  #: UTC, to the millisecond
    lap_number: int | None
    offset: int | None
    other_driver_number: int | None
    position_from: int | None
    position_to: int | None
    priority: str | None
    session_key: str
    status: str | None
    supersedes: str | None
    time: datetime | None  #: UTC, to the millisecond
    value: float | None
    version: int | None


class Gap(TypedDict):
    laps: int | None
    ms: int | None


class GapHistoryRow(TypedDict, total=False):
    """Gaps at the end of every lap."""
    driver_number: int
    gap_to_leader_ms: int | None  #: Milliseconds
    in_traffic: bool | None
    interval_ms: int | None  #: Milliseconds
    is_clean: bool | None
    lap_number: int
    position: int | None
    session_key: str
    time: datetime | None  #: UTC, to the millisecond


class Hit(TypedDict):
    detail: str | None
    id: str
    kind: str
    session_key: str | None
    time: str | None
    title: str


class Hits(TypedDict):
    hits: list[Hit]


class IdealLapsRow(TypedDict, total=False):
    """The best sectors of each car put together."""
    best_ms: int | None  #: Milliseconds
    driver_number: int
    ideal_ms: int | None  #: Milliseconds
    laps: int | None
    part: int
    s1_ms: int | None  #: Milliseconds
    s2_ms: int | None  #: Milliseconds
    s3_ms: int | None  #: Milliseconds
    session_key: str


class IntervalsRow(TypedDict, total=False):
    """Changes of the gaps."""
    driver_number: int
    gap_to_leader_ms: int | None  #: Milliseconds
    interval_ms: int | None  #: Milliseconds
    laps_down: int | None
    session_key: str
    time: datetime  #: UTC, to the millisecond


class LapTelemetryRow(TypedDict, total=False):
    """Each lap's samples in a few figures."""
    braking_pct: float | None  #: Percent
    driver_number: int
    drs_open_pct: float | None  #: Percent
    full_throttle_pct: float | None  #: Percent
    gear_changes: int | None
    lap_number: int
    rpm_max: int | None
    samples: int | None
    session_key: str
    speed_max_kmh: int | None  #: km/h
    speed_mean_kmh: float | None  #: km/h
    speed_min_kmh: int | None  #: km/h


class LapsRow(TypedDict, total=False):
    """Laps with sectors, speeds, tyres and places."""
    compound: str | None
    date_start: datetime | None  #: UTC, to the millisecond
    deleted: bool | None
    deleted_reason: str | None
    driver_number: int
    fresh_tyre: bool | None
    gap_to_leader_ms: int | None  #: Milliseconds
    in_pit_at_start: bool | None
    interval_ms: int | None  #: Milliseconds
    is_accurate: bool | None
    is_personal_best: bool | None
    lap_number: int
    lap_time_ms: int | None  #: Milliseconds
    laps_down: int | None
    pit_in_time: datetime | None  #: UTC, to the millisecond
    pit_out_time: datetime | None  #: UTC, to the millisecond
    position: int | None
    s1_ms: int | None  #: Milliseconds
    s2_ms: int | None  #: Milliseconds
    s3_ms: int | None  #: Milliseconds
    session_key: str
    speed_fl_kmh: int | None  #: km/h
    speed_i1_kmh: int | None  #: km/h
    speed_i2_kmh: int | None  #: km/h
    speed_st_kmh: int | None  #: km/h
    stint_number: int | None
    track_status: str | None
    tyre_age_laps: int | None  #: Laps


class Link(TypedDict):
    href: str
    name: str


class LocationsRow(TypedDict, total=False):
    """Samples of the cars' places, some four a second."""
    driver_number: int
    on_track: bool | None
    session_key: str
    time: datetime  #: UTC, to the millisecond
    x_m: float | None  #: Metres
    y_m: float | None  #: Metres
    z_m: float | None  #: Metres


class NewClock(TypedDict, total=False):
    at: str | None  #: Session time to go to
    lap: int | None  #: Race lap to go to: when the leader began it
    paused: bool | None  #: Whether the clock stands still
    session_key: str  #: Session key, readable name or latest
    speed: float | None  #: Session seconds a second
    step_laps: int | None  #: Laps to step from the one being shown


class PitLossRow(TypedDict, total=False):
    """What a stop costs under each condition."""
    high_ms: int | None  #: Milliseconds
    low_ms: int | None  #: Milliseconds
    median_ms: int | None  #: Milliseconds
    prior_stops: int | None
    session_key: str
    stops: int | None
    under: str | None


class PitStopsRow(TypedDict, total=False):
    """Visits to the pit lane."""
    compound_from: str | None
    compound_to: str | None
    driver_number: int
    lap_number: int | None
    pit_in_time: datetime | None  #: UTC, to the millisecond
    pit_lane_ms: int | None  #: Milliseconds
    pit_out_time: datetime | None  #: UTC, to the millisecond
    session_key: str
    stationary_ms: int | None  #: Milliseconds
    stop_number: int
    under: str | None


class PositionsRow(TypedDict, total=False):
    """Changes of place."""
    driver_number: int
    position: int | None
    session_key: str
    time: datetime  #: UTC, to the millisecond


class Quality(TypedDict, total=False):
    gaps: list[DataGap]
    live: bool
    missing: list[str]
    notes: list[str]
    skipped: int
    source: str
    topics: dict[str, TopicQuality]
    trouble: str


class Question(TypedDict):
    columns: list[QuestionColumn]
    doc: str
    name: str
    parameters: list[QuestionArgument]
    title: str


class QuestionArgument(TypedDict):
    default: str  #: Empty: it does not narrow the answer
    doc: str
    example: str
    name: str
    required: bool
    type: Literal["string", "integer", "number"]


class QuestionColumn(TypedDict):
    name: str
    type: Literal["string", "integer", "number", "boolean"]


class Questions(TypedDict):
    questions: list[Question]


class RCM(TypedDict):
    category: str | None
    driver_number: int | None
    flag: str | None
    lap_number: int | None
    message: str
    scope: str | None
    sector: int | None
    time: str


class Race(TypedDict):
    circuit_id: str | None
    date: str | None
    id: str
    name: str | None
    round: int
    season: int
    sessions: list[str]


class RaceControlRow(TypedDict, total=False):
    """Messages of race control."""
    category: str | None
    driver_number: int | None
    flag: str | None
    lap_number: int | None
    message: str | None
    message_id: int
    scope: str | None
    sector: int | None
    session_key: str
    time: datetime | None  #: UTC, to the millisecond


class Races(TypedDict):
    races: list[Race]
    season: int


class Radio(TypedDict):
    driver_number: int
    path: str
    time: str


class RejoinRow(TypedDict, total=False):
    """Where each car would have come out, lap by lap."""
    actual_position: int | None
    ahead_driver_number: int | None
    behind_driver_number: int | None
    driver_number: int
    gap_ahead_ms: int | None  #: Milliseconds
    gap_behind_ms: int | None  #: Milliseconds
    lap_number: int
    out_lap: int | None
    pit_loss_ms: int | None  #: Milliseconds
    position: int | None
    position_high: int | None
    position_low: int | None
    session_key: str
    traffic: str | None
    under: str | None


class ResultVersion(TypedDict):
    known: str
    source: str | None
    status: str
    version: int


class ResultVersions(TypedDict):
    session_key: str
    versions: list[ResultVersion]


class ResultsRow(TypedDict, total=False):
    """The classification."""
    classified: bool | None
    driver_number: int
    gap_ms: int | None  #: Milliseconds
    grid: int | None
    laps_completed: int | None
    laps_down: int | None
    points: float | None
    position: int | None
    session_key: str
    status: str | None
    time_ms: int | None  #: Milliseconds


class Sector(TypedDict):
    mark: str
    ms: int | None
    previous_ms: int | None
    segments: str


class Session(TypedDict):
    circuit: str | None
    circuit_id: str | None
    country: str | None
    end: str | None
    event: str | None
    key: str
    name: str | None
    official_name: str | None
    simulated: bool
    slug: str | None
    start: str | None
    type: str | None
    utc_offset_s: int


class SessionDetail(TypedDict):
    changed: str | None
    circuit_id: str | None
    date_end: str | None
    date_start: str | None
    event: str | None
    id: str | None
    live: bool
    name: str | None
    round: int | None
    season: int | None
    session_key: str
    source: str | None
    status: str | None
    stored: bool
    tables: list[Link]
    total_laps: int | None
    type: str | None
    utc_offset: str | None
    watchable: bool
    whole: bool


class SessionEntry(TypedDict, total=False):
    default: bool
    end: str | None
    live: bool
    session: Session
    source: str
    start: str | None
    stored: bool


class Sessions(TypedDict, total=False):
    next_cursor: str
    sessions: list[SessionEntry]


class Speed(TypedDict):
    kmh: int | None
    mark: str


class Standing(TypedDict):
    id: str
    name: str | None
    places: list[int]
    points: float
    position: int
    teams: list[str]


class Standings(TypedDict):
    after_round: int | None
    constructors: list[Standing]
    drivers: list[Standing]
    season: int
    sessions: list[CountedRound]


class Stint(TypedDict):
    age: int
    compound: str | None
    fresh: bool | None
    laps: int


class StintPaceRow(TypedDict, total=False):
    """Pace of each stint, freed of fuel, tyre age and traffic."""
    clean_laps: int | None  #: Laps
    compound: str | None
    corrected_ms: int | None  #: Milliseconds
    driver_number: int
    lap_end: int | None
    lap_start: int | None
    median_ms: int | None  #: Milliseconds
    session_key: str
    spread_ms: int | None  #: Milliseconds
    stint_number: int
    tyre_age_laps: int | None  #: Laps
    wear_s_per_lap: float | None  #: Seconds a lap
    wear_spread_s: float | None  #: Seconds


class StintsRow(TypedDict, total=False):
    """Stints: sets of tyres and their laps."""
    compound: str | None
    driver_number: int
    fresh_tyre: bool | None
    lap_end: int | None
    lap_start: int | None
    session_key: str
    stint_number: int
    tyre_age_at_start: int | None


class StopLossesRow(TypedDict, total=False):
    """What each stop cost."""
    driver_number: int
    lap_number: int
    loss_ms: int | None  #: Milliseconds
    pit_lane_ms: int | None  #: Milliseconds
    session_key: str
    under: str | None


class Strategy(TypedDict):
    cars: dict[str, StrategyCar]
    consistency: dict[str, StrategyEvenness]
    degradation: dict[str, StrategyWear]
    following: Estimate | None
    fuel: Estimate | None
    ideal: dict[str, StrategyIdeal]
    lap: int | None
    pit_loss: dict[str, StrategyPitLoss]
    session_key: str
    total_laps: int | None
    undercuts: dict[str, StrategyUndercut]


class StrategyCar(TypedDict):
    driver_number: int
    lap: int
    owes_stop: bool | None
    rejoin: StrategyRejoin | None
    running: bool
    stints: list[StrategyStint]
    threats: list[StrategyThreat]
    window: StrategyWindow | None


class StrategyEvenness(TypedDict):
    laps: int
    spread_ms: int


class StrategyIdeal(TypedDict):
    best_ms: int | None
    driver_number: int
    ideal_ms: int
    part: int | None
    sectors_ms: list[int]


class StrategyPitLoss(TypedDict):
    high_ms: int
    low_ms: int
    median_ms: int
    prior_stops: int
    stops: int


class StrategyRejoin(TypedDict):
    ahead: int | None
    behind: int | None
    gap_ahead_ms: int | None
    gap_behind_ms: int | None
    in_pit: bool
    out_lap: int
    pit_loss_ms: int
    position: int
    position_high: int
    position_low: int
    traffic: list[int]
    under: str


class StrategyStint(TypedDict):
    age: int | None
    clean_laps: int
    compound: str | None
    corrected_ms: int | None
    lap_end: int
    lap_start: int
    median_ms: int | None
    spread_ms: int | None
    wear: Estimate | None


class StrategyThreat(TypedDict):
    driver_number: int
    gain_ms: int
    gap_ms: int
    spread_ms: int


class StrategyUndercut(TypedDict):
    first: int
    first_lap: int
    forecast_ms: int | None
    forecast_spread_ms: int | None
    gap_after_ms: int
    gap_before_ms: int
    in_lap_ms: int | None
    kind: str
    out_lap_ms: int | None
    second: int
    second_lap: int
    stop_ms: int | None
    traffic_ms: int | None
    tyre_pace_ms: int | None
    under: str
    worked: bool


class StrategyWear(TypedDict):
    laps: int
    offset: Estimate
    oldest: int
    wear: Estimate


class StrategyWindow(TypedDict):
    earliest: int
    latest: int
    next: str | None
    stops: int


class TeamRadioRow(TypedDict, total=False):
    """Published radio messages."""
    driver_number: int
    path: str | None
    session_key: str
    time: datetime  #: UTC, to the millisecond


class TelemetryRow(TypedDict, total=False):
    """Samples of the car channels, some four a second."""
    brake: int | None
    driver_number: int
    drs: int | None
    gear: int | None
    rpm: int | None
    session_key: str
    speed_kmh: int | None  #: km/h
    throttle_pct: int | None  #: Percent
    time: datetime  #: UTC, to the millisecond


class Timeline(TypedDict):
    end: str | None
    laps: list[TimelineLap]
    periods: list[TimelinePeriod]
    session_key: str
    start: str | None


class TimelineLap(TypedDict):
    lap: int
    time: str


class TimelinePeriod(TypedDict):
    from_: str
    status: str
    to: str


class TopicQuality(TypedDict):
    last: str | None
    messages: int
    stale: bool


class Track(TypedDict):
    message: str | None
    sectors: dict[str, str]
    since: str | None
    status: str | None


class TrackStatusRow(TypedDict, total=False):
    """Changes of the track's state."""
    message: str | None
    session_key: str
    status: str | None
    time: datetime  #: UTC, to the millisecond


class UndercutsRow(TypedDict, total=False):
    """The ledger of under- and overcuts."""
    first_driver_number: int
    first_lap_number: int
    forecast_ms: int | None  #: Milliseconds
    forecast_spread_ms: int | None  #: Milliseconds
    gap_after_ms: int | None  #: Milliseconds
    gap_before_ms: int | None  #: Milliseconds
    in_lap_ms: int | None  #: Milliseconds
    kind: str | None
    out_lap_ms: int | None  #: Milliseconds
    second_driver_number: int
    second_lap_number: int
    session_key: str
    stop_ms: int | None  #: Milliseconds
    traffic_ms: int | None  #: Milliseconds
    tyre_pace_ms: int | None  #: Milliseconds
    under: str | None
    worked: bool | None


class Value(TypedDict):
    mark: str
    ms: int | None


class View(TypedDict):
    behind_ms: int
    clock: str
    paused: bool
    seekable: bool
    speed: float


class Weather(TypedDict):
    air_c: float | None
    humidity_pct: float | None
    pressure_hpa: float | None
    rainfall: bool | None
    time: str
    track_c: float | None
    wind_deg: int | None
    wind_ms: float | None


class WeatherRow(TypedDict, total=False):
    """Weather reports."""
    air_c: float | None  #: Degrees Celsius
    humidity_pct: float | None  #: Percent
    pressure_hpa: float | None  #: hPa
    rainfall: bool | None
    session_key: str
    time: datetime  #: UTC, to the millisecond
    track_c: float | None  #: Degrees Celsius
    wind_deg: int | None  #: Degrees from north, where it comes from
    wind_ms: float | None  #: Metres a second


class Why(TypedDict):
    event: Event
    holds: bool
    messages: list[Cited]
    problem: str | None
    rule: str
    versions: list[Event]
