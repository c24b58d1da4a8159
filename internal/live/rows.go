package live

import (
	"context"
	"encoding/binary"
	"fmt"
	"iter"
	"time"

	"github.com/cespare/xxhash/v2"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/telemetry"
	"pitwall.live/internal/timing"
	"pitwall.live/internal/wire"
)

// Held says what is known here of a session, named by key, readable name or latest, without loading it from the
// shelf. It reports false when nothing is.
func (s *Service) Held(name string) (wire.Held, bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if name == "" || name == "latest" {
		name = s.first
	}
	if name == "" {
		return wire.Held{}, false
	}
	if s.sessions[name] == nil && s.shelf[name] == nil { // no key: the list knows the readable names
		for _, e := range s.list().Sessions {
			if string(e.Session.Slug) == name {
				name = e.Session.Key
				break
			}
		}
	}
	h := wire.Held{Key: name, Default: name == s.first}
	if session := s.sessions[name]; session != nil {
		p := session.players[""]
		p.mu.Lock()
		defer p.mu.Unlock()
		h.Loaded, h.Source, h.Live = true, session.about.Source, session.live.Load() && !p.clock.replay
		h.Hidden = p.clock.replay && (p.state == nil || p.state.offset < session.log.Len())
		return h, true
	}
	book := s.shelf[name]
	if book == nil {
		return wire.Held{}, false
	}
	h.Source = book.about.Source
	return h, true
}

// Place is where in a session's log a time is, the start of a race lap, a clock or, all zero, the process's own
// clock. The log is read for it when it is on the shelf.
func (s *Service) Place(session string, at time.Time, lap int, clock string) (wire.Place, error) {
	held, err := s.Session(session)
	if err != nil {
		return wire.Place{}, err
	}
	offset, err := s.offsetAt(held, at, lap, clock)
	if err != nil {
		return wire.Place{}, err
	}
	return wire.Place{
		Key: held.about.Key, Offset: offset, Time: held.log.TimeAt(offset), Newest: offset >= held.log.Len(), Live: held.live.Load(),
		Start: held.log.Start(), Log: logName(held.log),
	}, nil
}

// logName names a log among those that a session may have had. A mended one begins with the same message as the one whose place
// it takes, and was made at another time.
func logName(log *sessionlog.Log) uint64 {
	b := binary.LittleEndian.AppendUint64(nil, uint64(log.Header().Created.UnixNano()))
	return xxhash.Sum64(binary.LittleEndian.AppendUint64(b, uint64(log.Start().UnixNano())))
}

// samplesLooked is how many messages are read between two looks at whether anybody still waits.
const samplesLooked = 4096

// Rows gives the rows of a table of a session as they stood with the message at offset: of what came later they
// know nothing, and a later offset may change any of them. Telemetry, locations and
// what is made of them read the log up to there, which takes some 0.1 s per hour of session; the others take some milliseconds. The row handed out is the same
// memory each time.
func (s *Service) Rows(ctx context.Context, session string, offset uint64, table string) (iter.Seq[tables.Row], error) {
	held, err := s.Session(session)
	if err != nil {
		return nil, err
	}
	// The key in the rows is all of the state that samples need.
	state := timing.New()
	state.AltKey = held.about.Key
	if table != "telemetry" && table != "locations" {
		at, err := held.readAt(offset)
		if err != nil {
			return nil, err
		}
		state = at.timing
	}
	var samples *telemetry.Store
	if table == "telemetry" || table == "locations" || table == "lap_telemetry" {
		if samples, err = held.samplesAt(ctx, offset, table != "locations"); err != nil {
			return nil, err
		}
	}
	return derive.RowsOf(state, held.chronicle.until(offset), samples).Cells(table), nil
}

// samplesAt are the samples of one kind that the messages up to offset brought. What can not be read was counted
// where the state took it.
func (s *Session) samplesAt(ctx context.Context, offset uint64, cars bool) (*telemetry.Store, error) {
	var (
		store    telemetry.Store
		inflater feed.Inflater
		decoder  telemetry.Decoder
		car      []telemetry.CarSample
		place    []telemetry.PositionSample
	)
	topic := feed.TopicPosition
	if cars {
		topic = feed.TopicCarData
	}
	n := 0
	err := s.log.Range(1, offset, func(m *feed.Message) error {
		if n++; n%samplesLooked == 0 && ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if m.Topic != topic {
			return nil
		}
		plain, err := inflater.Inflate(m.Payload)
		switch {
		case err != nil:
		case cars:
			car, _ = decoder.Car(car[:0], plain) // the frames before a damaged one are good
			store.AddCar(car)
		default:
			place, _ = decoder.Position(place[:0], plain) // as above
			store.AddPosition(place)
		}
		return nil
	})
	if err != nil {
		return nil, fmt.Errorf("live: samples of session %s: %w", s.about.Key, err)
	}
	return &store, nil
}
