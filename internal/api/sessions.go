package api

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
	"pitwall.live/internal/wire"
)

// sessionTypes are the types as the contract writes them.
var sessionTypes = []f1.SessionType{f1.Practice1, f1.Practice2, f1.Practice3, f1.Qualifying, f1.SprintQualifying, f1.Sprint, f1.Race}

// sessionRoutes are the list of sessions and each of them.
func (a *api) sessionRoutes() {
	kinds := queryText("type", "Of this type", string(f1.Race), 0)
	for _, t := range sessionTypes {
		kinds.Schema.Enum = append(kinds.Schema.Enum, string(t))
	}
	document(a, operation{
		id: "list-sessions", path: "/api/v1/sessions", tag: "Sessions", summary: "Sessions that can be watched, then those that are stored only, newest first",
		doc: "The first page has all that can be watched. With a filter, only what fulfils it; of a session that is not stored only season, type and circuit are known. " +
			"While the store does not answer, the first page has only those that can be watched.",
		params: []*huma.Param{
			queryNumber("season", "Of this season", 1950, 2100, 2018), queryNumber("round", "Of this round", 1, 40, 4), kinds,
			queryText("circuit_id", "At this circuit", "baku", 60), queryText("driver", "In which the driver with this code took part", "HAM", 10),
			queryNumber("limit", "Stored sessions of a page", 1, 1000, 100), cursorParam(),
		},
	}, a.listSessions)
	document(a, operation{
		id: "get-session", path: "/api/v1/sessions/{session}", tag: "Sessions", summary: "One session: what is known of it, and what there is of it",
		params: append([]*huma.Param{sessionParam()}, momentParams()...), errors: []int{http.StatusNotFound, http.StatusConflict},
	}, a.getSession)
}

func (a *api) listSessions(ctx context.Context, _ *http.Request, f *form) (wire.Sessions, age, error) {
	q := store.SessionQuery{
		Season: f.number("season", 1950, 2100, 0), Round: f.number("round", 1, 40, 0), Type: f1.SessionType(f.text("type", 30)),
		Circuit: f.text("circuit_id", 60), Driver: strings.ToUpper(f.text("driver", 10)), After: f.text("cursor", maxCursor),
		Limit: f.number("limit", 1, 1000, 100),
	}
	if q.Type != "" && !slices.Contains(sessionTypes, q.Type) {
		f.wrong("type", "it is no type of session", string(q.Type))
	}
	list := wire.Sessions{Sessions: []wire.SessionEntry{}}
	if err := f.problem(); err != nil {
		return list, private, err
	}
	held := a.sessions.List().Sessions
	there := map[string]bool{}
	for i := range held {
		there[held[i].Session.Key] = true
	}
	if q.After == "" {
		for i := range held {
			ok, err := a.matches(ctx, &held[i], &q)
			if err != nil {
				return list, private, err
			}
			if ok {
				list.Sessions = append(list.Sessions, held[i])
			}
		}
	}
	if a.store == nil {
		return list, private, nil
	}
	limit := q.Limit
	q.Limit += len(held) + 1 // those that are held are listed already
	ask := ctx
	if len(held) > 0 && q.After == "" {
		short, cancel := context.WithTimeout(ctx, patience)
		defer cancel()
		ask = short
	}
	stored, err := a.store.Sessions(ask, q)
	if err != nil && len(held) > 0 && q.After == "" && ctx.Err() == nil && (away(err) || ask.Err() != nil) {
		return list, private, nil // those that are held are known without it
	}
	if err != nil {
		return list, private, err
	}
	n, last := 0, ""
	for i := range stored {
		if there[stored[i].SessionKey] {
			last = stored[i].ID
			continue
		}
		if n == limit {
			list.Next = wire.Text(last)
			break
		}
		n++
		list.Sessions, last = append(list.Sessions, storedEntry(&stored[i])), stored[i].ID
	}
	return list, private, nil
}

// matches reports whether a session that is held fulfils the filters: as the store has it where it is stored.
func (a *api) matches(ctx context.Context, e *wire.SessionEntry, q *store.SessionQuery) (bool, error) {
	if q.Season == 0 && q.Round == 0 && q.Type == "" && q.Circuit == "" && q.Driver == "" {
		return true, nil
	}
	if a.store != nil {
		s, err := a.findFor(ctx, e.Session.Key, true)
		switch {
		case errors.Is(err, store.ErrNotFound), away(err):
		case err != nil:
			return false, err
		default:
			if q.Season != 0 && s.Season != f1.Some(q.Season) || q.Round != 0 && s.Round != f1.Some(q.Round) || q.Type != "" && s.Type != q.Type || q.Circuit != "" && s.CircuitID != q.Circuit {
				return false, nil
			}
			return a.drove(ctx, e.Session.Key, q.Driver)
		}
	}
	return q.Round == 0 && q.Driver == "" && (q.Type == "" || string(q.Type) == string(e.Session.Type)) &&
		(q.Circuit == "" || q.Circuit == string(e.Session.CircuitID)) &&
		(q.Season == 0 || strings.HasPrefix(string(e.Session.Start), strconv.Itoa(q.Season))), nil
}

// drove reports whether the driver with a code took part in a stored session.
func (a *api) drove(ctx context.Context, session, code string) (bool, error) {
	if code == "" {
		return true, nil
	}
	where := []store.Condition{{Column: "tla", Values: []tables.Cell{{Known: true, S: code}}}}
	for _, err := range a.store.Rows(ctx, &store.Query{Session: session, Table: "drivers", Where: where, Limit: 1}) {
		return err == nil, err
	}
	return false, nil
}

// storedEntry is the line of a session of which only the rows are here.
func storedEntry(s *store.Session) wire.SessionEntry {
	d := detailOf(&s.SessionRow)
	return wire.SessionEntry{
		Session: wire.Session{
			Key: s.SessionKey, Slug: wire.Text(s.ID), Event: d.Event, Name: d.Name, Type: d.Type, Circuit: d.Circuit, CircuitID: d.Circuit, Start: d.Start, End: d.End,
			UTCOffsetS: int(s.UTCOffset.Value / time.Second), Simulated: s.Simulated,
		},
		Source: s.Source, Stored: true, Start: d.Start, End: d.End,
	}
}

func (a *api) getSession(ctx context.Context, r *http.Request, f *form) (wire.SessionDetail, age, error) {
	m := f.moment()
	if err := f.problem(); err != nil {
		return wire.SessionDetail{}, private, err
	}
	name := r.PathValue("session")
	from, err := a.sourceOf(ctx, name, m)
	if err != nil {
		return wire.SessionDetail{}, private, err
	}
	var d wire.SessionDetail
	for row, err := range from.rows(ctx, &store.Query{Session: from.key, Table: "sessions", Limit: 1}) {
		if err != nil {
			return d, private, err
		}
		d = detailOfCells(row.Cells)
	}
	d.Key = cmp.Or(d.Key, from.key)
	held, known := a.sessions.Held(from.key)
	d.Watchable, d.Live = known, known && held.Live
	if d.Source = wire.Text(held.Source); from.stored {
		s := &from.session
		over := s.Status == f1.StatusFinalised || s.Status == f1.StatusEnds // a log may end before its session does
		d.ID, d.Stored, d.Whole, d.Source, d.Changed = wire.Text(s.ID), true, s.Whole && over, wire.Text(s.Source), wire.OptTime(s.Changed)
	}
	for _, t := range tables.Names() {
		if t != "sessions" {
			d.Tables = append(d.Tables, wire.Link{Name: t, Href: "/api/v1/sessions/" + from.key + "/" + t})
		}
	}
	return d, from.age, nil
}

// detailOf is a session's row.
func detailOf(r *f1.SessionRow) wire.SessionDetail {
	for row := range tables.Sessions.Cells(func(yield func(f1.SessionRow) bool) { yield(*r) }) {
		return detailOfCells(row)
	}
	return wire.SessionDetail{}
}

var sessionsTable = tables.Sessions.Describe()

// detailOfCells is a row of table sessions.
func detailOfCells(row tables.Row) wire.SessionDetail {
	cell := func(name string) tables.Cell { return row[sessionsTable.Index(name)] }
	text := func(name string) wire.Text { return wire.Text(cell(name).S) }
	number := func(name string) *int {
		c := cell(name)
		if !c.Known {
			return nil
		}
		n := int(c.N)
		return &n
	}
	moment := func(name string) wire.Text {
		c := cell(name)
		if !c.Known {
			return ""
		}
		return wire.OptTime(time.UnixMilli(c.N))
	}
	d := wire.SessionDetail{
		Key: cell("session_key").S, Season: number("season"), Round: number("round"), Event: text("event"), Circuit: text("circuit_id"),
		Type: text("type"), Name: text("name"), Start: moment("date_start"), End: moment("date_end"), UTCOffset: text("utc_offset"),
		Status: text("status"), TotalLaps: number("total_laps"), Tables: []wire.Link{},
	}
	if d.Season != nil {
		named := f1.SessionRow{Event: string(d.Event), Season: f1.Some(*d.Season), Type: f1.SessionType(d.Type)}
		d.ID = wire.Text(named.Slug())
	}
	return d
}
