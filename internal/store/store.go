// Package store says what is kept of sessions and how it is asked for; the folders below it keep it. All stores
// answer alike: storetest holds them to it.
//
// What is kept of a session is the state of its tables (package tables) at one offset of its log. A writer
// moves it on with batches, each one transaction: from the offset the store is at to a later one. Batches may
// come twice, from a writer that was killed or from two writers of the same log: what is older than the store
// changes nothing, and what does not join on is refused, so that the rows at an offset are the same whoever
// wrote them. Moments are kept to the millisecond, as the tables have them.
package store

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

// Errors that callers tell apart.
var (
	ErrNotFound = errors.New("not in the store")
	// ErrBehind: the batch does not join on to what is stored. The writer finds out where the store is and
	// sends the whole session, or waits while another writer is ahead.
	ErrBehind = errors.New("the batch does not join on to what is stored")
	// ErrOtherLog: the session is stored from another log, whose offsets are not comparable.
	ErrOtherLog = errors.New("the session is stored from another log")
	// ErrInvalid: the query or batch is wrong in itself; asking again will not help.
	ErrInvalid = errors.New("invalid")
	// ErrConflict: somebody else changed it in between.
	ErrConflict = errors.New("changed by somebody else")
)

// Store keeps sessions. Its methods may be called by many goroutines at once; those that change one session
// follow one another.
type Store interface {
	Writer
	Reader
	References
	Almanac
	Users
	// Check says whether the store works, and what it found: engine, version, size, how it keeps series.
	Check(ctx context.Context) (Health, error)
	Close() error
}

// Writer takes what changes.
type Writer interface {
	// Write moves a session on. It is one transaction: all of it is kept or nothing. A batch that ends before the
	// offset of what is stored changes nothing, as does one that ends there and is not Whole, but for Ended. One
	// that is Ended and begins and ends there may bring the last rows.
	Write(ctx context.Context, b *Batch) error
	// PutResults keeps one more version of a session's classification. The same rows again are no new version.
	PutResults(ctx context.Context, v *Results) error
	// Remove forgets a session and all its rows. ErrNotFound when there is none.
	Remove(ctx context.Context, session string) error
}

// Reader gives back what is stored. Sessions are named by key or by id.
type Reader interface {
	// Find is one session; ErrNotFound.
	Find(ctx context.Context, name string) (Session, error)
	// Sessions lists sessions, newest first.
	Sessions(ctx context.Context, q SessionQuery) ([]Session, error)
	// Rows gives rows of a table of one session in the table's order. An error is the last thing given. The row
	// handed out is the same memory each time.
	Rows(ctx context.Context, q *Query) iter.Seq2[Row, error]
	// Results is the classification as it was known at a moment (zero: now), newest version first when all are asked for.
	Results(ctx context.Context, session string, known time.Time) (Results, error)
	// Versions lists the versions of a session's classification without their rows, oldest first.
	Versions(ctx context.Context, session string) ([]Results, error)
	// EveryResults gives the versions of a session's classification with their rows, oldest first; "" is of all
	// sessions, by their keys, also of those of which nothing else is stored.
	EveryResults(ctx context.Context, session string) ([]Results, error)
	// SeasonResults gives the newest classification of every race and sprint of a season, by date, one of each: where
	// a race is stored twice that of its log. They are those of real sessions, or only the simulator's.
	SeasonResults(ctx context.Context, season int, simulated bool) ([]Results, error)
	// Search finds sessions, drivers, circuits, events and messages of race control by words.
	Search(ctx context.Context, text string, limit int) ([]Hit, error)
}

// References keeps what sessions refer to, and the settings that are changed while the system runs.
type References interface {
	// PutReference adds to the reference data; what is there under the same id is replaced.
	PutReference(ctx context.Context, r *Reference) error
	// Reference is all reference data, each list in order of its ids, races by season and round.
	Reference(ctx context.Context) (Reference, error)
	// Setting is a setting's newest value; ErrNotFound.
	Setting(ctx context.Context, key string) (Setting, error)
	// Settings are all settings with their newest values, by key.
	Settings(ctx context.Context) ([]Setting, error)
	// SettingVersions are all versions of a setting, oldest first; none for one that was never set.
	SettingVersions(ctx context.Context, key string) ([]Setting, error)
	// Set changes a setting whose version is still s.Version-1 (0 for a new one), else ErrConflict. Every
	// version is kept.
	Set(ctx context.Context, s Setting) error
}

// Session is what is known of a stored session.
type Session struct {
	ID            string // readable and unique: azerbaijan_2018_race, with the key behind it where two have the same
	f1.SessionRow        // as in table sessions
	Simulated     bool   // by our simulator
	Source        string // what the rows were made from: log, fastf1, openf1, f1db
	Log           string // identity of the log, "" for imported tables
	Offset        uint64 // of the newest message in the rows
	Version       int64  // rises with every change of the session's rows: for caches
	Whole         bool   // the log has ended and all of it is stored; whether the session was over by then its status says
	Changed       time.Time
	// What encloses the times of its series, where the store needs it to find them: for [Query.Found] only.
	SeriesFrom, SeriesTo f1.Opt[time.Time]
}

// SessionQuery narrows a list of sessions; zero fields do not.
type SessionQuery struct {
	Season, Round int
	Type          f1.SessionType
	Circuit       string // circuit_id
	Driver        string // the code of a driver who took part
	After         string // id of the last session of the page before
	Limit         int    // 0: all
}

// Batch is one step of a session.
type Batch struct {
	Session   f1.SessionRow
	Simulated bool
	Source    string // see Session
	Log       string // identity of the log that offsets count in
	From      uint64 // offset that the changes start from; not looked at with Whole
	Offset    uint64 // offset whose state the session has after it
	Whole     bool   // the changes are all rows of all tables: whatever else is stored of the session goes
	Replace   bool   // with Whole: also when the session is stored from another log, or further on
	Ended     bool   // nothing will follow
	Rename    bool   // the session gets the best readable name that is free by now, else it keeps the one it has
	Changes   []Change
	// New samples in any order. Of two samples of a car at the same millisecond the one that came first stays.
	Telemetry []f1.TelemetryRow
	Locations []f1.LocationRow
}

// Change is what is new in one table other than telemetry and locations. Of table sessions the batch's Session
// is kept, whatever a change says.
type Change struct {
	Table string
	Rows  []tables.Row // new or changed
	// At are the places of Rows in a table that is not sorted, from 0, and Len how many rows it has now: the
	// rows from there on are gone.
	At  []int
	Len int
	// Gone are rows of a sorted table, known by their keys, that do not hold any more.
	Gone []tables.Row
}

// Results is one version of a session's classification.
type Results struct {
	Session string // key
	Season  int
	Round   int
	Type    f1.SessionType
	Version int       // from 1; PutResults numbers it
	Known   time.Time // when it was known
	Status  ResultStatus
	Source  string // timing, f1db, ergast
	Rows    []f1.ResultRow
	Drivers []f1.DriverRow // who the car numbers are
}

// ResultStatus says what a classification is worth.
type ResultStatus string

// The states of a classification.
const (
	ResultProvisional ResultStatus = "provisional" // as timing has it at the flag
	ResultFinal       ResultStatus = "final"       // as published
	ResultRevised     ResultStatus = "revised"     // published again with changes
)

// Query asks for rows of one table of one session.
type Query struct {
	Session string // key or id
	Table   string
	Where   []Condition // all of them hold
	After   string      // cursor of the last row of the page before, see [CursorOf]
	Limit   int         // 0: all
	// Found is the session as the same store gave it a moment ago, which saves it a look; nil: it looks. Rows that came
	// with a newer version may be missing.
	Found *Session
}

// Condition is about one column of the table.
type Condition struct {
	Column string
	Op     Op
	Values []tables.Cell // one, but for In
}

// Op compares a column with a value. An unknown cell fulfils none of them.
type Op uint8

// The operators.
const (
	In      Op = iota // equals one of the values
	AtLeast           // not less
	Below             // less
	Prefix            // of texts
)

// Row is a row with its place.
type Row struct {
	N     int // its place in a table that is not sorted, from 0
	Cells tables.Row
}

// Reference is what sessions refer to. Ids are slugs, drivers' ids their codes.
type Reference struct {
	Circuits     []Circuit
	Drivers      []Driver
	Constructors []Constructor
	Races        []Race
}

// Circuit is a race track.
type Circuit struct {
	ID, Name, Country string
	Length            f1.Opt[float64] // metres
}

// Driver is a person. Codes are reused over the decades: the newest bearer holds the id.
type Driver struct {
	ID, Name, Nationality string
	Number                f1.Opt[int] // the permanent one
}

// Constructor is a team.
type Constructor struct {
	ID, Name, Nationality, Colour string // colour RRGGBB
}

// Race is a race weekend.
type Race struct {
	ID            string // season and event: monaco_2024
	Season, Round int
	CircuitID     string
	Name          string
	Date          time.Time // of the race; zero: unknown
}

// Setting is one version of a setting.
type Setting struct {
	Key, Value string
	Version    int // from 1
	ChangedBy  string
	ChangedAt  time.Time
}

// Hit is something found.
type Hit struct {
	Kind    string // session, driver, circuit, event, race_control
	Session string // key; "" for drivers and circuits
	ID      string // of what was found: session id, code, circuit id, event id, message id
	Title   string
	Detail  string
	Time    f1.Opt[time.Time]
}

// Health is what a store says of itself.
type Health struct {
	Engine   string // SQLite 3.51.0, PostgreSQL 15.20
	Schema   int    // newest migration
	Bytes    int64  // on disk
	Free     int64  // of Bytes those that hold nothing any more, and that a retainer gives back; 0 where the database does so itself
	Sessions int
	Details  map[string]string // series: chunks, native partitions, hypertables
}

// Check holds a batch to its own rules.
func (b *Batch) Check() error {
	switch {
	case b.Session.SessionKey == "":
		return fmt.Errorf("%w batch: no session key", ErrInvalid)
	case !b.Whole && b.Offset < b.From:
		return fmt.Errorf("%w batch of %s: offset %d before %d", ErrInvalid, b.Session.SessionKey, b.Offset, b.From)
	case b.Replace && !b.Whole:
		return fmt.Errorf("%w batch of %s: only a whole session replaces another", ErrInvalid, b.Session.SessionKey)
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		d, err := tables.Find(c.Table)
		if err != nil || c.Table == "telemetry" || c.Table == "locations" {
			return fmt.Errorf("%w batch of %s: no table %q", ErrInvalid, b.Session.SessionKey, c.Table)
		}
		if err := c.check(&d, b.Session.SessionKey); err != nil {
			return fmt.Errorf("%w batch of %s: %s: %w", ErrInvalid, b.Session.SessionKey, c.Table, err)
		}
	}
	for i := range b.Telemetry {
		if key := b.Telemetry[i].SessionKey; key != b.Session.SessionKey {
			return fmt.Errorf("%w batch of %s: telemetry of %q", ErrInvalid, b.Session.SessionKey, key)
		}
	}
	for i := range b.Locations {
		if key := b.Locations[i].SessionKey; key != b.Session.SessionKey {
			return fmt.Errorf("%w batch of %s: locations of %q", ErrInvalid, b.Session.SessionKey, key)
		}
	}
	return nil
}
