package openf1

import (
	"context"
	"fmt"
	"iter"
	"strings"
	"time"

	"github.com/valyala/fastjson"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// parts are a driver's best laps in the parts of qualifying, in milliseconds; 0: none. Our table of results has only the one
// that ranks.
type parts [3]int64

// bestParts notes the best laps. What is taken back is no longer one, unless it is taken back just before the next part
// begins: some years the feed empties the times of all who go on.
type bestParts struct {
	cars map[int64]*parts
	laps map[int64]*parts // the numbers of the laps
	part int64
	took map[int64]taken
}

type taken struct {
	part int
	ms   int64
	at   time.Time
}

// beforePart is how long before a part begins the times of the last may be taken back for everybody.
const beforePart = 10 * time.Second

func (d *Derivation) qualified(m *feed.Message, v *fastjson.Value) {
	b := &d.best
	if b.cars == nil {
		b.cars, b.laps, b.took = map[int64]*parts{}, map[int64]*parts{}, map[int64]taken{}
	}
	each(v.Get("Lines"), func(key string, line *fastjson.Value) {
		car, ok := carNumber(key)
		if !ok {
			return
		}
		items(line.Get("BestLapTimes"), func(at int, e *fastjson.Value) {
			if at > 2 || !e.Exists("Value") {
				return
			}
			s, _ := seconds(e.Get("Value"))
			lap, _ := wholeOf(e.Get("Lap"))
			b.say(car, at, int64(s*1000+0.5), lap, m.Time)
		})
	})
	part, ok := wholeOf(v.Get("SessionPart"))
	if !ok || part == b.part {
		return
	}
	b.part = part
	for car, t := range b.took {
		if int64(t.part) == part-2 && m.Time.Sub(t.at) < beforePart && b.cars[car][t.part] == 0 {
			b.cars[car][t.part] = t.ms
		}
	}
}

// say notes a car's best lap of a part, 0 for one that is taken back. The feed may show the lap of an earlier part again for
// a car that has not gone on: that is none of this part.
func (b *bestParts) say(car int64, at int, ms, lap int64, now time.Time) {
	if b.cars[car] == nil {
		b.cars[car], b.laps[car] = &parts{}, &parts{}
	}
	times, laps := b.cars[car], b.laps[car]
	for i := range at {
		if ms != 0 && lap != 0 && times[i] == ms && laps[i] == lap {
			return
		}
	}
	if old := times[at]; old != 0 && ms == 0 {
		b.took[car] = taken{at, old, now}
	}
	times[at], laps[at] = ms, lap
}

// fastest are the best laps of each part.
func (b *bestParts) fastest() (best parts) {
	for _, p := range b.cars {
		for i, ms := range p {
			if ms != 0 && (best[i] == 0 || ms < best[i]) {
				best[i] = ms
			}
		}
	}
	return best
}

// copied is one that nobody changes any more.
func (b *bestParts) copied() bestParts {
	c := bestParts{cars: make(map[int64]*parts, len(b.cars))}
	for car, p := range b.cars {
		c.cars[car] = new(*p)
	}
	return c
}

// lists are the times of a driver in the parts and how far they are from the best ones; false where there are none.
func (b *bestParts) lists(car int64) (times, gaps value, ok bool) {
	p := b.cars[car]
	if p == nil {
		return value{}, value{}, false
	}
	best := b.fastest()
	t, g := make([]value, len(p)), make([]value, len(p))
	for i, ms := range p {
		if ms != 0 {
			t[i], g[i] = numberOf(float64(ms)/1000), numberOf(float64(ms-best[i])/1000)
		}
	}
	return listOf(t), listOf(g), true
}

func resultRow(r *reader, doc *document) bool {
	r.copies(doc, "driver_number", "driver_number", "position", "position", "number_of_laps", "laps_completed", "points", "points")
	status := r.cell("status").s
	out := status == "retired" || status == "stopped"
	doc.set("dnf", boolOf(out))
	doc.set("dns", boolOf(status == "not_started"))
	doc.set("dsq", boolOf(status == "disqualified"))
	race := isRace(r.occasion.kind)
	if !race {
		doc.set("points", value{shape: absent}) // there are none to be had
	}
	if classified := r.cell("classified"); race && classified.shape == isBool && classified.n == 0 {
		doc.set("position", value{}) // NC, DNS, DSQ
	}
	doc.set("duration", r.seconds("time_ms"))
	if !race || !out && status != "not_started" && status != "disqualified" {
		doc.set("gap_to_leader", r.gap("gap_ms"))
	}
	if times, gaps, ok := r.occasion.best.lists(doc.get("driver_number").n); ok && isQualifying(r.occasion.kind) {
		doc.set("duration", times)
		doc.set("gap_to_leader", gaps)
	}
	return true
}

func isRace(kind string) bool       { return kind == string(f1.Race) || kind == string(f1.Sprint) }
func isQualifying(kind string) bool { return strings.HasSuffix(kind, "qualifying") }

// gridFor is the kind of race that a qualifying session is for, "" for other sessions.
func gridFor(kind string) string {
	switch {
	case kind == string(f1.SprintQualifying):
		return string(f1.Sprint)
	case isQualifying(kind):
		return string(f1.Race)
	}
	return ""
}

// raced gives each qualifying session the race that it is for.
func raced(all []occasion) {
	for i := range all {
		kind := gridFor(all[i].kind)
		for j := range all {
			if kind != "" && all[j].kind == kind && all[j].sameMeeting(&all[i]) && all[j].simulated == all[i].simulated {
				all[i].race = &all[j]
			}
		}
	}
}

// collectGrid adds the starting grid: that of the race, with the laps of the qualifying session that it is told of. Until
// the race knows it there is none.
func (s *Dialect) collectGrid(ctx context.Context, o *occasion, a *answer) error {
	if o.race == nil {
		return nil
	}
	type place struct{ car, grid value }
	var grid []place
	known := false
	err := s.results(ctx, o.race, func(r *reader) error {
		at := r.cell("grid")
		known = known || at.shape == isInteger
		grid = append(grid, place{r.cell("driver_number"), at})
		return nil
	})
	if err != nil || !known {
		return err
	}
	laps := map[int64]value{}
	if err := s.results(ctx, o, func(r *reader) error {
		laps[r.cell("driver_number").n] = r.seconds("time_ms")
		return nil
	}); err != nil {
		return err
	}
	for i := range grid {
		doc := newDocument(a.collection)
		doc.set("meeting_key", o.meetingKey())
		doc.set("session_key", integerOf(o.number))
		doc.set("driver_number", grid[i].car)
		doc.set("position", grid[i].grid)
		doc.set("lap_duration", laps[grid[i].car.n])
		doc.id = int64(i + 1)
		if p := grid[i].grid; p.shape == isInteger {
			doc.id = p.n
		} else {
			doc.id += int64(len(grid)) // the last rows are those that start from the pits
		}
		if err := a.take(doc); err != nil {
			return err
		}
	}
	return nil
}

// results gives the rows of a session's results.
func (s *Dialect) results(ctx context.Context, o *occasion, take func(*reader) error) error {
	read, err := newReader(o, "results")
	if err != nil {
		return err
	}
	rows, err := s.rows(ctx, o, "results")
	if err != nil {
		return err
	}
	for row, err := range rows {
		if err != nil {
			return err
		}
		read.row = row
		if err := take(read); err != nil {
			return err
		}
	}
	return nil
}

// rows are those of a table as the occasion's clock shows them, of the log or the store.
func (s *Dialect) rows(ctx context.Context, o *occasion, table string) (iter.Seq2[tables.Row, error], error) {
	if !o.held || o.stored && !o.loaded {
		return func(yield func(tables.Row, error) bool) {
			for row, err := range s.store.Rows(ctx, &store.Query{Session: o.key, Table: table}) {
				if err != nil {
					err = fmt.Errorf("openf1: %s of session %s: %w", table, o.key, err)
				}
				if !yield(row.Cells, err) || err != nil {
					return
				}
			}
		}, nil
	}
	p, err := s.sessions.Place(o.key, noTime, 0, o.clock)
	if err != nil {
		return nil, err
	}
	rows, err := s.sessions.Rows(ctx, o.key, p.Offset, table)
	if err != nil {
		return nil, err
	}
	return func(yield func(tables.Row, error) bool) {
		for row := range rows {
			if !yield(row, nil) {
				return
			}
		}
	}, nil
}
