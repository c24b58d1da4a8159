package persist

import (
	"errors"
	"fmt"
	"slices"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// sourceLog is what rows made of a log name as their source.
const sourceLog = "log"

// costlyEvery is how often the costly tables are looked at: where the offset is a multiple of it, and at the end. As
// it counts offsets and not time, they too depend on the log alone.
const costlyEvery = 256

// costly are the tables that are parts of the strategy picture, which change all over with every lap, and what all the
// samples come to.
var costly = []string{"stint_pace", "degradation", "pit_loss", "stop_losses", "rejoin", "undercuts", "ideal_laps", "consistency",
	"lap_telemetry"}

// mark is the last offset up to the one given at which the costly tables are looked at.
func mark(offset uint64) uint64 { return offset - offset%costlyEvery }

// elsewhere are the tables that a batch carries in fields of their own.
var elsewhere = []string{"sessions", "telemetry", "locations"}

// deriver makes the batches of one session: derived state, and the hashes of what was written of it.
type deriver struct {
	session  *derive.Session
	identity string
	offset   uint64 // of the newest message taken
	key      string // that rows were written under
	steady   []*diff
	costly   []*diff
	verdicts verdicts
	damaged  uint64 // messages whose samples could not be read
}

func newDeriver(key, identity string, p events.Params) *deriver {
	d := &deriver{identity: identity, session: derive.New(key, derive.Wish{Telemetry: true, Locations: true, Events: true, Params: p})}
	for _, t := range tables.All() {
		switch {
		case slices.Contains(elsewhere, t.Name):
		case slices.Contains(costly, t.Name):
			d.costly = append(d.costly, newDiff(t))
		default:
			d.steady = append(d.steady, newDiff(t))
		}
	}
	return d
}

// errEnough ends the reading of a log where it is enough.
var errEnough = errors.New("enough")

// messages gives those of a log from an offset on; it is [sessionlog.Log.Each].
type messages func(from uint64, fn func(*feed.Message) error) error

// advance derives up to an offset and gives the batch that moves a store there from where the last one left it. With
// ended nothing is known to follow: the costly tables are those of the end, and whole, so that they are right
// whatever was written before.
func (d *deriver) advance(log messages, to uint64, ended bool) (*store.Batch, error) {
	b := &store.Batch{Source: sourceLog, Log: d.identity, From: d.offset, Offset: to, Ended: ended}
	if at := mark(to); at > d.offset && !ended {
		if err := d.take(log, at); err != nil {
			return nil, err
		}
		b.Changes = d.changes(b.Changes, d.costly, false)
	}
	if err := d.take(log, to); err != nil {
		return nil, err
	}
	if ended {
		b.Changes = d.changes(b.Changes, d.costly, true)
	}
	d.complete(b)
	return b, nil
}

// complete adds what every batch has.
func (d *deriver) complete(b *store.Batch) {
	b.Changes = d.changes(b.Changes, d.steady, false)
	b.Telemetry, b.Locations = d.session.Fresh()
	b.Session, b.Simulated = d.session.State.SessionRow(), d.session.State.Info.Simulated
	if d.key = d.session.Key(); len(b.Changes) > 0 {
		rename(b.Changes, d.key)
	}
}

// rename gives rows that were made before the feed named the session, in the same batch, its name.
func rename(changes []store.Change, key string) {
	for i := range changes {
		for _, rows := range [][]tables.Row{changes[i].Rows, changes[i].Gone} {
			for _, row := range rows {
				row[sessionColumn].S = key
			}
		}
	}
}

// sessionColumn is where every table has the key of its session.
const sessionColumn = 0

// all gives the session as it stands, to which nothing will follow, as one batch.
func (d *deriver) all() *store.Batch {
	b := &store.Batch{Source: sourceLog, Log: d.identity, Offset: d.offset, Whole: true, Ended: true}
	b.Changes = d.changes(nil, d.costly, true)
	d.complete(b)
	return b
}

// take derives up to an offset.
func (d *deriver) take(log messages, to uint64) error {
	if to > d.offset {
		err := log(d.offset+1, func(m *feed.Message) error {
			if m.Offset > to {
				return errEnough
			}
			if d.apply(m) != nil {
				d.damaged++ // the export of the session names them
			}
			return nil
		})
		if err != nil && !errors.Is(err, errEnough) {
			return fmt.Errorf("persist: %w", err)
		}
		d.offset = to // there may be no message of that offset any more
	}
	return nil
}

// apply derives one message. The error is of samples that can not be read.
func (d *deriver) apply(m *feed.Message) error {
	err := d.session.Take(m)
	d.offset = d.session.Offset()
	d.verdicts.step(d.session.State, m)
	return err
}

// changes finds what has changed in tables since they were last written.
func (d *deriver) changes(out []store.Change, in []*diff, all bool) []store.Change {
	rows := d.session.Rows()
	for _, f := range in {
		if c, ok := f.step(rows.Cells(f.table.Name), all); ok {
			out = append(out, c)
		}
	}
	return out
}

// resume derives up to what is stored already: the next batch joins on to it.
func (d *deriver) resume(log *sessionlog.Log, at store.Session) error {
	for d.offset < at.Offset {
		// Piece by piece, so that the samples are never held all at once.
		to, ended := min(d.offset+batchMessages, at.Offset), false
		ended = to == at.Offset && at.Whole
		if _, err := d.advance(log.Each, to, ended); err != nil {
			return err
		}
	}
	return nil
}

// gather derives up to an offset and gives all of the session as one batch.
func (d *deriver) gather(log messages, to uint64, ended bool, step func(offset uint64) error) (*store.Batch, error) {
	var cars []f1.TelemetryRow
	var places []f1.LocationRow
	for d.offset+batchMessages < mark(to) {
		if err := d.take(log, d.offset+batchMessages); err != nil {
			return nil, err
		}
		if err := step(d.offset); err != nil {
			return nil, err
		}
		c, p := d.session.Fresh()
		cars, places = append(cars, c...), append(places, p...)
	}
	b, err := d.advance(log, to, ended)
	if err != nil {
		return nil, err
	}
	// The key may have become known behind the first samples.
	for i := range cars {
		cars[i].SessionKey = d.key
	}
	for i := range places {
		places[i].SessionKey = d.key
	}
	b.Telemetry, b.Locations = append(cars, b.Telemetry...), append(places, b.Locations...)
	b.Whole, b.From = true, 0
	return b, nil
}
