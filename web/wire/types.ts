// Generated from internal/wire by tsgen; change the Go structs and run: make generate

/**
 * Event is one version of something that happened. On "events:{key}" a snapshot is an [Events], every later
 * message (type "event") one Event, which replaces the one with its event_id; a retracted one was told and does
 * not hold.
 */
export interface Event {
  event_id: string;
  version: number;
  /** overtake.on_track, sc.deployed, ... */
  kind: string;
  /** the kind for people */
  title: string;
  /** what happened to whom in one sentence, with units; the status is not in it */
  text: string;
  /** P0 (interrupts) to P3 (for the record) */
  priority: string;
  /** provisional confirmed retracted */
  status: string;
  /** when it happened, by the session's clock */
  time: string;
  /** when this version could first be told */
  known: string;
  /** log position of the message that made it known */
  offset: number;
  lap_number: number | null;
  driver_number: number | null;
  other_driver_number: number | null;
  /** all of them where there are more than two */
  driver_numbers?: number[];
  /** place of the driver before */
  position_from: number | null;
  /** and after */
  position_to: number | null;
  /** a count that is no place, before */
  count_from: number | null;
  /** and after */
  count_to: number | null;
  /** what it counts: stop stint lap strike laps_down championship_place */
  count_of: string | null;
  /** what it counts is the kind's: seconds of a lap time, of a penalty, km/h, laps */
  value: number | null;
  detail: string | null;
  /** event_id of the event that it replaces */
  supersedes: string | null;
  /** offsets of the raw messages that justify it */
  evidence: number[];
}

/** Events is a list of events, each in its newest version, in the order in which they became known. */
export interface Events {
  events: Event[];
  /** how many there are; a snapshot on a channel leaves out older ones of low priority */
  total: number;
  next_cursor: string | null;
}

/** Why is what justifies an event: the rule it follows and the messages it cites, as they came. */
export interface Why {
  event: Event;
  rule: string;
  /** the rule, evaluated from the cited messages alone */
  holds: boolean;
  /** why it does not */
  problem: string | null;
  /** the older ones first */
  versions: Event[];
  /** by offset */
  messages: Cited[];
}

/** Cited is a raw message of the official feed. */
export interface Cited {
  offset: number;
  time: string | null;
  topic: string;
  payload: unknown;
}

/** SessionDetail is one session: its row of table sessions, and what is known of it here. */
export interface SessionDetail {
  session_key: string;
  /** readable name, which works wherever the key does */
  id: string | null;
  season: number | null;
  round: number | null;
  event: string | null;
  circuit_id: string | null;
  type: string | null;
  name: string | null;
  date_start: string | null;
  date_end: string | null;
  /** +04:00 */
  utc_offset: string | null;
  status: string | null;
  total_laps: number | null;
  live: boolean;
  /** its log is here: boards, clocks and moments can be had */
  watchable: boolean;
  stored: boolean;
  /** it is over, and all of it is stored */
  whole: boolean;
  /** what the rows were made from */
  source: string | null;
  /** when its rows changed last */
  changed: string | null;
  /** what else there is of it */
  tables: Link[];
}

/** Link is a resource of another one. */
export interface Link {
  name: string;
  href: string;
}

/** ResultVersions are the versions of a session's classification, the oldest first. */
export interface ResultVersions {
  session_key: string;
  versions: ResultVersion[];
}

/** ResultVersion is a version of a classification: results?as_known_on=known gives its rows. */
export interface ResultVersion {
  version: number;
  known: string;
  /** provisional final revised */
  status: string;
  source: string | null;
}

/** Standings are the championships of a season after a round. */
export interface Standings {
  season: number;
  /** the last one that is counted; null: none */
  after_round: number | null;
  /** races and sprints that are counted */
  sessions: CountedRound[];
  drivers: Standing[];
  constructors: Standing[];
}

/** CountedRound is a race or sprint whose points are in the standings. */
export interface CountedRound {
  session_key: string;
  round: number | null;
  type: string;
  /** provisional final revised */
  status: string;
}

/** Standing is a line of a championship. */
export interface Standing {
  position: number;
  /** driver code, or slug of the team's name */
  id: string;
  name: string | null;
  /** of a driver, the newest last */
  teams: string[];
  points: number;
  /** races finished first, second, ... */
  places: number[];
}

/** Races are the weekends of a season. */
export interface Races {
  season: number;
  races: Race[];
}

/** Race is a weekend. */
export interface Race {
  id: string;
  season: number;
  round: number;
  circuit_id: string | null;
  name: string | null;
  /** of the race */
  date: string | null;
  /** ids of those that are stored */
  sessions: string[];
}

/** CircuitInfo is a race track. */
export interface CircuitInfo {
  id: string;
  name: string | null;
  country: string | null;
  length_m: number | null;
}

/** DriverInfo is a person; the id is the code. */
export interface DriverInfo {
  id: string;
  name: string | null;
  nationality: string | null;
  /** the permanent one */
  number: number | null;
}

/** ConstructorInfo is a team. */
export interface ConstructorInfo {
  id: string;
  name: string | null;
  nationality: string | null;
  /** RRGGBB */
  colour: string | null;
}

/** Circuits is the list of circuits. */
export interface Circuits {
  circuits: CircuitInfo[];
}

/** DriverList is the list of drivers. */
export interface DriverList {
  drivers: DriverInfo[];
}

/** Constructors is the list of teams. */
export interface Constructors {
  constructors: ConstructorInfo[];
}

/** Hits are what a search has found. */
export interface Hits {
  hits: Hit[];
}

/** Hit is something found. */
export interface Hit {
  /** session driver circuit event race_control */
  kind: string;
  /** of what happened in one */
  session_key: string | null;
  id: string;
  title: string;
  detail: string | null;
  time: string | null;
}

/**
 * Strategy is the strategy picture of a session at one moment. Outside races only ideal and consistency are
 * filled.
 */
export interface Strategy {
  session_key: string;
  /** last lap the leader completed */
  lap: number | null;
  total_laps: number | null;
  /** a lap gets quicker by, for each lap driven */
  fuel: Estimate | null;
  /** a lap in the wake of a car ahead costs */
  following: Estimate | null;
  /** by green, vsc, sc */
  pit_loss: Record<string, StrategyPitLoss>;
  degradation: Record<string, StrategyWear>;
  /** by car number */
  cars: Record<string, StrategyCar>;
  /** by "first-lap-second-lap" */
  undercuts: Record<string, StrategyUndercut>;
  /** by car number, in qualifying "number-part" */
  ideal: Record<string, StrategyIdeal>;
  /** by car number */
  consistency: Record<string, StrategyEvenness>;
}

/** Estimate is a figure in seconds with one standard deviation. */
export interface Estimate {
  s: number;
  spread_s: number;
}

/** StrategyPitLoss is what a stop costs under a condition; one in ten costs less than low, one more than high. */
export interface StrategyPitLoss {
  median_ms: number;
  low_ms: number;
  high_ms: number;
  /** of this session */
  stops: number;
  /** of past seasons here; both 0 is a guess from other circuits */
  prior_stops: number;
}

/** StrategyWear is how a compound has worn. */
export interface StrategyWear {
  /** a lap of age */
  wear: Estimate;
  /** new, against a new medium */
  offset: Estimate;
  /** clean laps */
  laps: number;
  /** laps */
  oldest: number;
}

/** StrategyCar is one car. */
export interface StrategyCar {
  driver_number: number;
  /** completed */
  lap: number;
  running: boolean;
  /** null when it can not stop any more */
  rejoin: StrategyRejoin | null;
  /** null when nobody can tell */
  window: StrategyWindow | null;
  /** cars behind in undercut range of it, nearest first */
  threats: StrategyThreat[];
  stints: StrategyStint[];
  /** by the rules; null unknown */
  owes_stop: boolean | null;
}

/**
 * StrategyRejoin is where a car would be at the end of its out-lap, came it in now; the band holds four times
 * in five.
 */
export interface StrategyRejoin {
  out_lap: number;
  /** it is in the lane already */
  in_pit: boolean;
  under: string;
  pit_loss_ms: number;
  position: number;
  position_low: number;
  position_high: number;
  /** driver numbers */
  ahead: number | null;
  gap_ahead_ms: number | null;
  behind: number | null;
  gap_behind_ms: number | null;
  /** close ahead on the road, nearest first */
  traffic: number[];
}

/** StrategyWindow is when to stop next; stops 0 is a car that need not. */
export interface StrategyWindow {
  earliest: number;
  latest: number;
  stops: number;
  /** compound */
  next: string | null;
}

/** StrategyThreat is a car behind that would be ahead, stopped it now and this one a lap later. */
export interface StrategyThreat {
  driver_number: number;
  gap_ms: number;
  gain_ms: number;
  spread_ms: number;
}

/** StrategyStint is the pace of one stint; corrected is on a new set, with the fuel of the last lap, alone. */
export interface StrategyStint {
  compound: string | null;
  lap_start: number;
  lap_end: number;
  age: number | null;
  clean_laps: number;
  median_ms: number | null;
  corrected_ms: number | null;
  spread_ms: number | null;
  /** of this stint alone */
  wear: Estimate | null;
}

/**
 * StrategyUndercut is a pair of stops. Gaps are of the first to stop to the second, negative when it is ahead;
 * the five parts add up to after minus before, and are absent where not all was driven under green.
 */
export interface StrategyUndercut {
  /** undercut overcut */
  kind: string;
  first: number;
  first_lap: number;
  second: number;
  second_lap: number;
  under: string;
  gap_before_ms: number;
  gap_after_ms: number;
  /** after, as expected before */
  forecast_ms: number | null;
  forecast_spread_ms: number | null;
  stop_ms: number | null;
  in_lap_ms: number | null;
  out_lap_ms: number | null;
  tyre_pace_ms: number | null;
  traffic_ms: number | null;
  /** the car that was behind is ahead */
  worked: boolean;
}

/** StrategyIdeal is a car's best sectors put together. */
export interface StrategyIdeal {
  driver_number: number;
  /** of qualifying */
  part: number | null;
  sectors_ms: number[];
  ideal_ms: number;
  best_ms: number | null;
}

/** StrategyEvenness is how evenly a car was driven: a robust standard deviation of its clean laps. */
export interface StrategyEvenness {
  laps: number;
  spread_ms: number;
}

/**
 * Envelope is one message of any channel. Seq rises by one per channel; a message that stands for
 * several carries SeqFrom (the first) and Seq (the last).
 */
export interface Envelope {
  /** 1 */
  v: number;
  seq: number;
  seq_from?: number;
  /** when we published, UTC with milliseconds */
  t: string;
  /** the source's own time */
  src_t: string | null;
  /** snapshot, delta, batch, or on timing:raw the topic */
  type: string;
  data: unknown;
}

/** Board is the timing board of one session at one moment. */
export interface Board {
  session: Session;
  /** the session's own clock, UTC */
  now: string | null;
  /** inactive started aborted finished finalised ends */
  status: string | null;
  track: Track;
  clock: Clock | null;
  lap: number | null;
  total_laps: number | null;
  /** qualifying part 1-3 */
  part: number | null;
  /** how many cars go through from this part */
  advance: number | null;
  weather: Weather | null;
  /** by car number */
  cars: Record<string, Car>;
  /** by message id */
  race_control: Record<string, RCM>;
  radio: Record<string, Radio>;
  quality: Quality;
  view: View;
}

/** View is the clock this board is shown at. */
export interface View {
  /** "live", "live-30", "default", "c_..." */
  clock: string;
  speed: number;
  paused: boolean;
  seekable: boolean;
  /** behind the newest moment held */
  behind_ms: number;
}

/** Session says which session it is. */
export interface Session {
  key: string;
  /** azerbaijan_2018_race */
  slug: string | null;
  event: string | null;
  official_name: string | null;
  name: string | null;
  type: string | null;
  /** as it is called where the session comes from */
  circuit: string | null;
  /** baku */
  circuit_id: string | null;
  country: string | null;
  start: string | null;
  end: string | null;
  utc_offset_s: number;
  simulated: boolean;
}

/** Track is the state of the track; Sectors names the marshal sectors whose flag still holds. */
export interface Track {
  /** clear yellow sc red vsc vsc_ending */
  status: string | null;
  message: string | null;
  since: string | null;
  sectors: Record<string, string>;
}

/** Clock is the session clock: remaining = remaining_ms - (now - at) while running. */
export interface Clock {
  at: string;
  remaining_ms: number;
  running: boolean;
}

/** Weather is the newest report. Wind direction is where it comes from. */
export interface Weather {
  time: string;
  air_c: number | null;
  track_c: number | null;
  humidity_pct: number | null;
  pressure_hpa: number | null;
  wind_ms: number | null;
  wind_deg: number | null;
  rainfall: boolean | null;
}

/** Gap is a distance in time or laps: exactly one of the two, or neither when unknown. */
export interface Gap {
  ms: number | null;
  laps: number | null;
}

/** Value is a time with its mark: "" none or slower, "pb" personal best, "ob" overall best. */
export interface Value {
  ms: number | null;
  mark: string;
}

/** Speed is a trap speed with its mark. */
export interface Speed {
  kmh: number | null;
  mark: string;
}

/**
 * Sector is one timing sector. Segments has one letter a mini-sector: "." not driven, "y" slower,
 * "g" personal best, "p" overall best, "b" pit lane, "s" stopped, "?" a code we do not know.
 */
export interface Sector {
  ms: number | null;
  previous_ms: number | null;
  mark: string;
  segments: string;
}

/** Stint is one set of tyres: compound letter S M H I W or "?", and its laps. */
export interface Stint {
  /** SOFT MEDIUM HARD INTERMEDIATE WET ... */
  compound: string | null;
  /** driven in this stint */
  laps: number;
  /** of the set */
  age: number;
  fresh: boolean | null;
}

/** Car is one line of the tower. */
export interface Car {
  driver_number: number;
  tla: string | null;
  name: string | null;
  team: string | null;
  /** #rrggbb */
  colour: string | null;
  line: number;
  position: number | null;
  grid: number | null;
  in_pit: boolean;
  pit_out: boolean;
  stopped: boolean;
  retired: boolean;
  knocked_out: boolean;
  chequered: boolean;
  /** no counted time yet in the first qualifying part */
  no_time: boolean;
  gap: Gap;
  interval: Gap;
  /** seconds to the leader for lapped cars too */
  leader_ms: number | null;
  catching: boolean;
  laps: number;
  stops: number;
  last: Value;
  best: Value;
  best_lap: number | null;
  /** the three sectors of the best lap; empty while one is unknown */
  best_lap_sectors_ms: number[];
  /** qualifying parts */
  part_best: Value[];
  sectors: Sector[];
  /** sum of the car's best sectors */
  ideal_ms: number | null;
  i1: Speed;
  i2: Speed;
  fl: Speed;
  st: Speed;
  stints: Stint[];
}

/** RCM is one race control message. */
export interface RCM {
  time: string;
  lap_number: number | null;
  category: string | null;
  flag: string | null;
  scope: string | null;
  sector: number | null;
  driver_number: number | null;
  message: string;
}

/** RaceControl is a message of the channel "race_control:{key}", new or corrected. */
export interface RaceControl extends RCM {
  message_id: number;
}

/** Sample is one sample of a car's channels on "telemetry:{key}:{driver_number}". */
export interface Sample {
  time: string;
  speed_kmh: number | null;
  rpm: number | null;
  gear: number | null;
  throttle_pct: number | null;
  brake: number | null;
  drs: number | null;
}

/** Circuit is the outline of a session's circuit, in the frame in which estimated places are given. */
export interface Circuit {
  circuit_id: string;
  length_m: number;
  /** from the timing line on, in the direction of the race */
  outline: CircuitPoint[];
}

/** CircuitPoint is a point of the outline and how much of the lap lies before it. */
export interface CircuitPoint {
  lap_share: number;
  x_m: number;
  y_m: number;
}

/**
 * Location is one sample of a car's place on "locations:{key}". Where the feed sends no places they are
 * estimated: then lap_share and its band say where, and x_m and y_m are that place on our outline of the
 * circuit, which begins at 0, 0 with y to the north. Sent places are in the feed's own frame.
 */
export interface Location {
  time: string;
  driver_number: number;
  /** null: estimated, and the place or the circuit's outline is not known */
  x_m: number | null;
  y_m: number | null;
  z_m: number | null;
  on_track: boolean | null;
  /** nobody said so: from mini-sectors and the pace of the lap */
  estimated?: boolean;
  /** of the lap's length from the timing line, 0 to 1 */
  lap_share?: number | null;
  /** of the length on each side, which holds the car nine times in ten */
  band_share?: number | null;
  /** the same in metres */
  band_m?: number | null;
  /** of an estimate: unknown running overdue stopped in_pit */
  state?: string;
  /** when it passed the last point of the lap */
  seen?: string;
}

/** Radio is one published radio message. */
export interface Radio {
  time: string;
  driver_number: number;
  path: string;
}

/** Quality says how good the data are: what arrives, what is late, what is missing. */
export interface Quality {
  /** sim, recording, livetiming, openf1 */
  source: string;
  /** what is wrong with the source, "" nothing */
  trouble: string;
  /** the source is connected or the clock is playing */
  live: boolean;
  topics: Record<string, TopicQuality>;
  /** topics a full session has that never came */
  missing: string[];
  /** stretches of which messages may be missing, the newest 20, oldest first */
  gaps: DataGap[];
  /** messages that could not be used */
  skipped: number;
  /**
   * Notes are what does not fit together, in words: the session's start or offset and the calendar's, a session of which
   * nothing has come. Nothing is changed for it.
   */
  notes?: string[];
}

/**
 * DataGap is a stretch during which the source was lost: what happened then is known only as far as it still held
 * afterwards.
 */
export interface DataGap {
  /** the last message before */
  from: string;
  /** the first one after */
  to: string;
}

/** TopicQuality is one topic's freshness. */
export interface TopicQuality {
  messages: number;
  /** time of the newest message */
  last: string | null;
  /** silent for more than three times its usual period while the feed lives */
  stale: boolean;
}

/** ClockState is a viewer's clock on a session: what the replay bar shows and sets. */
export interface ClockState {
  /** "live", "live-30", "c_..."; "default" is the process's own */
  id: string;
  session_key: string;
  /** what to subscribe to: "timing:9574@c_7f3a" */
  channel: string;
  /** session time at this clock now, UTC */
  at: string | null;
  lap: number | null;
  speed: number;
  paused: boolean;
  /** false for live and live-N */
  seekable: boolean;
  /** first and last moment that can be had */
  start: string | null;
  end: string | null;
}

/**
 * ClockWish makes or changes a replay clock. What is absent stays as it is; of at, lap and step_laps there
 * is at most one.
 */
export interface ClockWish {
  at?: string | null;
  lap?: number | null;
  step_laps?: number | null;
  speed?: number | null;
  paused?: boolean | null;
}

/** Timeline is the whole session for the replay bar: its span, laps and periods. */
export interface Timeline {
  session_key: string;
  start: string | null;
  end: string | null;
  /** when the leader began each lap */
  laps: TimelineLap[];
  /** track and session status as background */
  periods: TimelinePeriod[];
}

/** TimelineLap is when the leader began a lap. */
export interface TimelineLap {
  lap: number;
  time: string;
}

/**
 * TimelinePeriod is a stretch of one status. Those of the track (clear yellow sc red vsc vsc_ending), of the
 * session (inactive started aborted finished finalised ends) and of qualifying (part_1 part_2 part_3) each
 * follow one another.
 */
export interface TimelinePeriod {
  status: string;
  from: string;
  to: string;
}

/** Sessions is the list of the session picker, also on the channel "sessions". */
export interface Sessions {
  sessions: SessionEntry[];
  /** of more that are stored */
  next_cursor?: string | null;
}

/** SessionEntry is one line of the session picker. */
export interface SessionEntry {
  session: Session;
  live: boolean;
  /** what this process shows first */
  default: boolean;
  source: string;
  /** only its rows are here: it can be asked about, not watched */
  stored?: boolean;
  /** span of what is held */
  start: string | null;
  end: string | null;
}

/**
 * Readiness is what /readyz answers: whether there is something to watch, and how sources and stores are. A store that
 * does not work is trouble, but the session can be watched.
 */
export interface Readiness {
  ready: boolean;
  sessions: number;
  /** in order of preference */
  sources: SourceState[];
  stores: StoreState[];
  /** Backfill are the sessions of which the source was lost for a while, and what has been filled in since. */
  backfill: BackfillState[];
  /** Schedule is what is known of the sessions to come; absent where no source is live. */
  schedule?: ScheduleState | null;
}

/** BackfillState is how the gaps of a session stand. */
export interface BackfillState {
  session: string;
  /** waiting asking filled given_up */
  state: string;
  /** that are left */
  gaps: number;
  /** gaps of which nothing is lacking any more */
  filled: number;
  /** that were taken from the archive */
  messages: number;
  /** of the last time that the archive was asked, "" before */
  outcome: string;
  /** when it is asked again */
  next: string | null;
}

/** ScheduleState is what a server knows of the sessions that are on and to come. */
export interface ScheduleState {
  /** almanac archive; "" while there is no calendar */
  source: string;
  /** of the calendar */
  sessions: number;
  /** why there is none or no newer one, "" when all is well */
  trouble: string;
  /** Due says that a session is on or near, or that nobody knows: sources are watched closely and tried often. */
  due: boolean;
  /** null: none is on */
  current: ScheduledSession | null;
  /** null: none is known */
  next: ScheduledSession | null;
  /** of the last seven days, of which nothing has come: cancelled, it seems */
  empty: ScheduledSession[];
}

/** ScheduledSession is a session as the calendar has it. */
export interface ScheduledSession {
  event: string;
  name: string;
  type: string | null;
  start: string;
  end: string;
  /** DayOnly says that only the day is known: start and end are its bounds, UTC. */
  day_only: boolean;
  /** below 0: it should have begun */
  starts_in_ms: number;
}

/** StoreState is how one store is doing, and how far it is behind. */
export interface StoreState {
  /** sqlite, postgres; objects: how far sessions are sealed; redis */
  store: string;
  working: boolean;
  /** "" when there is none */
  trouble: string;
  sessions: WriterState[];
  backlog: BacklogState;
}

/** WriterState is how far a session is stored. */
export interface WriterState {
  session: string;
  /** working catching_up waiting failed standing_by ended */
  state: string;
  /** offset of the newest message that is stored */
  stored: number;
  /** offset of the newest message there is */
  newest: number;
  /** between the two */
  lag_messages: number;
  /** the same in time of the session */
  lag_ms: number;
  /** of waiting, failed and standing by */
  reason: string;
  /** when the state began */
  since: string;
}

/** BacklogState is how far the logs of earlier sessions are stored. */
export interface BacklogState {
  total: number;
  done: number;
  /** of those done */
  failed: number;
  /** why the last of those failed */
  reason?: string;
}

/** SourceState is how one source is doing. */
export interface SourceState {
  source: string;
  /** "" while it is not known */
  session: string;
  working: boolean;
  /** "" when there is none */
  trouble: string;
  /** Lacking are topics that were asked for and not given: an account may be needed, or the session has none. */
  lacking: string[];
  /** by name */
  topics: SourceTopic[];
  /** stretches during which it was lost, by our clock, the newest 20, oldest first */
  gaps: DataGap[];
  circuit: SourceCircuit;
}

/**
 * SourceCircuit is how a source's circuit breaker stands: one that fails again and again is left alone for a while, then
 * tried once, and counts as well again after a good minute.
 */
export interface SourceCircuit {
  /** closed open half_open */
  state: string;
  since: string | null;
  /** null: it runs, or has ended */
  next_try: string | null;
  /** in a row */
  failures: number;
  /** how often it opened */
  opened: number;
  /** The newest failure: what it says of the other side (connection server absent refused locked), in words, and when. */
  kind: string;
  last_error: string;
  last_failure: string | null;
}

/** SourceTopic is how one topic of a source is doing. */
export interface SourceTopic {
  topic: string;
  messages: number;
  /** when the newest came */
  last: string | null;
  /** Missed are messages that another source of the session gave and this one did not, though it was there. */
  missed: number;
}
