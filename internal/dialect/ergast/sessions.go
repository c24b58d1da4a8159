package ergast

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"iter"
	"slices"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// What is not in the almanac yet is told by the sessions of the house.

// held names a session of a round.
type held struct {
	almanac.Round
	kind f1.SessionType
}

// addCalendars adds the races of the reference data of seasons whose calendar the almanac does not have.
func addCalendars(b *almanac.Book, races []store.Race, names map[string]store.Circuit) {
	have := map[int]bool{}
	for i := range b.Races {
		have[b.Races[i].Season] = true
	}
	seasons, circuits := map[int]bool{}, map[string]bool{}
	for i := range b.Seasons {
		seasons[b.Seasons[i].Year] = true
	}
	for i := range b.Circuits {
		circuits[b.Circuits[i].ID] = true
	}
	for _, x := range races {
		if have[x.Season] {
			continue
		}
		race := almanac.Race{Season: x.Season, Round: x.Round, Name: x.Name, Circuit: almanac.CircuitOf(x.CircuitID)}
		if !x.Date.IsZero() {
			race.Date = x.Date.Format(time.DateOnly)
		}
		b.Races = append(b.Races, race)
		if !seasons[x.Season] {
			seasons[x.Season] = true
			b.Seasons = append(b.Seasons, almanac.Season{Year: x.Season})
		}
		if c := names[x.CircuitID]; race.Circuit != "" && !circuits[race.Circuit] {
			circuits[race.Circuit] = true
			b.Circuits = append(b.Circuits, almanac.Circuit{ID: race.Circuit, Name: cmp.Or(c.Name, race.Circuit), Country: c.Country})
		}
	}
	b.Index()
}

// meeting is a weekend of which sessions are stored.
type meeting struct {
	sessions []*store.Session
	day      string // of its first session, "" unknown
	at       almanac.Round
	known    bool // its round was said by somebody
}

// meetings are the real weekends of which sessions are stored: those whose round is known, then the others by date. What
// races tell comes first, of two alike what is newest.
func meetings(b *almanac.Book, all []store.Session) []*meeting {
	type name struct {
		season int
		event  string
	}
	by := map[name]*meeting{}
	var out []*meeting
	for i := range all {
		e := &all[i]
		season, ok := seasonOf(&e.SessionRow)
		if !ok || e.Simulated || isTest(e.Event) {
			continue
		}
		n := name{season, f1.Slug(e.Event)}
		m := by[n]
		if m == nil {
			m = &meeting{at: almanac.Round{Season: season}}
			by[n], out = m, append(out, m)
		}
		m.sessions = append(m.sessions, e)
		if day := dayOf(e.DateStart); m.day == "" || day != "" && day < m.day {
			m.day = day
		}
		if at, ok := roundOf(b, &e.SessionRow); ok && !m.known {
			m.at, m.known = at, true
		}
	}
	for _, m := range out {
		slices.SortStableFunc(m.sessions, func(x, y *store.Session) int { return order[y.Type] - order[x.Type] })
	}
	slices.SortStableFunc(out, func(x, y *meeting) int {
		if x.known != y.known {
			if x.known {
				return -1
			}
			return 1
		}
		return cmp.Or(cmp.Compare(x.at.Season, y.at.Season), cmp.Compare(x.day, y.day))
	})
	return out
}

// addStored adds what stored sessions tell of which the almanac has nothing: classifications, who drives, that a weekend
// takes place.
func (s *Shelf) addStored(ctx context.Context, k *known, circuits map[string]store.Circuit) error {
	all, err := s.store.Sessions(ctx, store.SessionQuery{})
	if err != nil {
		return err
	}
	for _, m := range meetings(k.book, all) {
		if !m.known {
			m.at.Round = free(spots(k.book, m.at.Season), m.day)
		}
		for _, e := range m.sessions {
			if err := s.addSession(ctx, k, m.at, e, circuits[e.CircuitID]); err != nil {
				return fmt.Errorf("session %s: %w", e.SessionKey, err)
			}
		}
	}
	return nil
}

// addSession adds what a stored session of a round tells.
func (s *Shelf) addSession(ctx context.Context, k *known, at almanac.Round, e *store.Session, circuit store.Circuit) error {
	name, w := held{at, e.Type}, k.book.Weekends[at]
	if order[e.Type] == 0 && peopled(w) || k.keys[name] != "" {
		return nil
	}
	if order[e.Type] > 0 {
		k.keys[name] = e.SessionKey
	}
	if k.published[name] {
		return nil
	}
	t := teller{rows: func(table string) (iter.Seq[tables.Row], error) { return s.stored(ctx, e.SessionKey, table) }, book: k.book, at: at, kind: e.Type,
		row: &e.SessionRow, circuit: circuit}
	if order[e.Type] > 0 && (ended(e.Status) || e.Whole) {
		return t.tell()
	}
	return t.enter()
}

// peopled reports whether it is known who takes part in a weekend. Then practices do not say it: others drive in them too.
func peopled(w *almanac.Weekend) bool {
	return w != nil && (w.Results != nil || w.Sprint != nil || w.Qualifying != nil || w.Entered != nil)
}

// stored are the rows of a stored table.
func (s *Shelf) stored(ctx context.Context, key, table string) (iter.Seq[tables.Row], error) {
	var all []tables.Row
	for r, err := range s.store.Rows(ctx, &store.Query{Session: key, Table: table}) {
		if err != nil {
			return nil, err
		}
		all = append(all, slices.Clone(r.Cells))
	}
	return slices.Values(all), nil
}

// laps are the lap chart of a race: as published, else as timing has it up to where the viewer is.
func (s *Shelf) laps(ctx context.Context, v *View, h *horizon, k *known, at almanac.Round) ([]almanac.Lap, error) {
	if h.hides(at, f1.Race) {
		return nil, nil
	}
	own := h != nil && h.at == at && h.kind == f1.Race
	if !own || h.open {
		rows, ok, err := newest[almanac.Lap](ctx, s, almanac.Name{Kind: almanac.Laps, Season: at.Season, Round: at.Round})
		if ok || err != nil {
			return rows, err
		}
	}
	t, err := s.teller(ctx, v, h, k, at, own)
	if t == nil || err != nil {
		return nil, err
	}
	rows, err := t.rows("laps")
	if err != nil {
		return nil, err
	}
	d := tables.Laps.Describe()
	number, lap, span, position := d.Index("driver_number"), d.Index("lap_number"), d.Index("lap_time_ms"), d.Index("position")
	var out []almanac.Lap
	for row := range rows {
		if row[span].Known {
			out = append(out, almanac.Lap{Driver: t.person(int(row[number].N)).driver, Number: int(row[lap].N), Position: whole(row[position]), Time: spanOf(row[span])})
		}
	}
	return out, nil
}

// pitStops are the stops of a race.
func (s *Shelf) pitStops(ctx context.Context, v *View, h *horizon, k *known, at almanac.Round) ([]almanac.PitStop, error) {
	if h.hides(at, f1.Race) {
		return nil, nil
	}
	own := h != nil && h.at == at && h.kind == f1.Race
	if !own || h.open {
		rows, ok, err := newest[almanac.PitStop](ctx, s, almanac.Name{Kind: almanac.PitStops, Season: at.Season, Round: at.Round})
		if ok || err != nil {
			return rows, err
		}
	}
	t, err := s.teller(ctx, v, h, k, at, own)
	if t == nil || err != nil {
		return nil, err
	}
	rows, err := t.rows("pit_stops")
	if err != nil {
		return nil, err
	}
	d := tables.PitStops.Describe()
	number, lap, stop, in, lane := d.Index("driver_number"), d.Index("lap_number"), d.Index("stop_number"), d.Index("pit_in_time"), d.Index("pit_lane_ms")
	var out []almanac.PitStop
	for row := range rows {
		p := almanac.PitStop{Driver: t.person(int(row[number].N)).driver, Lap: int(row[lap].N), Stop: int(row[stop].N), Duration: spanOf(row[lane])}
		if row[in].Known {
			p.Time = time.UnixMilli(row[in].N).UTC().Add(t.row.UTCOffset.Or(0)).Format(time.TimeOnly)
		}
		out = append(out, p)
	}
	return out, nil
}

// teller tells of the race of a round: from the log up to where the viewer is in it, else from the store; nil: there is none.
func (s *Shelf) teller(ctx context.Context, v *View, h *horizon, k *known, at almanac.Round, own bool) (*teller, error) {
	t := &teller{book: v.people.Clone(), at: at, kind: f1.Race, row: &f1.SessionRow{}}
	switch key := k.keys[held{at, f1.Race}]; {
	case own:
		t.rows = func(table string) (iter.Seq[tables.Row], error) { return s.sessions.Rows(ctx, h.key, h.offset, table) }
		t.row = &h.row
	case key != "":
		e, err := s.store.Find(ctx, key)
		if errors.Is(err, store.ErrNotFound) {
			return nil, nil
		}
		if err != nil {
			return nil, err
		}
		t.row = &e.SessionRow
		t.rows = func(table string) (iter.Seq[tables.Row], error) { return s.stored(ctx, key, table) }
	default:
		return nil, nil
	}
	return t, t.cars()
}
