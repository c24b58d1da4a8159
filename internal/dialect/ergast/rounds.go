package ergast

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"pitwall.live/internal/almanac"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/wire"
)

// Which round a session is: the feed says it since 2024 only, and then of its own calendar.

// weekendLength is how long before its race a weekend's first session is, in days.
const weekendLength = 3

// roundOf is the round of a session as the calendar has it: by name, by its days, by its circuit where days are unknown;
// else by the number that the feed gives it, unless that is another weekend's. False: nobody says it.
func roundOf(b *almanac.Book, e *f1.SessionRow) (almanac.Round, bool) {
	season, ok := seasonOf(e)
	if !ok {
		return almanac.Round{}, false
	}
	calendar := b.Calendar(season)
	name := f1.Slug(e.Event)
	for _, same := range []func(r *almanac.Race) bool{
		func(r *almanac.Race) bool { return name != "" && f1.Slug(r.Name) == name },
		func(r *almanac.Race) bool { return e.DateStart.Known && during(r, e) },
	} {
		if i := slices.IndexFunc(calendar, func(r almanac.Race) bool { return same(&r) }); i >= 0 {
			return almanac.Round{Season: season, Round: calendar[i].Round}, true
		}
	}
	if circuit := almanac.CircuitOf(e.CircuitID); circuit != "" && !e.DateStart.Known {
		there := keep(calendar, func(r *almanac.Race) bool { return r.Circuit == circuit })
		if len(there) == 1 {
			return almanac.Round{Season: season, Round: there[0].Round}, true
		}
	}
	at := almanac.Round{Season: season, Round: e.Round.Value}
	if at.Round <= 0 {
		return almanac.Round{}, false
	}
	r, taken := b.Race(at)
	return at, !taken || r.Date == "" || !e.DateStart.Known
}

// seasonOf is the year of a session.
func seasonOf(e *f1.SessionRow) (int, bool) {
	if e.Season.Known {
		return e.Season.Value, true
	}
	return e.DateStart.Value.UTC().Year(), e.DateStart.Known
}

// during reports whether a session is held on the days of a weekend. The race's day is that in UTC or that at its place.
func during(r *almanac.Race, e *f1.SessionRow) bool {
	race, err := time.Parse(time.DateOnly, r.Date)
	if err != nil {
		return false // the calendar does not say it
	}
	local := e.DateStart.Value.UTC().Add(e.UTCOffset.Or(0))
	days := int(race.Sub(time.Date(local.Year(), local.Month(), local.Day(), 0, 0, 0, 0, time.UTC)) / (24 * time.Hour))
	return days >= -1 && days <= weekendLength
}

// isTest reports whether an event is no weekend of the championship.
func isTest(event string) bool {
	name := f1.Slug(event)
	return strings.Contains(name, "testing") || strings.Contains(name, "pre_season")
}

// spot is a round and its day, "" unknown.
type spot struct {
	day   string
	round int
}

// spots are the rounds of a season that are taken.
func spots(b *almanac.Book, season int) []spot {
	var out []spot
	for _, r := range b.Calendar(season) {
		out = append(out, spot{r.Date, r.Round})
	}
	return out
}

// free is the next free round behind those that are earlier than a day, "" unknown: behind all.
func free(taken []spot, day string) int {
	round := 1
	for _, s := range taken {
		if day == "" || s.day == "" || s.day < day {
			round = max(round, s.round+1)
		}
	}
	for slices.ContainsFunc(taken, func(s spot) bool { return s.round == round }) {
		round++
	}
	return round
}

func dayOf(start f1.Opt[time.Time]) string {
	if !start.Known {
		return ""
	}
	return start.Value.UTC().Format(time.DateOnly)
}

// settle finds the round of the viewer's session, where nobody says it the next free one in order of date. A simulated
// weekend takes no place of a real one.
func (h *horizon) settle(b *almanac.Book, list []wire.SessionEntry) {
	h.book = b
	season, ok := seasonOf(&h.row)
	if !ok || isTest(h.row.Event) {
		return
	}
	if h.simulated {
		h.byDate = true
		h.at = almanac.Round{Season: season, Round: h.row.Round.Value}
		if _, taken := b.Race(h.at); taken || h.at.Round <= 0 {
			h.at.Round = free(spots(b, season), dayOf(h.row.DateStart))
		}
		return
	}
	if h.at, ok = roundOf(b, &h.row); ok {
		return
	}
	h.byDate = true
	taken := spots(b, season)
	for _, e := range before(b, &h.row, list) {
		taken = append(taken, spot{e.day, free(taken, e.day)})
	}
	h.at = almanac.Round{Season: season, Round: free(taken, dayOf(h.row.DateStart))}
}

// before are the weekends of the season that are held here, that nobody numbers and that are earlier than a session, by
// their first day.
func before(b *almanac.Book, e *f1.SessionRow, list []wire.SessionEntry) []spot {
	first := map[string]string{}
	for i := range list {
		x := &list[i].Session
		start, err := time.Parse(time.RFC3339, string(x.Start))
		if err != nil || x.Simulated || isTest(string(x.Event)) || f1.Slug(string(x.Event)) == f1.Slug(e.Event) {
			continue // one without a time is not earlier than another
		}
		row := f1.SessionRow{Event: string(x.Event), CircuitID: string(x.CircuitID), DateStart: f1.Some(start)}
		if _, known := roundOf(b, &row); known || start.Year() != e.DateStart.Value.Year() || !start.Before(e.DateStart.Value) {
			continue
		}
		name, day := f1.Slug(row.Event), dayOf(row.DateStart)
		if was := first[name]; was == "" || day < was {
			first[name] = day
		}
	}
	var out []spot
	for _, day := range first {
		out = append(out, spot{day: day})
	}
	slices.SortFunc(out, func(x, y spot) int { return cmp.Compare(x.day, y.day) })
	return out
}
