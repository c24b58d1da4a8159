// Package wire is the contract with clients: every JSON shape that leaves the program, and nothing else.
// The TypeScript types of the web app are generated from it. Shapes only grow; a rename is a new version.
//
// A channel message is an [Envelope]. On "timing:{key}" its data is first a whole [Board] (type
// "snapshot"), then merge patches of it (type "delta", RFC 7396: null removes a member).
package wire

import "time"

// Envelope is one message of any channel. Seq rises by one per channel; a message that stands for
// several carries SeqFrom (the first) and Seq (the last).
type Envelope struct {
	V       int    `json:"v"` // 1
	Seq     uint64 `json:"seq"`
	SeqFrom uint64 `json:"seq_from,omitempty"`
	T       string `json:"t"`                     // when we published, UTC with milliseconds
	SrcT    Text   `json:"src_t" nullable:"true"` // the source's own time
	Type    string `json:"type"`                  // snapshot, delta, batch, or on timing:raw the topic
	Data    any    `json:"data"`
}

// Board is the timing board of one session at one moment.
type Board struct {
	Session     Session          `json:"session"`
	Now         Text             `json:"now" nullable:"true"`    // the session's own clock, UTC
	Status      Text             `json:"status" nullable:"true"` // inactive started aborted finished finalised ends
	Track       Track            `json:"track"`
	Clock       *Clock           `json:"clock"`
	Lap         *int             `json:"lap"`
	TotalLaps   *int             `json:"total_laps"`
	Part        *int             `json:"part"`    // qualifying part 1-3
	Advance     *int             `json:"advance"` // how many cars go through from this part
	Weather     *Weather         `json:"weather"`
	Cars        map[string]Car   `json:"cars"`         // by car number
	RaceControl map[string]RCM   `json:"race_control"` // by message id
	Radio       map[string]Radio `json:"radio"`
	Quality     Quality          `json:"quality"`
	View        View             `json:"view"`
}

// View is the clock this board is shown at.
type View struct {
	Clock    string  `json:"clock"` // "live", "live-30", "default", "c_..."
	Speed    float64 `json:"speed"`
	Paused   bool    `json:"paused"`
	Seekable bool    `json:"seekable"`
	BehindMS int64   `json:"behind_ms"` // behind the newest moment held
}

// Session says which session it is.
type Session struct {
	Key        string `json:"key"`
	Slug       Text   `json:"slug" nullable:"true"` // azerbaijan_2018_race
	Event      Text   `json:"event" nullable:"true"`
	Official   Text   `json:"official_name" nullable:"true"`
	Name       Text   `json:"name" nullable:"true"`
	Type       Text   `json:"type" nullable:"true"`
	Circuit    Text   `json:"circuit" nullable:"true"`    // as it is called where the session comes from
	CircuitID  Text   `json:"circuit_id" nullable:"true"` // baku
	Country    Text   `json:"country" nullable:"true"`
	Start      Text   `json:"start" nullable:"true"`
	End        Text   `json:"end" nullable:"true"`
	UTCOffsetS int    `json:"utc_offset_s"`
	Simulated  bool   `json:"simulated"`
	Venue      Venue  `json:"-"` // for dialects
}

// Venue is where a session is and which weekend it belongs to, as the feed has it; 0 and "" are unknown.
type Venue struct {
	MeetingKey, CircuitKey, CountryKey int
	Location, CountryCode              string
}

// Track is the state of the track; Sectors names the marshal sectors whose flag still holds.
type Track struct {
	Status  Text              `json:"status" nullable:"true"` // clear yellow sc red vsc vsc_ending
	Message Text              `json:"message" nullable:"true"`
	Since   Text              `json:"since" nullable:"true"`
	Sectors map[string]string `json:"sectors"`
}

// Clock is the session clock: remaining = remaining_ms - (now - at) while running.
type Clock struct {
	At          string `json:"at"`
	RemainingMS int64  `json:"remaining_ms"`
	Running     bool   `json:"running"`
}

// Weather is the newest report. Wind direction is where it comes from.
type Weather struct {
	Time     string   `json:"time"`
	Air      *float64 `json:"air_c"`
	Track    *float64 `json:"track_c"`
	Humidity *float64 `json:"humidity_pct"`
	Pressure *float64 `json:"pressure_hpa"`
	WindMS   *float64 `json:"wind_ms"`
	WindDeg  *int     `json:"wind_deg"`
	Rainfall *bool    `json:"rainfall"`
}

// Gap is a distance in time or laps: exactly one of the two, or neither when unknown.
type Gap struct {
	MS   *int64 `json:"ms"`
	Laps *int   `json:"laps"`
}

// Value is a time with its mark: "" none or slower, "pb" personal best, "ob" overall best.
type Value struct {
	MS   *int64 `json:"ms"`
	Mark string `json:"mark"`
}

// Speed is a trap speed with its mark.
type Speed struct {
	KMH  *int   `json:"kmh"`
	Mark string `json:"mark"`
}

// Sector is one timing sector. Segments has one letter a mini-sector: "." not driven, "y" slower,
// "g" personal best, "p" overall best, "b" pit lane, "s" stopped, "?" a code we do not know.
type Sector struct {
	MS         *int64 `json:"ms"`
	PreviousMS *int64 `json:"previous_ms"`
	Mark       string `json:"mark"`
	Segments   string `json:"segments"`
}

// Stint is one set of tyres: compound letter S M H I W or "?", and its laps.
type Stint struct {
	Compound Text  `json:"compound" nullable:"true"` // SOFT MEDIUM HARD INTERMEDIATE WET ...
	Laps     int   `json:"laps"`                     // driven in this stint
	Age      int   `json:"age"`                      // of the set
	Fresh    *bool `json:"fresh"`
}

// Car is one line of the tower.
type Car struct {
	Number     int      `json:"driver_number"`
	TLA        Text     `json:"tla" nullable:"true"`
	Name       Text     `json:"name" nullable:"true"`
	Team       Text     `json:"team" nullable:"true"`
	Colour     Text     `json:"colour" nullable:"true"` // #rrggbb
	Line       int      `json:"line"`
	Position   *int     `json:"position"`
	Grid       *int     `json:"grid"`
	InPit      bool     `json:"in_pit"`
	PitOut     bool     `json:"pit_out"`
	Stopped    bool     `json:"stopped"`
	Retired    bool     `json:"retired"`
	KnockedOut bool     `json:"knocked_out"`
	Chequered  bool     `json:"chequered"`
	NoTime     bool     `json:"no_time"` // no counted time yet in the first qualifying part
	Gap        Gap      `json:"gap"`
	Interval   Gap      `json:"interval"`
	LeaderMS   *int64   `json:"leader_ms"` // seconds to the leader for lapped cars too
	Catching   bool     `json:"catching"`
	Laps       int      `json:"laps"`
	Stops      int      `json:"stops"`
	Last       Value    `json:"last"`
	Best       Value    `json:"best"`
	BestLap    *int     `json:"best_lap"`
	BestLapMS  []int64  `json:"best_lap_sectors_ms"` // the three sectors of the best lap; empty while one is unknown
	PartBest   []Value  `json:"part_best"`           // qualifying parts
	Sectors    []Sector `json:"sectors"`
	IdealMS    *int64   `json:"ideal_ms"` // sum of the car's best sectors
	I1         Speed    `json:"i1"`
	I2         Speed    `json:"i2"`
	FL         Speed    `json:"fl"`
	ST         Speed    `json:"st"`
	Stints     []Stint  `json:"stints"`
}

// RCM is one race control message.
type RCM struct {
	Time     string `json:"time"`
	Lap      *int   `json:"lap_number"`
	Category Text   `json:"category" nullable:"true"`
	Flag     Text   `json:"flag" nullable:"true"`
	Scope    Text   `json:"scope" nullable:"true"`
	Sector   *int   `json:"sector"`
	Driver   *int   `json:"driver_number"`
	Message  string `json:"message"`
}

// RaceControl is a message of the channel "race_control:{key}", new or corrected.
type RaceControl struct {
	ID int `json:"message_id"`
	RCM
}

// Sample is one sample of a car's channels on "telemetry:{key}:{driver_number}".
type Sample struct {
	Time     string `json:"time"`
	Speed    *int16 `json:"speed_kmh"`
	RPM      *int16 `json:"rpm"`
	Gear     *int16 `json:"gear"`
	Throttle *int16 `json:"throttle_pct"`
	Brake    *int16 `json:"brake"`
	DRS      *int16 `json:"drs"`
}

// Circuit is the outline of a session's circuit, in the frame in which estimated places are given.
type Circuit struct {
	ID      string         `json:"circuit_id"`
	LengthM float64        `json:"length_m"`
	Outline []CircuitPoint `json:"outline"` // from the timing line on, in the direction of the race
}

// CircuitPoint is a point of the outline and how much of the lap lies before it.
type CircuitPoint struct {
	Share float64 `json:"lap_share"`
	X     float64 `json:"x_m"`
	Y     float64 `json:"y_m"`
}

// Location is one sample of a car's place on "locations:{key}". Where the feed sends no places they are
// estimated: then lap_share and its band say where, and x_m and y_m are that place on our outline of the
// circuit, which begins at 0, 0 with y to the north. Sent places are in the feed's own frame.
type Location struct {
	Time    string   `json:"time"`
	Driver  int      `json:"driver_number"`
	X       *float64 `json:"x_m"` // null: estimated, and the place or the circuit's outline is not known
	Y       *float64 `json:"y_m"`
	Z       *float64 `json:"z_m"`
	OnTrack *bool    `json:"on_track"`

	Estimated bool     `json:"estimated,omitempty"`  // nobody said so: from mini-sectors and the pace of the lap
	LapShare  *float64 `json:"lap_share,omitempty"`  // of the lap's length from the timing line, 0 to 1
	BandShare *float64 `json:"band_share,omitempty"` // of the length on each side, which holds the car nine times in ten
	BandM     *float64 `json:"band_m,omitempty"`     // the same in metres
	State     string   `json:"state,omitempty"`      // of an estimate: unknown running overdue stopped in_pit
	Seen      string   `json:"seen,omitempty"`       // when it passed the last point of the lap
}

// Radio is one published radio message.
type Radio struct {
	Time   string `json:"time"`
	Driver int    `json:"driver_number"`
	Path   string `json:"path"`
}

// Quality says how good the data are: what arrives, what is late, what is missing.
type Quality struct {
	Source  string                  `json:"source"`  // sim, recording, livetiming, openf1
	Trouble string                  `json:"trouble"` // what is wrong with the source, "" nothing
	Live    bool                    `json:"live"`    // the source is connected or the clock is playing
	Topics  map[string]TopicQuality `json:"topics"`
	Missing []string                `json:"missing"` // topics a full session has that never came
	Gaps    []DataGap               `json:"gaps"`    // stretches of which messages may be missing, the newest 20, oldest first
	Skipped int                     `json:"skipped"` // messages that could not be used
	// Notes are what does not fit together, in words: the session's start or offset and the calendar's, a session of which
	// nothing has come. Nothing is changed for it.
	Notes []string `json:"notes,omitempty"`
}

// DataGap is a stretch during which the source was lost: what happened then is known only as far as it still held
// afterwards.
type DataGap struct {
	From string `json:"from"` // the last message before
	To   string `json:"to"`   // the first one after
}

// TopicQuality is one topic's freshness.
type TopicQuality struct {
	Messages uint64 `json:"messages"`
	Last     Text   `json:"last" nullable:"true"` // time of the newest message
	Stale    bool   `json:"stale"`                // silent for more than three times its usual period while the feed lives
}

// ClockState is a viewer's clock on a session: what the replay bar shows and sets.
type ClockState struct {
	ID         string  `json:"id"` // "live", "live-30", "c_..."; "default" is the process's own
	SessionKey string  `json:"session_key"`
	Channel    string  `json:"channel"`            // what to subscribe to: "timing:9574@c_7f3a"
	At         Text    `json:"at" nullable:"true"` // session time at this clock now, UTC
	Lap        *int    `json:"lap"`
	Speed      float64 `json:"speed"`
	Paused     bool    `json:"paused"`
	Seekable   bool    `json:"seekable"`              // false for live and live-N
	Start      Text    `json:"start" nullable:"true"` // first and last moment that can be had
	End        Text    `json:"end" nullable:"true"`
}

// ClockWish makes or changes a replay clock. What is absent stays as it is; of at, lap and step_laps there
// is at most one.
type ClockWish struct {
	At       *time.Time `json:"at,omitempty" nullable:"true" doc:"Session time to go to"`
	Lap      *int       `json:"lap,omitempty" nullable:"true" minimum:"1" maximum:"200" doc:"Race lap to go to: when the leader began it"`
	StepLaps *int       `json:"step_laps,omitempty" nullable:"true" minimum:"-200" maximum:"200" doc:"Laps to step from the one being shown"`
	Speed    *float64   `json:"speed,omitempty" nullable:"true" minimum:"0.1" maximum:"50" doc:"Session seconds a second"`
	Paused   *bool      `json:"paused,omitempty" nullable:"true" doc:"Whether the clock stands still"`
}

// Timeline is the whole session for the replay bar: its span, laps and periods.
type Timeline struct {
	SessionKey string           `json:"session_key"`
	Start      Text             `json:"start" nullable:"true"`
	End        Text             `json:"end" nullable:"true"`
	Laps       []TimelineLap    `json:"laps"`    // when the leader began each lap
	Periods    []TimelinePeriod `json:"periods"` // track and session status as background
}

// TimelineLap is when the leader began a lap.
type TimelineLap struct {
	Lap  int    `json:"lap"`
	Time string `json:"time"`
}

// TimelinePeriod is a stretch of one status. Those of the track (clear yellow sc red vsc vsc_ending), of the
// session (inactive started aborted finished finalised ends) and of qualifying (part_1 part_2 part_3) each
// follow one another.
type TimelinePeriod struct {
	Status string `json:"status"`
	From   string `json:"from"`
	To     string `json:"to"`
}

// Sessions is the list of the session picker, also on the channel "sessions".
type Sessions struct {
	Sessions []SessionEntry `json:"sessions"`
	Next     Text           `json:"next_cursor,omitempty"` // of more that are stored
}

// SessionEntry is one line of the session picker.
type SessionEntry struct {
	Session Session `json:"session"`
	Live    bool    `json:"live"`
	Default bool    `json:"default"` // what this process shows first
	Source  string  `json:"source"`
	Stored  bool    `json:"stored,omitempty"`      // only its rows are here: it can be asked about, not watched
	Start   Text    `json:"start" nullable:"true"` // span of what is held
	End     Text    `json:"end" nullable:"true"`
}

// Readiness is what /readyz answers: whether there is something to watch, and how sources and stores are. A store that
// does not work is trouble, but the session can be watched.
type Readiness struct {
	Ready    bool          `json:"ready"`
	Sessions int           `json:"sessions"`
	Sources  []SourceState `json:"sources"` // in order of preference
	Stores   []StoreState  `json:"stores"`
	// Backfill are the sessions of which the source was lost for a while, and what has been filled in since.
	Backfill []BackfillState `json:"backfill"`
	// Schedule is what is known of the sessions to come; absent where no source is live.
	Schedule *ScheduleState `json:"schedule,omitempty"`
}

// BackfillState is how the gaps of a session stand.
type BackfillState struct {
	Session  string `json:"session"`
	State    string `json:"state"`                // waiting asking filled given_up
	Gaps     int    `json:"gaps"`                 // that are left
	Filled   int    `json:"filled"`               // gaps of which nothing is lacking any more
	Messages int    `json:"messages"`             // that were taken from the archive
	Outcome  string `json:"outcome"`              // of the last time that the archive was asked, "" before
	Next     Text   `json:"next" nullable:"true"` // when it is asked again
}

// ScheduleState is what a server knows of the sessions that are on and to come.
type ScheduleState struct {
	Source   string `json:"source"`   // almanac archive; "" while there is no calendar
	Sessions int    `json:"sessions"` // of the calendar
	Trouble  string `json:"trouble"`  // why there is none or no newer one, "" when all is well
	// Due says that a session is on or near, or that nobody knows: sources are watched closely and tried often.
	Due     bool               `json:"due"`
	Current *ScheduledSession  `json:"current"` // null: none is on
	Next    *ScheduledSession  `json:"next"`    // null: none is known
	Empty   []ScheduledSession `json:"empty"`   // of the last seven days, of which nothing has come: cancelled, it seems
}

// ScheduledSession is a session as the calendar has it.
type ScheduledSession struct {
	Event string `json:"event"`
	Name  string `json:"name"`
	Type  Text   `json:"type" nullable:"true"`
	Start string `json:"start"`
	End   string `json:"end"`
	// DayOnly says that only the day is known: start and end are its bounds, UTC.
	DayOnly    bool  `json:"day_only"`
	StartsInMS int64 `json:"starts_in_ms"` // below 0: it should have begun
}

// StoreState is how one store is doing, and how far it is behind.
type StoreState struct {
	Store    string        `json:"store"` // sqlite, postgres; objects: how far sessions are sealed; redis
	Working  bool          `json:"working"`
	Trouble  string        `json:"trouble"` // "" when there is none
	Sessions []WriterState `json:"sessions"`
	Backlog  BacklogState  `json:"backlog"`
}

// WriterState is how far a session is stored.
type WriterState struct {
	Session     string `json:"session"`
	State       string `json:"state"`        // working catching_up waiting failed standing_by ended
	Stored      uint64 `json:"stored"`       // offset of the newest message that is stored
	Newest      uint64 `json:"newest"`       // offset of the newest message there is
	LagMessages uint64 `json:"lag_messages"` // between the two
	LagMS       int64  `json:"lag_ms"`       // the same in time of the session
	Reason      string `json:"reason"`       // of waiting, failed and standing by
	Since       string `json:"since"`        // when the state began
}

// BacklogState is how far the logs of earlier sessions are stored.
type BacklogState struct {
	Total  int    `json:"total"`
	Done   int    `json:"done"`
	Failed int    `json:"failed"`           // of those done
	Reason string `json:"reason,omitempty"` // why the last of those failed
}

// SourceState is how one source is doing.
type SourceState struct {
	Source  string `json:"source"`
	Session string `json:"session"` // "" while it is not known
	Working bool   `json:"working"`
	Trouble string `json:"trouble"` // "" when there is none
	// Lacking are topics that were asked for and not given: an account may be needed, or the session has none.
	Lacking []string      `json:"lacking"`
	Topics  []SourceTopic `json:"topics"` // by name
	Gaps    []DataGap     `json:"gaps"`   // stretches during which it was lost, by our clock, the newest 20, oldest first
	Circuit SourceCircuit `json:"circuit"`
}

// SourceCircuit is how a source's circuit breaker stands: one that fails again and again is left alone for a while, then
// tried once, and counts as well again after a good minute.
type SourceCircuit struct {
	State    string `json:"state"` // closed open half_open
	Since    Text   `json:"since" nullable:"true"`
	NextTry  Text   `json:"next_try" nullable:"true"` // null: it runs, or has ended
	Failures int    `json:"failures"`                 // in a row
	Opened   uint64 `json:"opened"`                   // how often it opened
	// The newest failure: what it says of the other side (connection server absent refused locked), in words, and when.
	Kind        string `json:"kind"` // "" when there was none
	LastError   string `json:"last_error"`
	LastFailure Text   `json:"last_failure" nullable:"true"`
}

// SourceTopic is how one topic of a source is doing.
type SourceTopic struct {
	Topic    string `json:"topic"`
	Messages uint64 `json:"messages"`
	Last     Text   `json:"last"` // when the newest came
	// Missed are messages that another source of the session gave and this one did not, though it was there.
	Missed uint64 `json:"missed"`
}
