package ergast

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
)

// parser reads shapes as rows of the almanac. What can not be read is unknown, and a defect.
type parser struct{ defects []string }

func (p *parser) bad(what, text string) {
	const enough = 100
	if len(p.defects) < enough {
		p.defects = append(p.defects, fmt.Sprintf("%s %.40q", what, text))
	}
}

func (p *parser) int(what, s string) f1.Opt[int] {
	if s == "" {
		return f1.Opt[int]{}
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		p.bad(what, s)
		return f1.Opt[int]{}
	}
	return f1.Some(n)
}

func (p *parser) float(what, s string) f1.Opt[float64] {
	if s == "" {
		return f1.Opt[float64]{}
	}
	v, err := strconv.ParseFloat(s, 64)
	if err != nil {
		p.bad(what, s)
		return f1.Opt[float64]{}
	}
	return f1.Some(v)
}

// span reads "1:33:15.607", "58.123".
func (p *parser) span(what, s string) f1.Opt[time.Duration] {
	if s == "" {
		return f1.Opt[time.Duration]{}
	}
	d, ok := f1.ParseLapTime(s)
	if !ok {
		p.bad(what, s)
		return f1.Opt[time.Duration]{}
	}
	return f1.Some(d)
}

// date reads a day, "" where it is none.
func (p *parser) date(what, s string) string {
	if _, err := time.Parse(time.DateOnly, s); s != "" && err != nil {
		p.bad(what, s)
		return ""
	}
	return s
}

// clock reads a time of day, with or without its Z, "" where it is none.
func (p *parser) clock(what, s string) string {
	s = strings.TrimSuffix(s, "Z")
	if _, err := time.Parse(time.TimeOnly, s); s != "" && err != nil {
		p.bad(what, s)
		return ""
	}
	return s
}

func (p *parser) season(s *seasonShape) almanac.Season {
	return almanac.Season{Year: p.int("season", s.Season).Value, URL: s.URL}
}

func (p *parser) circuit(c *circuitShape) almanac.Circuit {
	out := almanac.Circuit{ID: c.CircuitID, Name: c.CircuitName, Locality: c.Location.Locality, Country: c.Location.Country, URL: c.URL}
	if c.Location.Lat != nil && c.Location.Long != nil {
		out.Lat, out.Long = p.float("latitude", *c.Location.Lat), p.float("longitude", *c.Location.Long)
	}
	return out
}

func (p *parser) driver(d *driverShape) almanac.Driver {
	return almanac.Driver{ID: d.DriverID, Number: p.int("number of "+d.DriverID, d.PermanentNumber), Code: d.Code, GivenName: d.GivenName, FamilyName: d.FamilyName,
		DateOfBirth: p.date("birth of "+d.DriverID, d.DateOfBirth), Nationality: d.Nationality, URL: d.URL}
}

func (p *parser) constructor(c *makerShape) almanac.Constructor {
	return almanac.Constructor{ID: c.ConstructorID, Name: c.Name, Nationality: c.Nationality, URL: c.URL}
}

func (p *parser) race(r *raceShape) almanac.Race {
	out := almanac.Race{Season: p.int("season", r.Season).Value, Round: p.int("round", r.Round).Value, Name: r.RaceName, Circuit: r.Circuit.CircuitID, URL: r.URL,
		Date: p.date("date of "+r.RaceName, r.Date), Time: p.clock("time of "+r.RaceName, r.Time)}
	qualifying := r.SprintQualifying
	if qualifying == nil {
		qualifying = r.SprintShootout
	}
	for _, s := range []struct {
		kind f1.SessionType
		at   *slotShape
	}{{f1.Practice1, r.FirstPractice}, {f1.Practice2, r.SecondPractice}, {f1.Practice3, r.ThirdPractice}, {f1.SprintQualifying, qualifying},
		{f1.Sprint, r.Sprint}, {f1.Qualifying, r.Qualifying}} {
		if s.at != nil {
			what := string(s.kind) + " of " + r.RaceName
			out.Slots = append(out.Slots, almanac.Slot{Type: s.kind, Date: p.date(what, s.at.Date), Time: p.clock(what, s.at.Time)})
		}
	}
	return out
}

func (p *parser) result(r *resultShape) almanac.Result {
	who := " of " + r.Driver.DriverID
	out := almanac.Result{Number: r.Number, Driver: r.Driver.DriverID, Constructor: r.Constructor.ConstructorID, Position: p.int("position"+who, r.Position),
		PositionText: r.PositionText, Points: p.float("points"+who, r.Points), Grid: p.int("grid"+who, r.Grid), Laps: p.int("laps"+who, r.Laps), Status: r.Status}
	if r.Time != nil && r.Time.Millis != "" {
		if ms := p.int("time"+who, r.Time.Millis); ms.Known {
			out.Time = f1.Some(time.Duration(ms.Value) * time.Millisecond)
		}
	}
	if f := r.FastestLap; f != nil {
		out.Fastest = &almanac.FastestLap{Rank: p.int("rank"+who, f.Rank), Lap: p.int("lap"+who, f.Lap)}
		if f.Time != nil {
			out.Fastest.Time = p.span("fastest lap"+who, f.Time.Time)
		}
		if f.AverageSpeed != nil {
			out.Fastest.Speed = p.float("speed"+who, f.AverageSpeed.Speed)
		}
	}
	return out
}

func (p *parser) qualified(q *qualifiedShape) almanac.Qualified {
	out := almanac.Qualified{Number: q.Number, Driver: q.Driver.DriverID, Constructor: q.Constructor.ConstructorID, Position: p.int("position of "+q.Driver.DriverID, q.Position)}
	for i, text := range []*string{q.Q1, q.Q2, q.Q3} {
		if text != nil {
			out.Parts[i] = &almanac.Part{Time: p.span("qualifying of "+q.Driver.DriverID, *text)}
		}
	}
	return out
}

func (p *parser) laps(all []lapShape) []almanac.Lap {
	var out []almanac.Lap
	for i := range all {
		n := p.int("lap", all[i].Number)
		for _, t := range all[i].Timings {
			out = append(out, almanac.Lap{Driver: t.DriverID, Number: n.Value, Position: p.int("position of "+t.DriverID, t.Position), Time: p.span("lap of "+t.DriverID, t.Time)})
		}
	}
	return out
}

func (p *parser) stop(s *stopShape) almanac.PitStop {
	return almanac.PitStop{Driver: s.DriverID, Lap: p.int("lap of a stop", s.Lap).Value, Stop: p.int("stop", s.Stop).Value, Time: p.clock("time of a stop", s.Time),
		Duration: p.span("duration of a stop", s.Duration)}
}

func (p *parser) standing(s *standingShape) almanac.Standing {
	out := almanac.Standing{Position: p.int("position", s.Position), PositionText: s.PositionText, Points: p.float("points", s.Points), Wins: p.int("wins", s.Wins)}
	if s.Driver != nil {
		out.ID = s.Driver.DriverID
	}
	if s.Constructor != nil {
		out.ID = s.Constructor.ConstructorID
	}
	for i := range s.Constructors {
		out.Constructors = append(out.Constructors, s.Constructors[i].ConstructorID)
	}
	return out
}

// rows reads each shape of a list.
func rows[S, T any](list []S, read func(*S) T) []T {
	out := make([]T, 0, len(list))
	for i := range list {
		out = append(out, read(&list[i]))
	}
	return out
}
