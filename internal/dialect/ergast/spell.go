package ergast

import (
	"fmt"
	"strconv"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
)

// How the almanac's rows are spelled.

func number10(o f1.Opt[int]) string {
	if !o.Known {
		return ""
	}
	return strconv.Itoa(o.Value)
}

func decimal(o f1.Opt[float64]) string {
	if !o.Known {
		return ""
	}
	return strconv.FormatFloat(o.Value, 'f', -1, 64)
}

// clock spells a duration without leading zeros: "58.123", "1:33.607", "1:25:33.607".
func clock(d time.Duration) string {
	ms := d.Milliseconds()
	h, m, s, f := ms/3_600_000, ms/60_000%60, ms/1000%60, ms%1000
	switch {
	case h > 0:
		return fmt.Sprintf("%d:%02d:%02d.%03d", h, m, s, f)
	case m > 0:
		return fmt.Sprintf("%d:%02d.%03d", m, s, f)
	}
	return fmt.Sprintf("%d.%03d", s, f)
}

func spellSeason(s almanac.Season) seasonShape {
	return seasonShape{Season: strconv.Itoa(s.Year), URL: s.URL}
}

func spellCircuit(c almanac.Circuit) circuitShape {
	degrees := func(o f1.Opt[float64]) *string {
		if !o.Known {
			return nil
		}
		s := decimal(o)
		return &s
	}
	return circuitShape{CircuitID: c.ID, URL: c.URL, CircuitName: c.Name,
		Location: locationShape{Lat: degrees(c.Lat), Long: degrees(c.Long), Locality: c.Locality, Country: c.Country}}
}

func spellDriver(d almanac.Driver) driverShape {
	return driverShape{DriverID: d.ID, PermanentNumber: number10(d.Number), Code: d.Code, URL: d.URL, GivenName: d.GivenName,
		FamilyName: d.FamilyName, DateOfBirth: d.DateOfBirth, Nationality: d.Nationality}
}

func spellConstructor(c almanac.Constructor) makerShape {
	return makerShape{ConstructorID: c.ID, URL: c.URL, Name: c.Name, Nationality: c.Nationality}
}

// head spells a weekend without its sessions.
func (v *View) head(r *almanac.Race) raceShape {
	return raceShape{Season: strconv.Itoa(r.Season), Round: strconv.Itoa(r.Round), URL: r.URL, RaceName: r.Name,
		Circuit: spellCircuit(v.Book.Circuit(r.Circuit)), Date: r.Date, Time: zulu(r.Time)}
}

func zulu(clock string) string {
	if clock == "" {
		return ""
	}
	return clock + "Z"
}

// shootouts is the season that called the qualifying for its sprints so.
const shootouts = 2023

// spellRace spells a weekend with its sessions.
func (v *View) spellRace(r almanac.Race) raceShape {
	out := v.head(&r)
	for i := range r.Slots {
		s := &slotShape{Date: r.Slots[i].Date, Time: zulu(r.Slots[i].Time)}
		switch r.Slots[i].Type {
		case f1.Practice1:
			out.FirstPractice = s
		case f1.Practice2:
			out.SecondPractice = s
		case f1.Practice3:
			out.ThirdPractice = s
		case f1.Qualifying:
			out.Qualifying = s
		case f1.Sprint:
			out.Sprint = s
		case f1.SprintQualifying:
			if r.Season == shootouts {
				out.SprintShootout = s
			} else {
				out.SprintQualifying = s
			}
		}
	}
	return out
}

// winner is the time of the first of a classification.
func winner(list []almanac.Result) f1.Opt[time.Duration] {
	for i := range list {
		if list[i].Position == f1.Some(1) {
			return list[i].Time
		}
	}
	return f1.Opt[time.Duration]{}
}

func (v *View) spellResult(r *almanac.Result, first f1.Opt[time.Duration]) resultShape {
	out := resultShape{Number: r.Number, Position: number10(r.Position), PositionText: r.PositionText, Driver: spellDriver(v.Book.Driver(r.Driver)),
		Constructor: spellConstructor(v.Book.Constructor(r.Constructor)), Grid: number10(r.Grid), Laps: number10(r.Laps), Points: decimal(r.Points), Status: r.Status}
	if r.Time.Known && (r.Classified() || r.PositionText == "") { // of others it is when they stopped
		out.Time = &timeShape{Millis: strconv.FormatInt(r.Time.Value.Milliseconds(), 10), Time: clock(r.Time.Value)}
		if first.Known && r.Position != f1.Some(1) {
			out.Time.Time = "+" + clock(r.Time.Value-first.Value)
		}
	}
	if f := r.Fastest; f != nil {
		out.FastestLap = &fastestShape{Rank: number10(f.Rank), Lap: number10(f.Lap)}
		if f.Time.Known {
			out.FastestLap.Time = &timeShape{Time: clock(f.Time.Value)}
		}
		if f.Speed.Known {
			out.FastestLap.AverageSpeed = &speedShape{Units: "kph", Speed: strconv.FormatFloat(f.Speed.Value, 'f', 3, 64)}
		}
	}
	return out
}

func (v *View) spellQualified(q *almanac.Qualified) qualifiedShape {
	part := func(n int) *string {
		p := q.Parts[n]
		if p == nil {
			return nil
		}
		s := ""
		if p.Time.Known {
			s = clock(p.Time.Value)
		}
		return &s
	}
	return qualifiedShape{Number: q.Number, Position: number10(q.Position), Driver: spellDriver(v.Book.Driver(q.Driver)),
		Constructor: spellConstructor(v.Book.Constructor(q.Constructor)), Q1: part(0), Q2: part(1), Q3: part(2)}
}

func (v *View) spellStanding(s *almanac.Standing, teams bool) standingShape {
	out := standingShape{Position: number10(s.Position), PositionText: s.PositionText, Points: decimal(s.Points), Wins: number10(s.Wins)}
	if teams {
		c := spellConstructor(v.Book.Constructor(s.ID))
		out.Constructor = &c
		return out
	}
	d := spellDriver(v.Book.Driver(s.ID))
	out.Driver = &d
	for _, id := range s.Constructors {
		out.Constructors = append(out.Constructors, spellConstructor(v.Book.Constructor(id)))
	}
	return out
}

func spellTiming(l *almanac.Lap) timingShape {
	t := timingShape{DriverID: l.Driver, Position: number10(l.Position)}
	if l.Time.Known {
		t.Time = clock(l.Time.Value)
	}
	return t
}

func spellStop(s *almanac.PitStop) stopShape {
	out := stopShape{DriverID: s.Driver, Lap: strconv.Itoa(s.Lap), Stop: strconv.Itoa(s.Stop), Time: s.Time}
	if s.Duration.Known {
		out.Duration = clock(s.Duration.Value)
	}
	return out
}
