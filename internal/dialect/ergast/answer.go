package ergast

import (
	"cmp"
	"context"
	"slices"
	"strconv"
	"time"

	"pitwall.live/internal/almanac"
)

// View is what a viewer may know: the record up to where his clock stands.
type View struct {
	Book *almanac.Book
	Now  time.Time // of the viewer: what is current, last and next
	// Private: the answer is of a viewer's or the process's clock, and another when that moves. No cache may give it away.
	Private bool

	own       almanac.Round // of the session that the viewer watches; zero: of none, or not known
	simulated bool          // it is the simulator's: it is in no calendar
	people    *almanac.Book // the whole record, for the ids of those whom timing names
	laps      func(ctx context.Context, at almanac.Round) ([]almanac.Lap, error)
	pitStops  func(ctx context.Context, at almanac.Round) ([]almanac.PitStop, error)
}

// page is the part of the rows that is asked for.
type page struct {
	limit, offset, total int
}

// cut gives the rows of the page.
func cut[T any](p *page, rows []T) []T {
	p.total = len(rows)
	from := min(p.offset, len(rows))
	return rows[from:min(from+p.limit, len(rows))]
}

// spelled spells each row; the list is never null.
func spelled[T, S any](rows []T, spell func(T) S) []S {
	out := make([]S, 0, len(rows))
	for _, r := range rows {
		out = append(out, spell(r))
	}
	return out
}

// resolve finds the season and round that the path means.
func (v *View) resolve(q *query) error {
	if q.season == "" {
		return nil
	}
	q.at.season = v.Now.Year()
	if q.season != "current" {
		n, err := strconv.Atoi(q.season)
		if err != nil {
			return errNotFound
		}
		q.at.season = n
	}
	next := v.next(q.at.season)
	switch q.round {
	case "":
		if q.endpoint == driverTables || q.endpoint == teamTables {
			q.at.round = v.latest(q.at.season)
		}
	case "next":
		q.at.season, q.at.round = next.Season, next.Round
	case "last":
		if q.at.round = v.latest(q.at.season); q.at.round == noRound {
			q.at.round = v.before(next)
		}
	default:
		n, err := strconv.Atoi(q.round)
		if err != nil {
			return errNotFound
		}
		q.at.round = n
	}
	return nil
}

// noRound is none.
const noRound = 0

// latest is the newest round of a season with a classification, or noRound.
func (v *View) latest(season int) int {
	return v.latestOf(season, func(almanac.Round) bool { return true })
}

func (v *View) latestOf(season int, counts func(almanac.Round) bool) int {
	round := noRound
	for at, w := range v.Book.Weekends {
		if at.Season == season && (len(w.Results) > 0 || w.Drivers != nil) && counts(at) {
			round = max(round, at.Round)
		}
	}
	return round
}

// before is the round before the next one of a season without a classification; where there is none it is that which the
// viewer watches.
func (v *View) before(next almanac.Round) int {
	round := max(next.Round-1, 1)
	if _, ok := v.Book.Race(almanac.Round{Season: next.Season, Round: round}); !ok && v.own.Season == next.Season && v.own.Round > 0 {
		return v.own.Round
	}
	return round
}

// next is the first round after the newest that has a classification, where none has the first that is not over by its
// day; after the last it is the first of the season to come. A simulated weekend between real ones is not counted.
func (v *View) next(season int) almanac.Round {
	all := v.Book.Calendar(season)
	alone := len(all) == 1
	counts := func(at almanac.Round) bool { return !v.simulated || at != v.own || alone }
	all = keep(all, func(r *almanac.Race) bool { return counts(almanac.Round{Season: r.Season, Round: r.Round}) })
	latest, today := v.latestOf(season, counts), v.Now.Format(time.DateOnly)
	for i := range all {
		if r := &all[i]; latest != noRound && r.Round > latest || latest == noRound && r.Date >= today {
			return almanac.Round{Season: season, Round: r.Round}
		}
	}
	if len(all) == 0 {
		return almanac.Round{Season: season, Round: 1}
	}
	return almanac.Round{Season: season + 1, Round: 1}
}

// answer fills the reply.
func (v *View) answer(ctx context.Context, q *query, p *page) (*mrData, error) {
	if err := v.resolve(q); err != nil {
		return nil, err
	}
	out, e := &mrData{Series: "f1"}, q.table()
	var err error
	switch q.endpoint {
	case seasons:
		out.Seasons = &seasonTable{e, spelled(cut(p, v.seasonRows(q)), spellSeason)}
	case circuits:
		out.Circuits = &circuitTable{e, spelled(cut(p, v.circuitRows(q)), spellCircuit)}
	case drivers:
		out.Drivers = &driverTable{e, spelled(cut(p, v.driverRows(q)), spellDriver)}
	case constructors:
		out.Makers = &makerTable{e, spelled(cut(p, v.constructorRows(q)), spellConstructor)}
	case status:
		out.Status = &statusTable{e, spelled(cut(p, v.statusRows(q)), func(s statusShape) statusShape { return s })}
	case races:
		out.Races = &raceTable{e, spelled(cut(p, v.raceRows(q)), v.spellRace)}
	case results, sprint:
		out.Races = &raceTable{e, v.nestResults(q, cut(p, v.results(q)))}
	case qualifying:
		out.Races = &raceTable{e, v.nestQualified(cut(p, v.qualified(q)))}
	case laps:
		out.Races = &raceTable{echo: e}
		out.Races.Races, err = v.nestLaps(ctx, q, p)
	case pitStops:
		out.Races = &raceTable{echo: e}
		out.Races.Races, err = v.nestStops(ctx, q, p)
	case driverTables, teamTables:
		if e.Round == "" && q.at.round > 0 {
			e.Round = strconv.Itoa(q.at.round)
		}
		out.Standings = &standingsTable{e, v.nestStandings(q, cut(p, v.standingRows(q)))}
	}
	out.Limit, out.Offset, out.Total = strconv.Itoa(p.limit), strconv.Itoa(p.offset), strconv.Itoa(p.total)
	return out, err
}

// behind is behind every position.
const behind = 1 << 20

// nest gathers rows under their races.
func (v *View) nest(rows []line, add func(*raceShape, *line)) []raceShape {
	out := []raceShape{}
	for i := range rows {
		if i == 0 || rows[i].race != rows[i-1].race {
			out = append(out, v.head(rows[i].race))
		}
		add(&out[len(out)-1], &rows[i])
	}
	return out
}

func (v *View) nestResults(q *query, rows []line) []raceShape {
	return v.nest(rows, func(r *raceShape, l *line) {
		w := v.Book.Weekends[almanac.Round{Season: l.race.Season, Round: l.race.Round}]
		if q.endpoint == sprint {
			r.SprintResults = append(r.SprintResults, v.spellResult(l.result, winner(w.Sprint)))
		} else {
			r.Results = append(r.Results, v.spellResult(l.result, winner(w.Results)))
		}
	})
}

func (v *View) nestQualified(rows []line) []raceShape {
	rows = slices.Clone(rows)
	for from, i := 0, 0; i <= len(rows); i++ {
		if i == len(rows) || rows[i].race != rows[from].race {
			slices.SortStableFunc(rows[from:i], func(x, y line) int {
				return cmp.Compare(x.qualified.Position.Or(behind), y.qualified.Position.Or(behind))
			})
			from = i
		}
	}
	return v.nest(rows, func(r *raceShape, l *line) {
		r.QualifyingResults = append(r.QualifyingResults, v.spellQualified(l.qualified))
	})
}

// round is the race that laps or stops are asked of, false for none.
func (v *View) round(q *query) (almanac.Race, *almanac.Weekend, bool) {
	at := almanac.Round{Season: q.at.season, Round: q.at.round}
	r, ok := v.Book.Race(at)
	return r, v.Book.Weekends[at], ok && q.ofRace(&r)
}

func (v *View) nestLaps(ctx context.Context, q *query, p *page) ([]raceShape, error) {
	r, w, ok := v.round(q)
	if !ok {
		return []raceShape{}, nil
	}
	all, err := v.laps(ctx, almanac.Round{Season: r.Season, Round: r.Round})
	if err != nil {
		return nil, err
	}
	rows := cut(p, lapRows(q, all, v.ofDriver(q, w)))
	if len(rows) == 0 {
		return []raceShape{}, nil
	}
	out := v.head(&r)
	for i := range rows {
		if i == 0 || rows[i].Number != rows[i-1].Number {
			out.Laps = append(out.Laps, lapShape{Number: strconv.Itoa(rows[i].Number)})
		}
		l := &out.Laps[len(out.Laps)-1]
		l.Timings = append(l.Timings, spellTiming(&rows[i]))
	}
	return []raceShape{out}, nil
}

func (v *View) nestStops(ctx context.Context, q *query, p *page) ([]raceShape, error) {
	r, w, ok := v.round(q)
	if !ok {
		return []raceShape{}, nil
	}
	all, err := v.pitStops(ctx, almanac.Round{Season: r.Season, Round: r.Round})
	if err != nil {
		return nil, err
	}
	rows := cut(p, stopRows(q, all, v.ofDriver(q, w)))
	if len(rows) == 0 {
		return []raceShape{}, nil
	}
	out := v.head(&r)
	for i := range rows {
		out.PitStops = append(out.PitStops, spellStop(&rows[i]))
	}
	return []raceShape{out}, nil
}

func (v *View) nestStandings(q *query, rows []almanac.Standing) []standingsShape {
	if len(rows) == 0 {
		return []standingsShape{}
	}
	list := standingsShape{Season: strconv.Itoa(q.at.season), Round: strconv.Itoa(q.at.round)}
	for i := range rows {
		if q.endpoint == teamTables {
			list.ConstructorStandings = append(list.ConstructorStandings, v.spellStanding(&rows[i], true))
		} else {
			list.DriverStandings = append(list.DriverStandings, v.spellStanding(&rows[i], false))
		}
	}
	return []standingsShape{list}
}
