package timing

import (
	"maps"
	"slices"
)

// Clone returns an independent copy. It is cheap: journals, which only ever grow, and the laps of cars
// that are not touched again are shared; everything that changes in place is copied.
func (s *Session) Clone() *Session {
	n := *s
	n.scratch = &decoder{}
	n.Entries = slices.Clone(s.Entries)
	n.Track.Sectors = maps.Clone(s.Track.Sectors)
	n.TopThree = slices.Clone(s.TopThree)
	n.Tracker = slices.Clone(s.Tracker)
	n.Championship = Championship{Drivers: slices.Clone(s.Championship.Drivers), Teams: slices.Clone(s.Championship.Teams)}
	n.Streams = slices.Clone(s.Streams)
	n.RaceControl = share(&s.RaceControl)
	n.Radio = share(&s.Radio)
	n.WeatherLog = share(&s.WeatherLog)
	n.Skipped = share(&s.Skipped)
	n.Lost = slices.Clone(s.Lost) // the last one changes in place
	n.Cars = make(map[int]*Car, len(s.Cars))
	for k, c := range s.Cars {
		n.Cars[k] = c.clone()
	}
	n.Topics = make(map[string]*Topic, len(s.Topics))
	for k, t := range s.Topics {
		copied := *t
		n.Topics[k] = &copied
	}
	h := &n.history
	h.positions = share(&s.positions)
	h.intervals = share(&s.intervals)
	h.track = share(&s.history.track)
	h.trackBefore = share(&s.trackBefore)
	h.statuses = share(&s.statuses)
	h.weatherAt = share(&s.weatherAt)
	h.lanes = share(&s.lanes)
	h.stops = share(&s.history.stops)
	h.deletions = share(&s.deletions)
	h.parts = share(&s.parts)
	return &n
}

// share returns a list that holds what the original holds and has no room: appending to it copies it,
// while the original may go on growing in place beyond what is shared.
func share[T any](list *[]T) []T { return (*list)[:len(*list):len(*list)] }

func (c *Car) clone() *Car {
	n := *c
	for i := range n.Sectors {
		n.Sectors[i].Segments = slices.Clone(c.Sectors[i].Segments)
	}
	n.Stints = slices.Clone(c.Stints)
	n.Series = slices.Clone(c.Series)
	n.LapChart = slices.Clone(c.LapChart)
	n.Overtakes = slices.Clone(c.Overtakes)
	// Laps, visits and stints change in place: whichever of the two is touched first copies them.
	// A clone that is kept to be cloned again is only read here, by several at once if need be.
	if !c.shared {
		c.shared = true
	}
	n.shared = true
	return &n
}
