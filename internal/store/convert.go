package store

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/tables"
)

// Text is a text as stores keep it: valid UTF-8 without NUL, which not every database can hold.
func Text(s string) string {
	if strings.IndexByte(s, 0) >= 0 {
		s = strings.ReplaceAll(s, "\x00", "\uFFFD")
	}
	return strings.ToValidUTF8(s, "\uFFFD")
}

// SessionCells is a session as the one row of table sessions.
func SessionCells(s f1.SessionRow) tables.Row {
	for row := range tables.Sessions.Cells(slices.Values([]f1.SessionRow{s})) {
		return row
	}
	return nil // one row was put in
}

// SessionOf is the inverse of [SessionCells], to the millisecond and the minute of the offset.
func SessionOf(row tables.Row) f1.SessionRow {
	d := tables.Sessions.Describe()
	cell := func(name string) tables.Cell { return row[d.Index(name)] }
	count := func(name string) f1.Opt[int] {
		c := cell(name)
		return f1.Opt[int]{Known: c.Known, Value: int(c.N)}
	}
	moment := func(name string) f1.Opt[time.Time] {
		if c := cell(name); c.Known {
			return f1.Some(time.UnixMilli(c.N).UTC())
		}
		return f1.Opt[time.Time]{}
	}
	return f1.SessionRow{
		SessionKey: cell("session_key").S, Season: count("season"), Round: count("round"), Event: cell("event").S,
		CircuitID: cell("circuit_id").S, Type: f1.SessionType(cell("type").S), Name: cell("name").S,
		DateStart: moment("date_start"), DateEnd: moment("date_end"), UTCOffset: utcOffset(cell("utc_offset").S),
		Status: f1.SessionStatus(cell("status").S), TotalLaps: count("total_laps"),
	}
}

// utcOffset reads +04:00; unknown for anything else.
func utcOffset(s string) f1.Opt[time.Duration] {
	if len(s) < len("+04:00") || s[len(s)-3] != ':' {
		return f1.Opt[time.Duration]{}
	}
	hours, err1 := strconv.Atoi(s[1 : len(s)-3])
	minutes, err2 := strconv.Atoi(s[len(s)-2:])
	if err1 != nil || err2 != nil {
		return f1.Opt[time.Duration]{}
	}
	d := time.Duration(hours)*time.Hour + time.Duration(minutes)*time.Minute
	if s[0] == '-' {
		d = -d
	}
	return f1.Some(d)
}

// CandidateIDs are the ids that a session may have, best first: its readable name, else its key, then with the key
// behind it as often as it takes. A store gives a session the first that no other session has as id or key, and
// keeps an id for as long as it is a candidate.
func CandidateIDs(s *f1.SessionRow) func(yield func(string) bool) {
	return func(yield func(string) bool) {
		id := s.Slug()
		if id == "" {
			id = s.SessionKey
		}
		for yield(id) {
			id += "_" + s.SessionKey
		}
	}
}

// KeepsID says whether a session that has an id keeps it now that it is s: so that a name that somebody wrote
// down stays good when others with the same one come and go.
func KeepsID(id string, s *f1.SessionRow) bool {
	for candidate := range CandidateIDs(s) {
		if len(candidate) >= len(id) {
			return candidate == id
		}
	}
	return false
}
