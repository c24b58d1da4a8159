package history

import (
	"cmp"
	"errors"
	"fmt"
	"io"
	"iter"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// layout is how one format spells a lap.
type layout struct {
	group string // the column that tells sessions of one file apart
	begin func(*sheet, *Session)
	lap   func(*sheet) (f1.LapRow, bool)
	car   func(*sheet) f1.DriverRow
	seen  string // the column of a moment in UTC close to the start of the lap, "" none
}

var layouts = map[Format]*layout{
	FastF1Full:        &fastF1,
	FastF1Transformed: &fastF1,
	OpenF1Derived:     &openF1,
}

// Bounds of what a cell may say.
const (
	maxRound    = 40
	maxCar      = 999
	maxLap      = 200
	maxStint    = 60
	maxPosition = 60
	maxSpeed    = 450
)

var fastF1 = layout{
	group: "RoundNumber",
	begin: func(t *sheet, s *Session) {
		s.Round, s.Event = t.integer("RoundNumber", 1, maxRound), t.text("EventName")
	},
	car: func(t *sheet) f1.DriverRow { return f1.DriverRow{TLA: t.text("Driver"), Team: t.text("Team")} },
	lap: func(t *sheet) (f1.LapRow, bool) {
		l, ok := begin(t, "DriverNumber", "LapNumber")
		if !ok {
			return l, false
		}
		l.DateEnd, l.DateStart = t.moment("Time"), t.moment("LapStartTime")
		l.LapTime = t.duration("LapTime")
		l.Sector1, l.Sector2, l.Sector3 = t.duration("Sector1Time"), t.duration("Sector2Time"), t.duration("Sector3Time")
		l.SpeedI1, l.SpeedI2 = t.integer("SpeedI1", 0, maxSpeed), t.integer("SpeedI2", 0, maxSpeed)
		l.SpeedFL, l.SpeedST = t.integer("SpeedFL", 0, maxSpeed), t.integer("SpeedST", 0, maxSpeed)
		l.StintNumber, l.TyreAge = t.integer("Stint", 1, maxStint), t.integer("TyreLife", 0, maxLap)
		l.Compound, l.Position = compound(t, "Compound"), t.integer("Position", 1, maxPosition)
		if l.Compound != "" {
			l.FreshTyre = t.boolean("FreshTyre") // says true where nothing is known of the tyre
		}
		l.PitIn, l.PitOut = t.moment("PitInTime"), t.moment("PitOutTime")
		if l.LapNumber == 1 {
			l.PitOut = f1.Opt[time.Time]{} // to the grid
		}
		l.InPitAtStart = l.PitOut.Known
		l.PersonalBest, l.Accurate = t.boolean("IsPersonalBest").Value, t.boolean("IsAccurate").Value
		l.Deleted, l.DeletedReason = t.boolean("Deleted").Value, t.text("DeletedReason")
		l.TrackStatus = status(t, "TrackStatus")
		return l, true
	},
}

var openF1 = layout{
	group: "session_key",
	seen:  "weather_date", // the report of the minute
	begin: func(t *sheet, s *Session) {
		s.Season, s.Event, s.SessionKey = t.integer("season", 1950, 2100), t.text("meeting_name"), t.text("session_key")
		s.Name, s.Type = t.text("session_name"), f1.Race
		if s.Name == "Sprint" {
			s.Type = f1.Sprint
		}
	},
	car: func(t *sheet) f1.DriverRow {
		first, last, _ := strings.Cut(t.text("driver_name"), " ")
		return f1.DriverRow{FirstName: first, LastName: last, Team: t.text("team_name")}
	},
	lap: func(t *sheet) (f1.LapRow, bool) {
		l, ok := begin(t, "driver_number", "lap_number")
		if !ok {
			return l, false
		}
		l.LapTime = t.duration("lap_duration")
		l.Sector1, l.Sector2, l.Sector3 = t.duration("duration_sector_1"), t.duration("duration_sector_2"), t.duration("duration_sector_3")
		l.SpeedI1, l.SpeedI2 = t.integer("i1_speed", 0, maxSpeed), t.integer("i2_speed", 0, maxSpeed)
		l.SpeedST = t.integer("st_speed", 0, maxSpeed)
		l.StintNumber, l.Compound = t.integer("stint_number", 1, maxStint), compound(t, "compound")
		if age := t.integer("tyre_age_at_lap", 0, maxLap); age.Known {
			l.TyreAge = f1.Some(age.Value + 1) // theirs is of the beginning of the lap
		}
		l.InPitAtStart = t.boolean("is_pit_out_lap").Value && l.LapNumber > 1
		return l, true
	},
}

// begin reads what a row can not be without.
func begin(t *sheet, car, lap string) (f1.LapRow, bool) {
	number, ok := whole(t.cell(car), 1, maxCar)
	n, ok2 := whole(t.cell(lap), 1, maxLap)
	if !ok || !ok2 {
		t.bad(Defect{Kind: RowUnreadable, Line: t.line, Detail: fmt.Sprintf("car %.20q, lap %.20q", t.cell(car), t.cell(lap))})
		return f1.LapRow{}, false
	}
	return f1.LapRow{DriverNumber: number, LapNumber: n}, true
}

var compounds = []string{"HYPERSOFT", "ULTRASOFT", "SUPERSOFT", "SOFT", "MEDIUM", "HARD", "SUPERHARD", "INTERMEDIATE", "WET"}

func compound(t *sheet, name string) string {
	s := t.cell(name)
	if s == "" || s == "UNKNOWN" || s == "TEST_UNKNOWN" {
		return ""
	}
	if i := slices.Index(compounds, s); i >= 0 {
		return compounds[i]
	}
	t.unreadable(name)
	return ""
}

// status reads the digits of a track status, also as "12.0".
func status(t *sheet, name string) string {
	s := strings.TrimSuffix(t.cell(name), ".0")
	if s == "0" {
		return "" // of a lap that was never completed
	}
	if strings.Trim(s, "1234567") != "" || len(s) > 64 {
		t.unreadable(name)
		return ""
	}
	return strings.Clone(s)
}

// formatOf recognises a lap table by its header, "" none.
func formatOf(t *sheet) Format {
	switch {
	case t.has("session_key", "season", "meeting_name", "driver_number", "lap_number", "lap_duration"):
		return OpenF1Derived
	case !t.has("Time", "DriverNumber", "LapTime", "LapNumber", "Compound", "RoundNumber", "EventName"):
		return ""
	case t.has("Sector1Time", "Sector2Time", "Sector3Time", "LapStartTime"):
		return FastF1Full
	}
	return FastF1Transformed
}

// DecodeLaps reads the sessions of one lap table, plain or gzip, as the table tells them: season and type are known
// only where the table has them, moments are time since the recording began, added to the year 1970. Laps, stints,
// stops and drivers are complete; what needs other tables is not there, and nothing is checked but that rows can be
// read. Defects of no session are on the first one after them. It serves callers that want laps and no import.
func DecodeLaps(from io.Reader, name string) iter.Seq2[*Session, error] {
	return func(yield func(*Session, error) bool) {
		text, err := unpack(from)
		if err != nil {
			yield(nil, fmt.Errorf("history: %s: %w", name, err))
			return
		}
		decodeLaps(text, name, nil)(yield)
	}
}

// decodeLaps is DecodeLaps; defects of no session go to stray, or, where that is nil, to the next session.
func decodeLaps(text io.Reader, name string, stray func(Defect)) iter.Seq2[*Session, error] {
	return func(yield func(*Session, error) bool) {
		d := decoding{stray: stray, done: map[string]int{}}
		t, err := newSheet(text, d.bad)
		if err != nil {
			yield(nil, fmt.Errorf("history: %s: %w", name, err))
			return
		}
		d.t, d.source = t, Source{formatOf(t), name}
		if d.layout = layouts[d.source.Format]; d.layout == nil {
			yield(nil, fmt.Errorf("history: %s: not a lap table", name))
			return
		}
		d.run(yield)
	}
}

// decoding is one lap table being read.
type decoding struct {
	t      *sheet
	layout *layout
	source Source
	stray  func(Defect)
	kept   []Defect // without a session, where there is no stray
	now    *Session
	group  string
	done   map[string]int // sessions that are complete, and rows of them that came after
}

func (d *decoding) bad(defect Defect) {
	switch {
	case d.now != nil:
		d.now.add(defect)
	case d.stray != nil:
		defect.Source, defect.Rows = d.source, 1
		d.stray(defect)
	case len(d.kept) < maxDefects:
		d.kept = append(d.kept, defect)
	}
}

func (d *decoding) run(yield func(*Session, error) bool) {
	for {
		err := d.t.next()
		if err != nil && !errors.Is(err, io.EOF) {
			yield(nil, fmt.Errorf("history: %s: after line %d: %w", d.source.File, d.t.line, err))
			return
		}
		end := err != nil
		group := ""
		if !end {
			if group = d.t.text(d.layout.group); group == "" {
				d.bad(Defect{Kind: RowUnreadable, Line: d.t.line, Detail: "no " + d.layout.group})
				continue
			}
		}
		if d.now != nil && (end || group != d.group) {
			s := d.now
			if d.now, d.done[d.group] = nil, 0; len(d.done) > maxSessions {
				yield(nil, fmt.Errorf("history: %s: more than %d sessions", d.source.File, maxSessions))
				return
			}
			s.complete()
			if !yield(s, nil) {
				return
			}
		}
		if end {
			d.late()
			return
		}
		d.take(group)
	}
}

func (d *decoding) take(group string) {
	if _, ok := d.done[group]; ok {
		d.done[group]++
		return
	}
	if d.now == nil {
		d.now, d.group = &Session{Source: d.source, line: map[carLap]int{}}, group
		for _, defect := range d.kept {
			d.now.add(defect)
		}
		d.kept = nil
		d.layout.begin(d.t, d.now)
	}
	l, ok := d.layout.lap(d.t)
	if !ok {
		return
	}
	if l.LapNumber == 1 && d.layout.seen != "" {
		if at, ok := f1.ParseUTC(d.t.cell(d.layout.seen)); ok && (!d.now.seen.Known || at.Before(d.now.seen.Value)) {
			d.now.seen = f1.Some(at)
		}
	}
	at := carLap{l.DriverNumber, l.LapNumber}
	if first, twice := d.now.line[at]; twice {
		d.now.add(Defect{Kind: LapDuplicate, Driver: at.car, Lap: at.lap, Line: d.t.line, Detail: fmt.Sprintf("the first is on line %d", first)})
		return
	}
	d.now.line[at] = d.t.line
	d.now.Laps = append(d.now.Laps, l)
	if !slices.ContainsFunc(d.now.Drivers, func(r f1.DriverRow) bool { return r.DriverNumber == at.car }) {
		driver := d.layout.car(d.t)
		driver.DriverNumber = at.car
		d.now.Drivers = append(d.now.Drivers, driver)
	}
}

// late reports rows that came after their session was complete.
func (d *decoding) late() {
	for group, n := range d.done {
		if n == 0 || d.stray == nil {
			continue
		}
		d.stray(Defect{Source: d.source, Kind: SessionSplit, Rows: n, Detail: fmt.Sprintf("%d rows of %s %s are not beside the others", n, d.layout.group, group)})
	}
}

// complete orders the rows and makes what follows from them.
func (s *Session) complete() {
	slices.SortFunc(s.Laps, func(a, b f1.LapRow) int {
		return cmp.Or(cmp.Compare(a.DriverNumber, b.DriverNumber), cmp.Compare(a.LapNumber, b.LapNumber))
	})
	slices.SortFunc(s.Drivers, func(a, b f1.DriverRow) int { return cmp.Compare(a.DriverNumber, b.DriverNumber) })
	s.cars(func(_ int, laps []f1.LapRow) {
		for i := range laps {
			begun(laps, i)
		}
		s.Stints = append(s.Stints, stints(laps)...)
		s.PitStops = append(s.PitStops, stops(laps)...)
	})
	for i := range s.Laps {
		s.TotalLaps = f1.Some(max(s.TotalLaps.Or(0), s.Laps[i].LapNumber))
	}
}

// begun sets when a lap began where the table does not say: when the lap before ended, or its time before its end.
func begun(laps []f1.LapRow, i int) {
	l := &laps[i]
	switch {
	case l.DateStart.Known:
	case i > 0 && laps[i-1].LapNumber+1 == l.LapNumber && laps[i-1].DateEnd.Known:
		l.DateStart = laps[i-1].DateEnd
	case l.DateEnd.Known && l.LapTime.Known:
		l.DateStart = f1.Some(l.DateEnd.Value.Add(-l.LapTime.Value))
	}
}

// stints are the sets of tyres of one car. Laps of which no stint is known are in none.
func stints(laps []f1.LapRow) []f1.StintRow {
	var all []f1.StintRow
	for i := range laps {
		l := &laps[i]
		if !l.StintNumber.Known {
			continue
		}
		if n := len(all); n > 0 && all[n-1].StintNumber == l.StintNumber.Value {
			all[n-1].LapEnd = f1.Some(l.LapNumber)
			if all[n-1].Compound == "" {
				all[n-1].Compound = l.Compound
			}
			continue
		}
		if slices.ContainsFunc(all, func(r f1.StintRow) bool { return r.StintNumber == l.StintNumber.Value }) {
			continue // a number that comes back: the row is its key and stays as it is
		}
		row := f1.StintRow{DriverNumber: l.DriverNumber, StintNumber: l.StintNumber.Value, Compound: l.Compound,
			LapStart: f1.Some(l.LapNumber), LapEnd: f1.Some(l.LapNumber), FreshTyre: l.FreshTyre}
		if l.TyreAge.Known {
			row.TyreAgeAtStart = f1.Some(max(l.TyreAge.Value-1, 0))
		}
		all = append(all, row)
	}
	return all
}

// stops are the visits to the pits of one car: an in-lap with the out-lap after it, or, where one of the two
// moments is not known, the other one or a new stint. A car that comes in and does not go out has not stopped.
func stops(laps []f1.LapRow) []f1.PitStopRow {
	var all []f1.PitStopRow
	for i := 1; i < len(laps); i++ {
		in, out := &laps[i-1], &laps[i]
		if in.LapNumber+1 != out.LapNumber {
			continue
		}
		changed := in.StintNumber.Known && out.StintNumber.Known && in.StintNumber != out.StintNumber
		if !in.PitIn.Known && !out.InPitAtStart && !changed {
			continue
		}
		row := f1.PitStopRow{DriverNumber: in.DriverNumber, StopNumber: len(all) + 1, LapNumber: in.LapNumber, PitIn: in.PitIn, PitOut: out.PitOut,
			CompoundFrom: in.Compound, CompoundTo: out.Compound, Under: under(in.TrackStatus)}
		if in.PitIn.Known && out.PitOut.Known {
			row.PitLane = f1.Some(out.PitOut.Value.Sub(in.PitIn.Value))
		}
		all = append(all, row)
	}
	return all
}

// under is what held on the track at the end of a lap, where the lane begins.
func under(digits string) string {
	switch {
	case digits == "":
		return ""
	case strings.Contains(digits, "5"):
		return "red"
	}
	switch digits[len(digits)-1] {
	case '4':
		return "sc"
	case '6', '7':
		return "vsc"
	}
	return "green"
}
