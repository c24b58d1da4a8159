package history

import (
	"fmt"
	"iter"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
)

// Sessions yields every session of every lap table, by season, the best tables of a season first, in the order of
// each file, and fills the report. An error ends it. It may be called again; the report then begins anew.
func (im *Import) Sessions() iter.Seq2[*Session, error] {
	return func(yield func(*Session, error) bool) {
		im.report.begin()
		season := 0
		cross := newComparison()
		for i := range im.tables {
			t := &im.tables[i]
			if t.season != season {
				im.report.compared(cross)
				season, cross = t.season, newComparison()
			}
			for s, err := range im.read(t, im.report.add) {
				if err != nil {
					yield(nil, err)
					return
				}
				im.check(s)
				cross.take(s)
				im.report.take(s)
				if !yield(s, nil) {
					return
				}
			}
		}
		im.report.compared(cross)
	}
}

// Report is what has been read and found so far.
func (im *Import) Report() *Report { return im.report }

// Classifications yields the official result of every race and sprint of the reference data, in order of season and
// round, a sprint before its race, as sessions without laps. Drivers are those of the result; where two shared a car,
// as they could until 1964, the first line is its own. They are not in the report.
func (im *Import) Classifications() iter.Seq[*Session] {
	return func(yield func(*Session) bool) {
		for _, race := range im.Reference.Races {
			for _, kind := range []f1.SessionType{f1.Sprint, f1.Race} {
				results := im.Reference.results[sessionAt{race.Season, race.Round, kind}]
				if len(results) == 0 {
					continue
				}
				s := &Session{Source: Source{F1DB, "results"}}
				for _, res := range results {
					if slices.ContainsFunc(s.Drivers, func(d f1.DriverRow) bool { return d.DriverNumber == res.car }) {
						continue
					}
					d := f1.DriverRow{DriverNumber: res.car}
					if i, ok := im.Reference.teams[res.team]; ok {
						d.Team = im.Reference.Constructors[i].Name
					}
					s.Drivers = append(s.Drivers, d)
				}
				im.identify(s, &group{event: race.Event, season: race.Season, round: race.Round, kind: kind})
				if !yield(s) {
					return
				}
			}
		}
	}
}

// read decodes the sessions of one table and names and places them.
func (im *Import) read(t *table, stray func(Defect)) iter.Seq2[*Session, error] {
	return func(yield func(*Session, error) bool) {
		from, err := open(t.path)
		if err != nil {
			yield(nil, err)
			return
		}
		n, stopped := 0, false
		for s, err := range decodeLaps(from, t.source.File, stray) {
			if err == nil && n >= len(t.groups) {
				err = fmt.Errorf("history: %s: has changed while it was read", t.source.File)
			}
			if err == nil {
				im.identify(s, &t.groups[n])
				n++
			}
			if !yield(s, err) || err != nil {
				stopped = true
				break
			}
		}
		if err := from.Close(); err != nil && !stopped {
			yield(nil, fmt.Errorf("history: %w", err))
		}
	}
}

// identify says which session it is and adds what other tables know of it.
func (im *Import) identify(s *Session, g *group) {
	r := im.Reference
	s.Season, s.Type, s.Event = f1.Some(g.season), g.kind, g.event
	if g.round > 0 {
		s.Round = f1.Some(g.round)
	}
	s.Name = "Race"
	if s.Type == f1.Sprint {
		s.Name = "Sprint"
	}
	s.ID = SessionID(s.Event, g.season, g.kind)
	s.Preferred = im.best[s.ID] == s.Source.Format
	for i := range s.Defects {
		s.Defects[i].Session = s.ID
	}
	of := r.official[s.ID]
	key := of.key
	if key == "" {
		key = Key(s.ID)
	}
	s.DateStart, s.UTCOffset = of.start, of.offset
	race, ok := r.Race(g.season, g.round)
	if ok {
		s.CircuitID = race.CircuitID
		start := race.start
		s.Date, s.TotalLaps = race.Date, race.Laps
		if s.Type == f1.Sprint {
			s.Date, s.TotalLaps, start = race.SprintDate, race.SprintLaps, race.sprintStart
		}
		if !s.DateStart.Known {
			s.DateStart = start
		}
	} else {
		s.CircuitID = CircuitOfEvent(s.Event)
	}
	if s.Date == "" && s.DateStart.Known {
		s.Date = s.DateStart.Value.Add(s.UTCOffset.Or(0)).Format(time.DateOnly)
	}
	s.placeAtStart(race, of.seen)
	im.addResults(s, g)
	s.name(key)
}

// placeAtStart finds when the recording began.
func (s *Session) placeAtStart(race Race, seen f1.Opt[time.Time]) {
	first, ok := s.firstStart()
	day := s.Date
	if day == "" {
		day = race.Date // of a sprint the day is not always told: it is the one before
	}
	zero, err := time.Parse(time.DateOnly, day)
	switch {
	case ok && seen.Known:
		s.place(seen.Value.Add(-first.Sub(epoch)))
		s.ZeroDoubt = seenDoubt
	case ok && s.DateStart.Known:
		s.place(s.DateStart.Value.Add(-first.Sub(epoch)))
		s.ZeroDoubt = startDoubt
	case err == nil:
		s.place(zero)
		s.ZeroDoubt = 48 * time.Hour
	default:
		s.place(time.Date(max(s.Season.Value, 1950), 1, 1, 0, 0, 0, 0, time.UTC))
		s.ZeroDoubt = 366 * 24 * time.Hour
	}
}

// A moment seen is that of a report made every minute. A race that is on time begins some minutes after the scheduled
// one; one that was put off begins within the four hours that the rules gave for it to end, which the tables do not
// tell.
const (
	seenDoubt  = time.Minute
	startDoubt = 4 * time.Hour
)

// firstStart is the earliest start of a first lap.
func (s *Session) firstStart() (first time.Time, ok bool) {
	for i := range s.Laps {
		if l := &s.Laps[i]; l.LapNumber == 1 && l.DateStart.Known && (!ok || l.DateStart.Value.Before(first)) {
			first, ok = l.DateStart.Value, true
		}
	}
	return first, ok
}

// addResults adds the official classification and the drivers' names.
func (im *Import) addResults(s *Session, g *group) {
	results := im.Reference.results[sessionAt{g.season, g.round, g.kind}]
	if len(results) == 0 {
		s.add(Defect{Kind: ResultsUnknown, Detail: "no official result to hold it against"})
		return
	}
	s.Status = f1.StatusFinalised
	var winner f1.Opt[time.Duration]
	for _, res := range results {
		if res.position.Known && res.position.Value == 1 {
			winner = res.time
		}
	}
	seen := map[int]bool{}
	for _, res := range results {
		if seen[res.car] {
			continue // a car shared by two drivers: the first line is its own
		}
		seen[res.car] = true
		s.Results = append(s.Results, res.row(winner))
	}
	for i := range s.Drivers {
		d := &s.Drivers[i]
		for _, res := range results {
			person, ok := im.Reference.driver(res.driver)
			if res.car != d.DriverNumber || !ok {
				continue
			}
			d.FirstName, d.LastName, d.Country = person.FirstName, person.LastName, person.CountryCode
			if d.TLA == "" {
				d.TLA = person.Code
			}
			break
		}
	}
}

// row is a line of the classification as a row of ours.
func (res *result) row(winner f1.Opt[time.Duration]) f1.ResultRow {
	row := f1.ResultRow{DriverNumber: res.car, Position: res.position, Classified: f1.Some(res.position.Known), Grid: res.grid,
		Points: res.points, LapsCompleted: res.laps, Time: res.time, Gap: res.gap, LapsDown: res.lapsDown}
	if !row.Points.Known {
		row.Points = f1.Some(0.0) // f1db leaves it empty
	}
	if !row.Time.Known && row.Gap.Known && winner.Known {
		row.Time = f1.Some(winner.Value + row.Gap.Value)
	}
	switch {
	case res.word == "DSQ" || res.word == "EX":
		row.Status = "disqualified"
	case res.word == "DNS" || strings.HasPrefix(res.word, "DN") && res.word != "DNF":
		row.Status = "not_started"
	case res.word != "" || res.position.Known && res.retired:
		row.Status = "retired"
	case res.lapsDown.Known:
		row.Status = "lapped"
	default:
		row.Status = "finished"
	}
	return row
}
