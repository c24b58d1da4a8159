package app

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// tablesImport is what an import of published tables came to.
type tablesImport struct {
	*env
	store   store.Store
	replace bool

	stored   map[string]*store.Batch // what was written in this call, by session, without rows
	logs     map[string]string       // keys of sessions that are stored from their logs, by readable name
	left     int                     // sessions that are stored from their logs
	versions int                     // of classifications
	samples  int
}

// tables imports published tables of past sessions, and prints what is wrong with them.
func (c importCmd) tables(e *env, k *keeping, paths []string) error {
	all, err := history.Open(paths...)
	if err != nil {
		return err
	}
	t := &tablesImport{env: e, store: k.Store, replace: c.Replace, stored: map[string]*store.Batch{}, logs: map[string]string{}}
	if err := t.findLogs(); err != nil {
		return err
	}
	if err := k.PutReference(e.ctx, referenceOf(all.Reference)); err != nil {
		return err
	}
	for s, err := range all.Sessions() {
		if err == nil && s.Preferred {
			err = t.session(s)
		}
		if err = errors.Join(err, e.ctx.Err()); err != nil {
			return err
		}
	}
	if err := t.telemetry(all); err != nil {
		return err
	}
	if err := t.classifications(all); err != nil {
		return err
	}
	if err := all.Report().WriteText(e.out); err != nil {
		return err
	}
	fmt.Fprintf(e.err, "%d sessions stored, %d samples, %d classifications of races and sprints; %d sessions were left, which are stored from their logs\n",
		len(t.stored), t.samples, t.versions, t.left)
	unreadable := func(f history.Finding) bool {
		return f.Kind == history.RowUnreadable || f.Kind == history.FieldUnreadable
	}
	if slices.ContainsFunc(all.Report().Totals(), unreadable) {
		return errPartial
	}
	return nil
}

// sourceOf is what a store calls the origin of a table.
func sourceOf(f history.Format) string {
	source, _, _ := strings.Cut(string(f), "_")
	return source
}

// findLogs finds the sessions that are stored from their logs: they have the feed's keys, which tables do not know.
func (t *tablesImport) findLogs() error {
	all, err := t.store.Sessions(t.ctx, store.SessionQuery{})
	for i := range all {
		if s := &all[i]; s.Log != "" && !s.Simulated {
			t.logs[s.Slug()] = s.SessionKey
		}
	}
	delete(t.logs, "")
	return err
}

// session stores a session as its table tells it.
func (t *tablesImport) session(s *history.Session) error {
	name := s.Slug()
	log := t.logs[name]
	if log != "" && !t.replace {
		t.left++
		return errors.Join(persist.SetRound(t.ctx, t.store, log, s.Round), persist.TakePlace(t.ctx, t.store, log))
	}
	at, err := t.store.Find(t.ctx, s.SessionKey)
	switch {
	case errors.Is(err, store.ErrNotFound):
	case err != nil:
		return err
	case at.Log != "" && !t.replace:
		t.left++
		return nil
	}
	b := persist.Whole(s.SessionRow, sourceOf(s.Source.Format), tables.Rows{
		Drivers: slices.Values(s.Drivers), Laps: slices.Values(s.Laps), Stints: slices.Values(s.Stints),
		PitStops: slices.Values(s.PitStops), Results: slices.Values(s.Results),
	})
	b.Replace = true
	if err := t.store.Write(t.ctx, b); err != nil {
		return fmt.Errorf("%s: %w", s.ID, err)
	}
	b.Changes = nil
	t.stored[s.SessionKey] = b
	if log != "" && log != s.SessionKey {
		if _, err := persist.Move(t.ctx, t.store, log, s.SessionKey); err != nil {
			return fmt.Errorf("%s: %w", s.ID, err)
		}
	}
	delete(t.logs, name)
	return nil
}

// telemetry adds the samples of the sessions that were stored, a lap of a car at a time.
func (t *tablesImport) telemetry(all *history.Import) error {
	for lap, err := range all.Telemetry() {
		if err = errors.Join(err, t.ctx.Err()); err != nil {
			return err
		}
		was := t.stored[lap.SessionKey]
		if was == nil {
			continue // the report names the folder; without its laps nothing would find them
		}
		b := &store.Batch{Session: was.Session, Source: was.Source, From: was.Offset, Offset: was.Offset + 1, Ended: true,
			Telemetry: lap.Telemetry, Locations: lap.Locations}
		if err := t.store.Write(t.ctx, b); err != nil {
			return fmt.Errorf("%s: %w", lap.ID, err)
		}
		was.Offset = b.Offset
		t.samples += len(lap.Telemetry) + len(lap.Locations)
	}
	return nil
}

// classifications keeps the official results of all seasons.
func (t *tablesImport) classifications(all *history.Import) error {
	update, done := t.progress("results")
	defer done()
	total := int64(2 * len(all.Reference.Races))
	for s := range all.Classifications() {
		weekend, _ := all.Reference.Race(s.Season.Value, s.Round.Value) // of early sprints the day is not told
		date, err := time.Parse(time.DateOnly, cmp.Or(s.Date, weekend.Date))
		if err != nil {
			return fmt.Errorf("%s: when it was: %w", s.ID, err)
		}
		// It was published on the evening of the day, and after what timing knew.
		v := store.Results{
			Session: s.SessionKey, Season: s.Season.Value, Round: s.Round.Value, Type: s.Type, Known: date.Add(24 * time.Hour),
			Status: store.ResultFinal, Source: string(s.Source.Format), Rows: s.Results, Drivers: s.Drivers,
		}
		if log := t.logs[s.Slug()]; log != "" {
			persist.Rename(&v, log)
		}
		err = t.store.PutResults(t.ctx, &v)
		if err = errors.Join(err, t.ctx.Err()); err != nil {
			return fmt.Errorf("%s: %w", s.ID, err)
		}
		t.versions++
		update(int64(t.versions), total)
	}
	return nil
}

// referenceOf brings the reference data into the form of the stores. Of the bearers of a code the latest holds it, a
// driver without one is named by f1db's name.
func referenceOf(r *history.Reference) *store.Reference {
	out := &store.Reference{}
	for i := range r.Circuits {
		c := &r.Circuits[i]
		row := store.Circuit{ID: c.ID, Name: c.Name, Country: c.Country}
		if c.Length.Known {
			row.Length = f1.Some(float64(c.Length.Value))
		}
		out.Circuits = append(out.Circuits, row)
	}
	drivers := slices.Clone(r.Drivers)
	slices.SortStableFunc(drivers, func(a, b history.Driver) int { return cmp.Compare(b.LastSeason, a.LastSeason) })
	taken := map[string]bool{}
	for i := range drivers {
		d := &drivers[i]
		id := d.Code
		if id == "" || taken[id] {
			id = d.F1DB
		}
		taken[id] = true
		out.Drivers = append(out.Drivers, store.Driver{ID: id, Name: d.Name, Nationality: d.Nationality, Number: d.Number})
	}
	for i := range r.Constructors {
		c := &r.Constructors[i]
		out.Constructors = append(out.Constructors, store.Constructor{ID: c.F1DB, Name: c.Name, Nationality: c.Nationality})
	}
	for i := range r.Races {
		race := &r.Races[i]
		row := store.Race{ID: race.ID, Season: race.Season, Round: race.Round, CircuitID: race.CircuitID, Name: race.Event}
		if date, err := time.Parse(time.DateOnly, race.Date); err == nil { // else it is not known
			row.Date = date
		}
		out.Races = append(out.Races, row)
		// A layout with a name of its own, as sessions have it: f1db knows the circuit only.
		if known := func(c store.Circuit) bool { return c.ID == row.CircuitID }; row.CircuitID != "" && !slices.ContainsFunc(out.Circuits, known) {
			out.Circuits = append(out.Circuits, store.Circuit{ID: row.CircuitID, Name: row.CircuitID})
		}
	}
	return out
}
