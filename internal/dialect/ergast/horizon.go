package ergast

import (
	"context"
	"errors"
	"fmt"
	"iter"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// Sessions is what is asked of the sessions that are held; live.Service answers it.
type Sessions interface {
	// Held says what is known of a session without loading it.
	Held(session string) (wire.Held, bool)
	// Place is where in a session's log a moment is.
	Place(session string, at time.Time, lap int, clock string) (wire.Place, error)
	// Rows are a table's rows as known with the message at offset.
	Rows(ctx context.Context, session string, offset uint64, table string) (iter.Seq[tables.Row], error)
	Clock(id string) (wire.ClockState, error)
	// List are all that are held.
	List() wire.Sessions
}

// horizon is where a viewer's clock stands in its session. A nil one hides nothing.
type horizon struct {
	key    string
	offset uint64
	now    time.Time
	row    f1.SessionRow // as known there
	kind   f1.SessionType
	about  wire.Session // what else is known of the session

	// open: nothing is hidden; the session only tells what the record does not have of it.
	open      bool
	simulated bool

	at     almanac.Round // zero: not known
	byDate bool          // its round is no place in the calendar: dates tell what is later
	book   *almanac.Book
}

// horizon is that of the viewer's clock or of the session he names. Without either it is the process's own; that is open
// where the clock is not behind what is held and there is a record.
func (s *Shelf) horizon(ctx context.Context, viewer Viewer) (*horizon, error) {
	if s.sessions == nil {
		if viewer.Clock != "" {
			return nil, ErrNoClock
		}
		return nil, nil
	}
	name, h := viewer.Session, &horizon{}
	if name == "" {
		name = "latest"
	}
	held, known := s.sessions.Held(name)
	if viewer.Clock == "" {
		if !known && viewer.Session != "" {
			return nil, ErrNoClock
		}
		if !known {
			return nil, nil
		}
		h.open = !held.Hidden && viewer.Session == "" && s.store != nil
	} else if state, err := s.sessions.Clock(viewer.Clock); err == nil {
		name = state.SessionKey
	} else if !errors.Is(err, wire.ErrNotFound) {
		return nil, fmt.Errorf("ergast: clock %.40q: %w", viewer.Clock, err)
	}
	p, err := s.sessions.Place(name, time.Time{}, 0, viewer.Clock)
	if h.open && errors.Is(err, wire.ErrNotFound) {
		return nil, nil // it is gone meanwhile
	}
	if errors.Is(err, wire.ErrNotFound) || errors.Is(err, wire.ErrInvalid) {
		return nil, fmt.Errorf("%w: %w", ErrNoClock, err)
	}
	if err != nil {
		return nil, fmt.Errorf("ergast: %w", err)
	}
	h.key, h.offset, h.now = p.Key, p.Offset, p.Time
	if h.now.IsZero() {
		h.now = p.Start
	}
	rows, err := s.sessions.Rows(ctx, p.Key, p.Offset, "sessions")
	if err != nil {
		return nil, fmt.Errorf("ergast: %w", err)
	}
	for row := range rows {
		h.row = sessionOf(row)
	}
	h.kind = h.row.Type
	return h, nil
}

// sessionOf is what a row of the sessions' table says of a session.
func sessionOf(row tables.Row) f1.SessionRow {
	d := tables.Sessions.Describe()
	cell := func(name string) tables.Cell { return row[d.Index(name)] }
	e := f1.SessionRow{SessionKey: cell("session_key").S, Season: whole(cell("season")), Round: whole(cell("round")), Event: cell("event").S,
		CircuitID: cell("circuit_id").S, Type: f1.SessionType(cell("type").S), Name: cell("name").S, Status: f1.SessionStatus(cell("status").S), TotalLaps: whole(cell("total_laps"))}
	if c := cell("date_start"); c.Known {
		e.DateStart = f1.Some(time.UnixMilli(c.N).UTC())
	}
	if offset, ok := f1.ParseOffset(cell("utc_offset").S); ok {
		e.UTCOffset = f1.Some(offset)
	}
	return e
}

// over reports whether the session has ended where the viewer is.
func (h *horizon) over() bool { return ended(h.row.Status) }

func ended(s f1.SessionStatus) bool {
	return s == f1.StatusFinished || s == f1.StatusFinalised || s == f1.StatusEnds
}

// order is when in a weekend sessions are held, where the calendar does not say it, of those that have a classification.
var order = map[f1.SessionType]int{f1.Qualifying: 1, f1.Sprint: 2, f1.Race: 3}

// hides reports whether a session of a round is that of the viewer or a later one; where that can not be told it does.
func (h *horizon) hides(at almanac.Round, kind f1.SessionType) bool {
	switch {
	case h == nil || h.open:
		return false
	case h.at == at && kind == h.kind:
		return false // told from the log up to where the viewer is
	case h.at == at:
		if r, ok := h.book.Race(at); ok {
			if start := startOf(&r, kind); !start.IsZero() {
				return !start.Before(h.now)
			}
		}
		return order[kind] >= order[h.kind]
	case h.at != almanac.Round{} && !h.byDate:
		return at.Season > h.at.Season || at.Season == h.at.Season && at.Round > h.at.Round
	}
	r, ok := h.book.Race(at)
	if ok && r.Date == "" {
		return at.Season >= h.now.Year()
	}
	return !ok || r.Date >= h.now.Format(time.DateOnly)
}

// startOf is when a session of a weekend begins, zero unknown.
func startOf(r *almanac.Race, kind f1.SessionType) time.Time {
	if kind == f1.Race {
		return r.Start()
	}
	for i := range r.Slots {
		if r.Slots[i].Type == kind {
			return r.Slots[i].Start()
		}
	}
	return time.Time{}
}

// cut is the book as the viewer may know it.
func (h *horizon) cut(b *almanac.Book) *almanac.Book {
	c := b.Clone()
	for at, w := range c.Weekends {
		own := func(kind f1.SessionType) bool { return h.at == at && h.kind == kind }
		if h.hides(at, f1.Race) || own(f1.Race) {
			w.Results, w.Drivers, w.Teams = nil, nil, nil
		}
		if h.hides(at, f1.Sprint) || own(f1.Sprint) {
			w.Sprint = nil
		}
		if h.hides(at, f1.Qualifying) || own(f1.Qualifying) {
			w.Qualifying = nil
		}
		if h.at == at || h.hides(at, f1.Race) && h.hides(at, f1.Sprint) && h.hides(at, f1.Qualifying) {
			w.Entered = nil
		}
	}
	// The entries of a season name those who drive later in it; of one that goes on only its weekends tell who has driven.
	last, goesOn := h.now.Year(), h.now.Year()
	if h.at != (almanac.Round{}) && !h.byDate {
		goesOn = h.at.Season
	}
	c.Entries = keep(c.Entries, func(e *almanac.Entry) bool { return e.Season < goesOn })
	c.Races = keep(c.Races, func(r *almanac.Race) bool { return r.Season <= last+1 })
	c.Seasons = keep(c.Seasons, func(s *almanac.Season) bool { return s.Year <= last+1 })
	return c
}

// prune leaves the people, teams and circuits that what the viewer may know names: others may belong to later years.
func (h *horizon) prune(b *almanac.Book, own map[int]person) {
	people, teams, places := map[string]bool{}, map[string]bool{}, map[string]bool{}
	name := func(driver, constructor string) { people[driver], teams[constructor] = true, true }
	for i := range b.Entries {
		name(b.Entries[i].Driver, b.Entries[i].Constructor)
	}
	for i := range b.Races {
		places[b.Races[i].Circuit] = true
	}
	for _, w := range b.Weekends {
		for _, list := range [][]almanac.Result{w.Results, w.Sprint} {
			for i := range list {
				name(list[i].Driver, list[i].Constructor)
			}
		}
		for _, e := range w.Entered {
			name(e.Driver, e.Constructor)
		}
		for i := range w.Qualifying {
			name(w.Qualifying[i].Driver, w.Qualifying[i].Constructor)
		}
		for i := range w.Drivers {
			people[w.Drivers[i].ID] = true
			for _, id := range w.Drivers[i].Constructors {
				teams[id] = true
			}
		}
		for i := range w.Teams {
			teams[w.Teams[i].ID] = true
		}
	}
	for _, p := range own {
		name(p.driver, p.constructor)
	}
	b.Keep(people, teams, places)
}

// tell adds what the viewer's own session came to, once it is over, and until then who takes part in it.
func (s *Shelf) tell(ctx context.Context, h *horizon, k *known, b *almanac.Book) error {
	t := teller{book: b, at: h.at, kind: h.kind, row: &h.row, circuit: store.Circuit{Name: string(h.about.Circuit), Country: string(h.about.Country)},
		rows: func(table string) (iter.Seq[tables.Row], error) { return s.sessions.Rows(ctx, h.key, h.offset, table) }}
	var err error
	switch {
	case h.at == almanac.Round{}:
		err = t.cars()
	case order[h.kind] == 0 && peopled(b.Weekends[h.at]):
		t.calendar()
		err = t.cars()
	case order[h.kind] == 0 || !h.over() || h.open && k.published[held{h.at, h.kind}]:
		err = t.enter()
	default:
		err = t.tell()
	}
	if err != nil {
		return fmt.Errorf("ergast: session %s: %w", h.key, err)
	}
	if !h.open {
		h.prune(b, t.people)
	}
	return nil
}
