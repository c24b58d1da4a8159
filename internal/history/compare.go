package history

import (
	"cmp"
	"slices"
	"time"

	"pitwall.live/internal/f1"
)

// columns are what is compared where one lap is in several tables, each as a whole number.
var columns = []struct {
	name  string
	value func(*Session, *f1.LapRow) f1.Opt[int32]
}{
	{"lap_time", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return millis(l.LapTime) }},
	{"sector_1", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return millis(l.Sector1) }},
	{"sector_2", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return millis(l.Sector2) }},
	{"sector_3", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return millis(l.Sector3) }},
	{"speed_i1", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.SpeedI1) }},
	{"speed_i2", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.SpeedI2) }},
	{"speed_st", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.SpeedST) }},
	{"stint", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.StintNumber) }},
	{"compound", func(_ *Session, l *f1.LapRow) f1.Opt[int32] {
		return f1.Opt[int32]{Value: int32(slices.Index(compounds, l.Compound)), Known: l.Compound != ""}
	}},
	{"tyre_age", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.TyreAge) }},
	{"position", func(_ *Session, l *f1.LapRow) f1.Opt[int32] { return small(l.Position) }},
	{"crossing", func(s *Session, l *f1.LapRow) f1.Opt[int32] { return sinceZero(s, l.DateEnd) }},
	{"pit_in", func(s *Session, l *f1.LapRow) f1.Opt[int32] { return sinceZero(s, l.PitIn) }},
	{"pit_out", func(s *Session, l *f1.LapRow) f1.Opt[int32] { return sinceZero(s, l.PitOut) }},
}

func millis(d f1.Opt[time.Duration]) f1.Opt[int32] {
	return f1.Opt[int32]{Value: int32(d.Value.Milliseconds()), Known: d.Known}
}

func small(v f1.Opt[int]) f1.Opt[int32] { return f1.Opt[int32]{Value: int32(v.Value), Known: v.Known} }

func sinceZero(s *Session, t f1.Opt[time.Time]) f1.Opt[int32] {
	return f1.Opt[int32]{Value: int32(t.Value.Sub(s.Zero).Milliseconds()), Known: t.Known}
}

// Agreement counts how the laps of two formats agree in one column.
type Agreement struct {
	Season     int    `json:"season"`
	A          Format `json:"a"`
	B          Format `json:"b"`
	Column     string `json:"column"` // "laps" counts the laps themselves
	Equal      int    `json:"equal"`
	Different  int    `json:"different"`
	OnlyA      int    `json:"only_a"` // known there, unknown or no such lap in the other
	OnlyB      int    `json:"only_b"`
	FirstOther string `json:"first_different,omitempty"` // session and car of the first difference
}

// comparison keeps the small values of the laps of one season, by session and format, and how they agree.
type comparison struct {
	kept map[string]map[Format]map[carLap][]f1.Opt[int32]
	sums []Agreement
}

func newComparison() *comparison {
	return &comparison{kept: map[string]map[Format]map[carLap][]f1.Opt[int32]{}}
}

// take compares a session with what other formats tell of it.
func (c *comparison) take(s *Session) {
	laps := make(map[carLap][]f1.Opt[int32], len(s.Laps))
	for i := range s.Laps {
		l := &s.Laps[i]
		row := make([]f1.Opt[int32], len(columns))
		for n, column := range columns {
			row[n] = column.value(s, l)
		}
		laps[carLap{l.DriverNumber, l.LapNumber}] = row
	}
	if c.kept[s.ID] == nil {
		c.kept[s.ID] = map[Format]map[carLap][]f1.Opt[int32]{}
	}
	for format, other := range c.kept[s.ID] {
		if format != s.Source.Format {
			c.compare(s, format, other, laps)
		}
	}
	c.kept[s.ID][s.Source.Format] = laps
}

// compare counts; a was read before b.
func (c *comparison) compare(s *Session, format Format, a, b map[carLap][]f1.Opt[int32]) {
	all := c.sum(s, format, "laps")
	for at := range a {
		if b[at] == nil {
			all.OnlyA++
		}
	}
	for at := range b {
		if a[at] == nil {
			all.OnlyB++
		} else {
			all.Equal++
		}
	}
	for n, column := range columns {
		sum := c.sum(s, format, column.name)
		first := carLap{maxCar + 1, 0}
		for at, left := range a {
			right := b[at]
			if right == nil {
				continue
			}
			switch x, y := left[n], right[n]; {
			case !x.Known && !y.Known:
			case !y.Known:
				sum.OnlyA++
			case !x.Known:
				sum.OnlyB++
			case x.Value == y.Value:
				sum.Equal++
			default:
				sum.Different++
				if cmp.Or(cmp.Compare(at.car, first.car), cmp.Compare(at.lap, first.lap)) < 0 {
					first = at
				}
			}
		}
		if sum.FirstOther == "" && first.car <= maxCar {
			sum.FirstOther = first.in(s.ID)
		}
	}
}

func (c *comparison) sum(s *Session, format Format, column string) *Agreement {
	i := slices.IndexFunc(c.sums, func(a Agreement) bool { return a.A == format && a.B == s.Source.Format && a.Column == column })
	if i < 0 {
		i = len(c.sums)
		c.sums = append(c.sums, Agreement{Season: s.Season.Value, A: format, B: s.Source.Format, Column: column})
	}
	return &c.sums[i]
}
