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
	"sync"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/strategy"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
)

// Version counts the changes of how rows are made. Whoever changes what rows say raises it: stored sessions that were
// made by an older version are then made anew from their logs.
const Version = 1

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
	return RowsOf(s.State, s.detection.Journal(), &s.samples)
}

// RowsOf gives every table of a state, with the events of a journal and the samples of a store, as they stand:
// for who follows a session otherwise than message by message. Without samples telemetry and locations are empty.
// The sequences read all three when they are asked.
func RowsOf(state *timing.Session, journal []f1.Event, samples *telemetry.Store) tables.Rows {
	if samples == nil {
		samples = &telemetry.Store{}
	}
	samples.SessionKey = state.Key()
	race := sync.OnceValue(func() *strategy.Race { return strategy.RaceOf(state) })
	picture := sync.OnceValue(func() *strategy.Picture { // most tables of strategy are parts of it
		p := strategy.Of(state, strategy.Config{})
		return &p
	})
	return tables.Rows{
		Sessions:    each(func() []f1.SessionRow { return []f1.SessionRow{state.SessionRow()} }),
		Drivers:     each(state.DriverRows),
		Laps:        each(state.Laps),
		Stints:      each(state.Stints),
		PitStops:    each(state.PitStops),
		Positions:   each(state.Positions),
		Intervals:   each(state.Intervals),
		RaceControl: each(state.RaceControlRows),
		TrackStatus: each(state.TrackStatuses),
		Weather:     each(state.WeatherRows),
		Telemetry:   samples.Telemetry(),
		Locations:   samples.Locations(),
		TeamRadio:   each(state.TeamRadio),
		Events:      each(func() []f1.EventRow { return eventRows(journal, state.Key()) }),
		Results:     each(state.Results),

		GapHistory:  each(func() []f1.GapRow { return race().Gaps() }),
		StintPace:   each(func() []f1.StintPaceRow { return picture().StintRows() }),
		Degradation: each(func() []f1.DegradationRow { return picture().DegradationRows() }),
		PitLoss:     each(func() []f1.PitLossRow { return picture().PitLossRows() }),
		StopLosses:  each(func() []f1.StopLossRow { return picture().StopLossRows() }),
		Rejoin:      each(func() []f1.RejoinRow { return race().RejoinRows(strategy.Config{}) }),
		Undercuts:   each(func() []f1.UndercutRow { return picture().UndercutRows() }),
		IdealLaps:   each(func() []f1.IdealLapRow { return picture().IdealRows() }),
		Consistency: each(func() []f1.ConsistencyRow { return picture().ConsistencyRows() }),

		LapTelemetry: func(yield func(f1.LapTelemetryRow) bool) { LapTelemetry(state.Laps(), samples.Telemetry())(yield) },
	}
}

// Fresh gives the samples that have come since the last call, by car. A sample that the feed repeats may come again.
// Nothing is held twice for it.
func (s *Session) Fresh() ([]f1.TelemetryRow, []f1.LocationRow) {
	s.samples.SessionKey = s.Key()
	return s.samples.Fresh()
}

// eventRows are the events in their newest version. Those from before the feed said the session's key have it too.
func eventRows(journal []f1.Event, key string) []f1.EventRow {
	rows := events.Rows(events.Newest(journal))
	for i := range rows {
		rows[i].SessionKey = key
	}
	return rows
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
