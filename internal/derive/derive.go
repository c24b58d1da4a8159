// Package derive makes the tables of a session out of its messages: the one place where state, telemetry,
// events and strategy become rows. The export of a file and the writers of the stores call it, so that both
// give the same rows for the same messages.
//
// A Session is pure: no clock, no files. One goroutine owns it.
package derive

import (
	"fmt"
	"iter"
	"slices"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
)

// Wish says which of the costly tables are wanted; the others are always there.
type Wish struct {
	Telemetry bool // also what is summed up of it
	Locations bool
	Events    bool
	Params    events.Params // thresholds of the events; zero: the defaults
}

// All wishes for every table, with the default thresholds.
func All() Wish { return Wish{Telemetry: true, Locations: true, Events: true} }

// Session derives one session.
type Session struct {
	State *timing.Session

	wish      Wish
	detection *events.Detection
	samples   telemetry.Store
	messages  uint64

	decoder  telemetry.Decoder
	inflater feed.Inflater
	cars     []telemetry.CarSample
	places   []telemetry.PositionSample
}

// New begins a session. The key stands in its rows as long as the feed has not said one.
func New(key string, wish Wish) *Session {
	if wish.Params == (events.Params{}) {
		wish.Params = events.Defaults()
	}
	s := &Session{State: timing.New(), wish: wish, detection: events.Start(wish.Params)}
	s.State.AltKey = key
	return s
}

// Key names the session in its rows.
func (s *Session) Key() string { return s.State.Key() }

// Offset is that of the newest message taken; messages without one are counted.
func (s *Session) Offset() uint64 { return s.messages }

// Journal is every version of every event so far.
func (s *Session) Journal() []f1.Event { return s.detection.Journal() }

// Take applies the next message. The error is of samples that can not be read, and names them: what could be
// read of the message was used, and the session goes on. What else is wrong with messages is in State.Skipped.
func (s *Session) Take(m *feed.Message) error {
	s.messages++
	if m.Offset == 0 { // a log of ours says it, everything else is counted
		m.Offset = s.messages
	}
	s.messages = m.Offset
	if change := s.State.Apply(m); s.wish.Events {
		s.detection.Step(s.State, m, change)
	}
	var err error
	var plain []byte
	switch {
	case m.Topic == feed.TopicCarData && s.wish.Telemetry:
		if plain, err = s.inflater.Inflate(m.Payload); err == nil {
			s.cars, err = s.decoder.Car(s.cars[:0], plain)
			s.samples.AddCar(s.cars) // the frames before a damaged one are good
		}
	case m.Topic == feed.TopicPosition && s.wish.Locations:
		if plain, err = s.inflater.Inflate(m.Payload); err == nil {
			s.places, err = s.decoder.Position(s.places[:0], plain)
			s.samples.AddPosition(s.places)
		}
	}
	if err != nil {
		return fmt.Errorf("%s at %s: %w", m.Topic, m.Time.Format("15:04:05.000"), err)
	}
	return nil
}

// Rows gives every table as it stands. The sequences read the session when they are asked: they are to be
// used before the next message is taken.
func (s *Session) Rows() tables.Rows {
	s.samples.SessionKey = s.Key()
	return tables.Rows{
		Sessions:    each(func() []f1.SessionRow { return []f1.SessionRow{s.State.SessionRow()} }),
		Drivers:     each(s.State.DriverRows),
		Laps:        each(s.State.Laps),
		Stints:      each(s.State.Stints),
		PitStops:    each(s.State.PitStops),
		Positions:   each(s.State.Positions),
		Intervals:   each(s.State.Intervals),
		RaceControl: each(s.State.RaceControlRows),
		TrackStatus: each(s.State.TrackStatuses),
		Weather:     each(s.State.WeatherRows),
		Telemetry:   s.samples.Telemetry(),
		Locations:   s.samples.Locations(),
		TeamRadio:   each(s.State.TeamRadio),
		Events:      each(s.eventRows),
		Results:     each(s.State.Results),

		GapHistory:  each(func() []f1.GapRow { return strategy.RaceOf(s.State).Gaps() }),
		StintPace:   each(func() []f1.StintPaceRow { return s.picture().StintRows() }),
		Degradation: each(func() []f1.DegradationRow { return s.picture().DegradationRows() }),
		PitLoss:     each(func() []f1.PitLossRow { return s.picture().PitLossRows() }),
		StopLosses:  each(func() []f1.StopLossRow { return s.picture().StopLossRows() }),
		Rejoin:      each(func() []f1.RejoinRow { return strategy.RaceOf(s.State).RejoinRows(strategy.Config{}) }),
		Undercuts:   each(func() []f1.UndercutRow { return s.picture().UndercutRows() }),
		IdealLaps:   each(func() []f1.IdealLapRow { return s.picture().IdealRows() }),
		Consistency: each(func() []f1.ConsistencyRow { return s.picture().ConsistencyRows() }),

		LapTelemetry: func(yield func(f1.LapTelemetryRow) bool) { LapTelemetry(s.State.Laps(), s.samples.Telemetry())(yield) },
	}
}

// eventRows are the events in their newest version. Those from before the feed said the session's key have it too.
func (s *Session) eventRows() []f1.EventRow {
	rows, key := events.Rows(events.Newest(s.detection.Journal())), s.Key()
	for i := range rows {
		rows[i].SessionKey = key
	}
	return rows
}

// picture is the session's strategy picture as it stands.
func (s *Session) picture() *strategy.Picture {
	p := strategy.Of(s.State, strategy.Config{})
	return &p
}

// each makes the rows when they are asked for, not before.
func each[R any](rows func() []R) iter.Seq[R] {
	return func(yield func(R) bool) {
		for r := range slices.Values(rows()) {
			if !yield(r) {
				return
			}
		}
	}
}
