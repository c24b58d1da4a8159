package wire

// SessionDetail is one session: its row of table sessions, and what is known of it here.
type SessionDetail struct {
	Key       string `json:"session_key"`
	ID        Text   `json:"id" nullable:"true"` // readable name, which works wherever the key does
	Season    *int   `json:"season"`
	Round     *int   `json:"round"`
	Event     Text   `json:"event" nullable:"true"`
	Circuit   Text   `json:"circuit_id" nullable:"true"`
	Type      Text   `json:"type" nullable:"true"`
	Name      Text   `json:"name" nullable:"true"`
	Start     Text   `json:"date_start" nullable:"true"`
	End       Text   `json:"date_end" nullable:"true"`
	UTCOffset Text   `json:"utc_offset" nullable:"true"` // +04:00
	Status    Text   `json:"status" nullable:"true"`
	TotalLaps *int   `json:"total_laps"`
	Live      bool   `json:"live"`
	Watchable bool   `json:"watchable"` // its log is here: boards, clocks and moments can be had
	Stored    bool   `json:"stored"`
	Whole     bool   `json:"whole"`                   // it is over, and all of it is stored
	Source    Text   `json:"source" nullable:"true"`  // what the rows were made from
	Changed   Text   `json:"changed" nullable:"true"` // when its rows changed last
	Tables    []Link `json:"tables"`                  // what else there is of it
}

// Link is a resource of another one.
type Link struct {
	Name string `json:"name"`
	Href string `json:"href"`
}

// ResultVersions are the versions of a session's classification, the oldest first.
type ResultVersions struct {
	SessionKey string          `json:"session_key"`
	Versions   []ResultVersion `json:"versions"`
}

// ResultVersion is a version of a classification: results?as_known_on=known gives its rows.
type ResultVersion struct {
	Version int    `json:"version"`
	Known   string `json:"known"`
	Status  string `json:"status"` // provisional final revised
	Source  Text   `json:"source" nullable:"true"`
}

// Standings are the championships of a season after a round.
type Standings struct {
	Season       int            `json:"season"`
	AfterRound   *int           `json:"after_round"` // the last one that is counted; null: none
	Sessions     []CountedRound `json:"sessions"`    // races and sprints that are counted
	Drivers      []Standing     `json:"drivers"`
	Constructors []Standing     `json:"constructors"`
}

// CountedRound is a race or sprint whose points are in the standings.
type CountedRound struct {
	SessionKey string `json:"session_key"`
	Round      *int   `json:"round"`
	Type       string `json:"type"`
	Status     string `json:"status"` // provisional final revised
}

// Standing is a line of a championship.
type Standing struct {
	Position int      `json:"position"`
	ID       string   `json:"id"` // driver code, or slug of the team's name
	Name     Text     `json:"name" nullable:"true"`
	Teams    []string `json:"teams"` // of a driver, the newest last
	Points   float64  `json:"points"`
	Places   []int    `json:"places"` // races finished first, second, ...
}

// Races are the weekends of a season.
type Races struct {
	Season int    `json:"season"`
	Races  []Race `json:"races"`
}

// Race is a weekend.
type Race struct {
	ID       string   `json:"id"`
	Season   int      `json:"season"`
	Round    int      `json:"round"`
	Circuit  Text     `json:"circuit_id" nullable:"true"`
	Name     Text     `json:"name" nullable:"true"`
	Date     Text     `json:"date" nullable:"true"` // of the race
	Sessions []string `json:"sessions"`             // ids of those that are stored
}

// CircuitInfo is a race track.
type CircuitInfo struct {
	ID      string   `json:"id"`
	Name    Text     `json:"name" nullable:"true"`
	Country Text     `json:"country" nullable:"true"`
	LengthM *float64 `json:"length_m"`
}

// DriverInfo is a person; the id is the code.
type DriverInfo struct {
	ID          string `json:"id"`
	Name        Text   `json:"name" nullable:"true"`
	Nationality Text   `json:"nationality" nullable:"true"`
	Number      *int   `json:"number"` // the permanent one
}

// ConstructorInfo is a team.
type ConstructorInfo struct {
	ID          string `json:"id"`
	Name        Text   `json:"name" nullable:"true"`
	Nationality Text   `json:"nationality" nullable:"true"`
	Colour      Text   `json:"colour" nullable:"true"` // RRGGBB
}

// Circuits is the list of circuits.
type Circuits struct {
	Circuits []CircuitInfo `json:"circuits"`
}

// DriverList is the list of drivers.
type DriverList struct {
	Drivers []DriverInfo `json:"drivers"`
}

// Constructors is the list of teams.
type Constructors struct {
	Constructors []ConstructorInfo `json:"constructors"`
}

// Hits are what a search has found.
type Hits struct {
	Hits []Hit `json:"hits"`
}

// Hit is something found.
type Hit struct {
	Kind    string `json:"kind"`                        // session driver circuit event race_control
	Session Text   `json:"session_key" nullable:"true"` // of what happened in one
	ID      string `json:"id"`
	Title   string `json:"title"`
	Detail  Text   `json:"detail" nullable:"true"`
	Time    Text   `json:"time" nullable:"true"`
}
