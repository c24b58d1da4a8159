package app

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/dialect/ergast"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/history"
	"pitwall.live/internal/persist"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// calendar fetches what is of all seasons, settles which season is meant, and reads its calendar. Where the record can not be
// reached, what was read of it before is used.
func (s *syncing) calendar() error {
	s.season = s.cmd.Season
	if s.cmd.Jolpica == leftOut {
		return s.newest(nil)
	}
	if err := s.away[fromRecord]; err != nil {
		s.report.lacks("calendar and results", "Jolpica can not be reached: "+err.Error())
		if err := s.newest(nil); err != nil {
			return err
		}
	} else if err := s.fetchCalendar(); err != nil {
		return err
	}
	lists, err := s.k.Pages(s.ctx, store.PageQuery{Kinds: []almanac.Kind{almanac.Seasons, almanac.Circuits, almanac.Drivers, almanac.Constructors}})
	if err != nil {
		return err
	}
	pages, err := s.k.Pages(s.ctx, store.PageQuery{Kinds: []almanac.Kind{almanac.Races}, Season: s.season})
	if err != nil || len(pages) == 0 {
		return err
	}
	s.lists = append(lists, pages...)
	s.races, err = almanac.Decode[almanac.Race](&pages[0])
	slices.SortFunc(s.races, func(x, y almanac.Race) int { return x.Round - y.Round })
	return err
}

// fetchCalendar fetches what is of all seasons, and the calendar of the one that is meant.
func (s *syncing) fetchCalendar() error {
	update, done := s.progress("lists of the record")
	defer done()
	all := "seasons, circuits, constructors and drivers"
	lists, err := s.record.Lists(s.ctx)
	if err != nil {
		s.report.lacks(all, err.Error())
	} else if err := s.keep(all, lists, nil); err != nil {
		return err
	}
	update(1, 2)
	if err := s.newest(lists); err != nil {
		return err
	}
	what := fmt.Sprintf("calendar of %d", s.season)
	read, err := s.record.Calendar(s.ctx, s.season)
	switch {
	case err != nil:
		s.report.lacks(what, err.Error())
	case len(read.Pages) == 0:
		s.report.lacks(what, "none is published")
	default:
		return s.keep(what, read, nil)
	}
	return nil
}

// newest settles the season where none is named: the last that has begun.
func (s *syncing) newest(lists *ergast.Reading) error {
	if s.season != 0 {
		return nil
	}
	var years []int
	if lists != nil {
		for i := range lists.Pages {
			if lists.Pages[i].Kind != almanac.Seasons {
				continue
			}
			seasons, err := almanac.Decode[almanac.Season](&lists.Pages[i])
			if err != nil {
				return err
			}
			for _, x := range seasons {
				years = append(years, x.Year)
			}
		}
	}
	if s.archive != nil {
		more, err := s.archive.Years(s.ctx)
		if err != nil {
			s.report.lacks("years of the archive", err.Error())
		}
		years = append(years, more...)
	}
	for _, year := range years {
		if year <= s.now.Year() {
			s.season = max(s.season, year)
		}
	}
	if s.season == 0 {
		s.season = s.now.Year()
	}
	return nil
}

// keep stores what was read of the record, and reports what is new of it and what is missing.
func (s *syncing) keep(what string, r *ergast.Reading, race *almanac.Race) error {
	news, err := ergast.Keep(s.ctx, s.k, r, race)
	if err != nil {
		return err
	}
	kinds := make([]string, len(news))
	for i := range news {
		kinds[i] = strings.ReplaceAll(string(news[i].Kind), "_", " ") + " " + string(news[i].Status)
	}
	switch {
	case len(news) > 0:
		s.report.stored(what, fromRecord, strings.Join(kinds, ", "))
	case len(r.Pages) > 0:
		s.report.same(what, fromRecord, "")
	}
	if len(r.Defects) > 0 {
		s.report.lacks(what, append([]string{"it could not be read:"}, r.Defects...)...)
	}
	if race == nil || !ergast.Over(race, s.now) {
		return nil
	}
	var absent []string
	for _, n := range r.Missing {
		// Of long ago not everything was ever published; a classification was.
		if n.Kind == almanac.Results || s.now.Sub(race.Start()) < almanac.LongPast {
			absent = append(absent, strings.ReplaceAll(string(n.Kind), "_", " "))
		}
	}
	if len(absent) > 0 {
		s.report.lacks(what, "not published yet: "+strings.Join(absent, ", "))
	}
	return nil
}

// told are the kinds of sessions of which the record tells.
var told = []f1.SessionType{f1.Qualifying, f1.Sprint, f1.Race}

// meant reports whether a round is asked for and has begun.
func (s *syncing) meant(race *almanac.Race) bool {
	if s.event != nil && s.event.Round != race.Round || !ergast.Begun(race, s.now) {
		return false
	}
	for _, kind := range told {
		if s.wantsKind(kind) {
			return true
		}
	}
	return false
}

// rounds fetches what the rounds came to.
func (s *syncing) rounds() error {
	if s.record == nil {
		return nil
	}
	update, done := s.progress(fmt.Sprintf("rounds of %d", s.season))
	defer done()
	failed := 0
	for i := range s.races {
		race := &s.races[i]
		if !s.meant(race) {
			continue
		}
		what := fmt.Sprintf("round %d of %d, %s", race.Round, s.season, race.Name)
		if failed >= tooMany {
			s.report.lacks(what, "it was not asked for: Jolpica fails")
			continue
		}
		r, err := s.record.Round(s.ctx, race)
		switch {
		case s.ctx.Err() != nil:
			return s.ctx.Err()
		case err != nil:
			failed++
			s.report.lacks(what, err.Error())
		default:
			failed = 0
			if err := s.keep(what, r, race); err != nil {
				return err
			}
		}
		update(int64(i+1), int64(len(s.races)))
	}
	if n := s.record.Stats().Stale; n > 0 {
		s.report.lacks("corrections of the record", fmt.Sprintf("Jolpica did not answer %s, what it said before was used", plural(int(n), "request")))
	}
	return nil
}

// tell brings what the pages say into the sessions: rounds, classifications in all their versions, and tables of the sessions
// that have no log. It reads what is stored, so that a run that was killed before it is made up for.
func (s *syncing) tell() error {
	if len(s.races) == 0 {
		return nil
	}
	book, err := almanac.NewBook(s.lists)
	if err != nil {
		return err
	}
	sessions, err := s.k.Sessions(s.ctx, store.SessionQuery{Season: s.season})
	if err != nil {
		return err
	}
	sessions = slices.DeleteFunc(sessions, func(x store.Session) bool { return x.Simulated })
	for i := range s.races {
		race := &s.races[i]
		if !s.meant(race) {
			continue
		}
		t := telling{syncing: s, book: book, race: race, at: almanac.Round{Season: race.Season, Round: race.Round}, sessions: sessions}
		if err := t.round(); err != nil {
			return fmt.Errorf("sync: %d round %d: %w", race.Season, race.Round, err)
		}
	}
	said, err := s.reference(book)
	if err != nil {
		return err
	}
	return persist.FillReference(s.ctx, s.k, said)
}

// telling tells the sessions of a round.
type telling struct {
	*syncing
	book     *almanac.Book
	race     *almanac.Race
	at       almanac.Round
	sessions []store.Session // of the season
	laps     []almanac.Lap
	stops    []almanac.PitStop
}

func (t *telling) round() error {
	for i := range t.sessions {
		one := &t.sessions[i]
		if one.Log != "" && !one.Round.Known && sameEvent(one.Event, t.race.Name) {
			if err := persist.SetRound(t.ctx, t.k, one.SessionKey, f1.Some(t.race.Round)); err != nil {
				return err
			}
		}
	}
	pages, err := t.k.Pages(t.ctx, store.PageQuery{Season: t.at.Season, Round: t.at.Round, Versions: true})
	if err != nil {
		return err
	}
	for i := range pages { // the newest version comes last
		switch p := &pages[i]; p.Kind {
		case almanac.Laps:
			t.laps, err = almanac.Decode[almanac.Lap](p)
		case almanac.PitStops:
			t.stops, err = almanac.Decode[almanac.PitStop](p)
		}
		if err != nil {
			return err
		}
	}
	for _, kind := range told {
		if !t.wantsKind(kind) {
			continue
		}
		var versions []almanac.Page
		for i := range pages {
			if pages[i].Kind == pageOf[kind] {
				versions = append(versions, pages[i])
			}
		}
		if err := t.session(kind, versions); err != nil {
			return fmt.Errorf("%s: %w", kind, err)
		}
	}
	return nil
}

// pageOf are the pages with the classifications of the kinds of sessions.
var pageOf = map[f1.SessionType]almanac.Kind{f1.Race: almanac.Results, f1.Sprint: almanac.Sprint, f1.Qualifying: almanac.Qualifying}

// published is how long after the day of a session its classification is taken to have been published, where it was read long
// after: behind what timing knew and apart from that of f1db, so that each finds its own version again.
const published = 25 * time.Hour

// session tells of a session by the versions of its page, oldest first.
func (t *telling) session(kind f1.SessionType, versions []almanac.Page) error {
	key, own := t.key(kind)
	var newest *almanac.Told
	for i := range versions {
		p := &versions[i]
		clear(t.book.Weekends)
		if err := t.book.Add(p); err != nil {
			return err
		}
		as, ok := t.book.Tell(t.at, kind, key, t.laps, t.stops)
		if !ok {
			continue
		}
		newest = as
		v := store.Results{Session: key, Season: t.at.Season, Round: t.at.Round, Type: kind, Known: p.Known, Status: store.ResultStatus(p.Status),
			Source: ergast.Source, Rows: as.Results, Drivers: as.Drivers}
		if day, err := time.Parse(time.DateOnly, t.race.Date); i == 0 && p.Status == almanac.Final && err == nil {
			v.Known = day.Add(published)
		}
		if err := t.k.PutResults(t.ctx, &v); err != nil {
			return err
		}
	}
	switch {
	case newest == nil:
		return nil
	case own:
		return t.tables(newest)
	}
	return persist.TakePlace(t.ctx, t.k, key)
}

// key is under what a session is stored: that of its log, that of tables from elsewhere, or one of our own, for which the
// record gives the tables.
func (t *telling) key(kind f1.SessionType) (key string, own bool) {
	id := (&f1.SessionRow{Event: t.race.Name, Season: f1.Some(t.race.Season), Type: kind}).Slug()
	key, own = history.Key(id), true
	for i := range t.sessions {
		one := &t.sessions[i]
		if one.Type != kind || !sameEvent(one.Event, t.race.Name) && one.Round != f1.Some(t.race.Round) {
			continue
		}
		if one.Log != "" {
			return one.SessionKey, false
		}
		if one.Source != ergast.Source {
			key, own = one.SessionKey, false
		}
	}
	return key, own
}

// tables stores the session as the record tells it, unless it is stored so.
func (t *telling) tables(as *almanac.Told) error {
	b := persist.Whole(as.Session, ergast.Source, tables.Rows{
		Drivers: slices.Values(as.Drivers), Laps: slices.Values(as.Laps), PitStops: slices.Values(as.PitStops), Results: slices.Values(as.Results),
	})
	same, err := t.same(b)
	if err != nil || same {
		return err
	}
	b.Replace = true
	if err := t.k.Write(t.ctx, b); err != nil {
		return err
	}
	at, err := t.k.Find(t.ctx, as.Session.SessionKey)
	if err != nil {
		return err
	}
	t.report.stored(at.ID, fromRecord, fmt.Sprintf("tables of the record: %s, %s, %s", plural(len(as.Results), "result"), plural(len(as.Laps), "lap"), plural(len(as.PitStops), "stop")))
	return nil
}

// same reports whether the store has these rows and no others.
func (t *telling) same(b *store.Batch) (bool, error) {
	at, err := t.k.Find(t.ctx, b.Session.SessionKey)
	if errors.Is(err, store.ErrNotFound) {
		return false, nil
	}
	if err != nil {
		return false, err
	}
	x, y := at.SessionRow, b.Session
	if x.DateStart.Known != y.DateStart.Known || !x.DateStart.Value.Equal(y.DateStart.Value) {
		return false, nil
	}
	if x.DateStart = y.DateStart; x != y { // the same moment, whatever its zone
		return false, nil
	}
	for i := range b.Changes {
		c := &b.Changes[i]
		var have []string
		for row, err := range t.k.Rows(t.ctx, &store.Query{Session: at.SessionKey, Table: c.Table}) {
			if err != nil {
				return false, err
			}
			have = append(have, knownCells(row.Cells))
		}
		want := make([]string, len(c.Rows))
		for j, row := range c.Rows {
			want[j] = knownCells(row)
		}
		slices.Sort(have)
		slices.Sort(want)
		if !slices.Equal(have, want) {
			return false, nil
		}
	}
	return true, nil
}

// knownCells is a row as a text; unknown cells are alike, whatever is in them.
func knownCells(row tables.Row) string {
	known := slices.Clone(row)
	for i := range known {
		if !known[i].Known {
			known[i] = tables.Cell{}
		}
	}
	return fmt.Sprint(known)
}

// reference are the weekends of the season, and who and what has to do with them.
func (s *syncing) reference(book *almanac.Book) (*store.Reference, error) {
	r := &store.Reference{}
	for i := range s.races {
		race := &s.races[i]
		row := store.Race{ID: history.RaceID(race.Name, race.Season), Season: race.Season, Round: race.Round, CircuitID: race.CircuitSlug(), Name: race.Name}
		if day, err := time.Parse(time.DateOnly, race.Date); err == nil { // else it is not known
			row.Date = day
		}
		r.Races = append(r.Races, row)
		if c := book.Circuit(race.Circuit); !slices.ContainsFunc(r.Circuits, func(x store.Circuit) bool { return x.ID == row.CircuitID }) {
			r.Circuits = append(r.Circuits, store.Circuit{ID: row.CircuitID, Name: c.Name, Country: c.Country})
		}
	}
	pages, err := s.k.Pages(s.ctx, store.PageQuery{Kinds: []almanac.Kind{almanac.Results}, Season: s.season})
	if err != nil {
		return nil, err
	}
	for i := range pages {
		lines, err := almanac.Decode[almanac.Result](&pages[i])
		if err != nil {
			return nil, err
		}
		for _, l := range lines {
			d, c := book.Driver(l.Driver), book.Constructor(l.Constructor)
			// Who has no code has an id that the record does not know.
			if d.Code != "" && !slices.ContainsFunc(r.Drivers, func(x store.Driver) bool { return x.ID == d.Code }) {
				r.Drivers = append(r.Drivers, store.Driver{ID: d.Code, Name: d.GivenName + " " + d.FamilyName, Nationality: d.Nationality, Number: d.Number})
			}
			id := persist.ConstructorID(c.Name)
			if !slices.ContainsFunc(r.Constructors, func(x store.Constructor) bool { return x.ID == id }) {
				r.Constructors = append(r.Constructors, store.Constructor{ID: id, Name: c.Name, Nationality: c.Nationality})
			}
		}
	}
	return r, nil
}
