package events

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"
	"time"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/rules"
	"pitwall.live/internal/timing"
)

// What a race does to the championship.
const (
	ChampionshipSwing    = f1.EventKind("championship.swing")
	ChampionshipClinch   = f1.EventKind("championship.clinch_possible")
	ChampionshipClinched = f1.EventKind("championship.clinched")
)

// ChampionshipParams are the thresholds of the championship. The feed does not say how many races a season has.
type ChampionshipParams struct {
	Places  int     `json:"places"`               // changes among so many of the table are told
	Holds   Seconds `json:"holds_s"`              // a change is confirmed when it has held so long
	Races   int     `json:"races" unknown:"-1"`   // after this one; -1: by the calendar that is known of the season
	Sprints int     `json:"sprints" unknown:"-1"` // after this one; -1: by the calendar
}

var defaultChampionship = ChampionshipParams{Places: 3, Holds: 60, Races: -1, Sprints: -1}

var championshipDetector = detector{
	name:   "championship",
	counts: "championship_place",
	kinds: []definition{
		{ChampionshipSwing, f1.P2, "By the feed's forecast somebody would gain a place among the first {championship.places} of a championship if the race ended as it stands. It is confirmed when that has held for {championship.holds_s} s."},
		{ChampionshipClinch, f1.P1, "A driver or a team can make sure of the title in this race or sprint, by the points before it and the exact bounds of what is left. It is told at the start."},
		{ChampionshipClinched, f1.P0, "The flag has fallen, and as the order stands nobody else can win the title any more, by the exact bounds of what is left. It is confirmed when the session is final, and taken back when the order changes so that it is open again."},
	},
	on:    NewsPoints | NewsStatus | NewsControl | NewsSecond,
	start: func(w *World) func() { return (&championships{w: w}).step },
	holds: championshipHolds,
}

// championships follows the two tables of the feed.
type championships struct {
	w        *World
	tables   [2]pointsTable // drivers, teams
	open     []heldSwing
	possible bool // what can be decided has been told
}

// pointsTable is what has been said of one table.
type pointsTable struct {
	lines    []timing.ChampionshipLine
	by       []uint64 // the newest message of each line
	moved    []move   // forecast places that the newest message changed
	clinched string   // ID of the event told, "" none
	who      string   // of it
}

// move is a line of a table whose forecast place changed.
type move struct {
	line, from int
	by         uint64 // that said from
}

// heldSwing is a change that may not hold.
type heldSwing struct {
	title rules.Title
	key   string
	id    string
	to    int
	at    int64
}

func (d *championships) step() {
	w := d.w
	if !w.Session.IsRace() {
		return
	}
	if w.News&NewsPoints != 0 {
		d.take(&d.tables[0], w.Session.Championship.Drivers)
		d.take(&d.tables[1], w.Session.Championship.Teams)
	}
	if w.begun() && w.News&(NewsPoints|NewsStatus|NewsControl) != 0 {
		d.possibilities()
		for i, title := range titles {
			if w.News&NewsPoints != 0 {
				d.swings(title, &d.tables[i])
			}
			if w.Flag.Is {
				d.decided(title, &d.tables[i])
			}
		}
	}
	if len(d.open) > 0 && w.News&NewsSecond != 0 {
		d.open = slices.DeleteFunc(d.open, func(s heldSwing) bool {
			if w.Now().Unix()-s.at < int64(w.Params.Championship.Holds) {
				return false
			}
			w.Confirm(s.id, w.Message.Offset)
			return true
		})
	}
}

var titles = [2]rules.Title{rules.Drivers, rules.Teams}

// take notes which message said each line last.
func (d *championships) take(t *pointsTable, lines []timing.ChampionshipLine) {
	t.moved = t.moved[:0]
	for i, l := range lines {
		switch {
		case i >= len(t.lines):
			t.lines, t.by = append(t.lines, l), append(t.by, d.w.Message.Offset)
		case t.lines[i] != l:
			if was := t.lines[i]; was.Key == l.Key && was.PredictedPosition != l.PredictedPosition && was.PredictedPosition > 0 {
				t.moved = append(t.moved, move{i, was.PredictedPosition, t.by[i]})
			}
			t.lines[i], t.by[i] = l, d.w.Message.Offset
		}
	}
	t.lines, t.by = t.lines[:len(lines)], t.by[:len(lines)]
}

// swings tells who would gain a place among the first ones, and takes back what does not hold.
func (d *championships) swings(title rules.Title, t *pointsTable) {
	w, n := d.w, d.w.Params.Championship.Places
	if w.Message.Snapshot {
		return
	}
	for _, m := range t.moved {
		l := &t.lines[m.line]
		d.open = slices.DeleteFunc(d.open, func(s heldSwing) bool {
			undone := s.title == title && s.key == l.Key
			if undone && l.PredictedPosition > s.to {
				w.Retract(s.id, "it did not hold", w.Message.Offset)
			}
			return undone
		})
		if l.PredictedPosition >= m.from || l.PredictedPosition > n || l.PredictedPosition < 1 {
			continue
		}
		s := heldSwing{title: title, key: l.Key, to: l.PredictedPosition, at: w.Now().Unix()}
		s.id = w.ID(ChampionshipSwing, string(title), l.Key, strconv.Itoa(s.to), w.Message.Time.Format(time.RFC3339Nano))
		d.open = append(d.open, s)
		e := subject(title, l.Key)
		e.ID, e.Kind, e.Status, e.Lap = s.id, ChampionshipSwing, f1.Provisional, f1.Some(w.Lap.Is)
		e.From, e.To, e.Value = f1.Some(m.from), f1.Some(s.to), f1.Some(l.PredictedPoints)
		w.Tell(e, w.Info, w.Status.By, m.by, w.Message.Offset)
	}
}

// subject begins an event about a line of a table.
func subject(title rules.Title, key string) f1.Event {
	if n, err := strconv.Atoi(key); err == nil && title == rules.Drivers {
		return f1.Event{Car: f1.Some(n), Detail: string(title)}
	}
	return f1.Event{Detail: string(title) + ": " + key}
}

// remaining is what of the season is left after this session; it reports false when nobody knows.
func (p *ChampionshipParams) remaining(s *timing.Session) (rules.Remaining, bool) {
	if p.Races >= 0 && p.Sprints >= 0 {
		return rules.Remaining{Races: p.Races, Sprints: p.Sprints}, true
	}
	book, known := ruleBook(s), s.Info.Round > 0
	left, held := book.Left(s.Info.Round, s.Info.Type == f1.Sprint)
	return left, known && held && book.Season == s.Info.Start.Year()
}

// standings are a table of the feed: before the session, or as it would be after it.
func standings(s *timing.Session, title rules.Title, after bool) *rules.Standings {
	lines := s.Championship.Drivers
	if title == rules.Teams {
		lines = s.Championship.Teams
	}
	st := ruleBook(s).Standings(max(s.Info.Round-1, 0))
	for _, l := range lines {
		points := l.CurrentPoints
		if after {
			points = l.PredictedPoints
		}
		st.Carry(title, l.Key, points, nil)
	}
	return st
}

// possibilities tells at the start who can make sure of a title.
func (d *championships) possibilities() {
	w := d.w
	left, ok := w.Params.Championship.remaining(w.Session)
	if d.possible || !ok || len(d.tables[0].lines) == 0 || w.Status.Is != f1.StatusStarted {
		return
	}
	d.possible = true
	for i, title := range titles {
		for _, key := range standings(w.Session, title, false).CanClinch(title, w.Session.Info.Type == f1.Sprint, left) {
			e := subject(title, key)
			e.ID, e.Kind = w.ID(ChampionshipClinch, string(title), key), ChampionshipClinch
			w.Tell(e, append([]uint64{w.Info, w.Status.By}, d.tables[i].by...)...)
		}
	}
}

// decided tells who would have a title for certain if the order held.
func (d *championships) decided(title rules.Title, t *pointsTable) {
	w := d.w
	left, ok := w.Params.Championship.remaining(w.Session)
	if !ok || len(t.lines) == 0 {
		return
	}
	who := decidedFor(w.Session, title, left)
	cites := append([]uint64{w.Info, w.Status.By, w.Flag.By, w.Message.Offset}, t.by...)
	if t.clinched != "" && who != t.who {
		w.Retract(t.clinched, "it is open again", cites...)
		t.clinched = ""
	}
	if who != "" && t.clinched == "" {
		e := subject(title, who)
		t.who, t.clinched = who, w.ID(ChampionshipClinched, string(title), who, w.Message.Time.Format(time.RFC3339Nano))
		e.ID, e.Kind, e.Status, e.Lap = t.clinched, ChampionshipClinched, f1.Provisional, f1.Some(w.Lap.Is)
		w.Tell(e, cites...)
	}
	if t.clinched != "" && (w.Status.Is == f1.StatusFinalised || w.Status.Is == f1.StatusEnds) {
		w.Confirm(t.clinched, cites...)
	}
}

// decidedFor is who would win a title in this session if the order held, "" when it stays open or was decided before.
func decidedFor(s *timing.Session, title rules.Title, left rules.Remaining) string {
	before := left
	if s.Info.Type == f1.Sprint {
		before.Sprints++
	} else {
		before.Races++
	}
	if standings(s, title, false).Champion(title, before) != "" {
		return ""
	}
	return standings(s, title, true).Champion(title, left)
}

var errChampionship = errors.New("the cited messages do not show the championship")

func championshipHolds(e *f1.Event, p *Proof) error {
	s := p.Last()
	title, key := rules.Drivers, strconv.Itoa(e.Car.Value)
	if !e.Car.Known {
		var name string
		_, name, _ = strings.Cut(e.Detail, ": ")
		name, _, _ = strings.Cut(name, "; ")
		title, key = rules.Teams, name
	}
	left, ok := p.Params.Championship.remaining(s)
	holds := false
	switch e.Kind {
	case ChampionshipSwing:
		at := func(place int) func(*timing.Session) bool {
			return func(s *timing.Session) bool { return lineOf(s, title, key).PredictedPosition == place }
		}
		if !p.Then(at(e.From.Value), at(e.To.Value)) || e.To.Value >= e.From.Value || e.To.Value > p.Params.Championship.Places {
			return errChampionship
		}
		holds = lineOf(s, title, key).PredictedPosition <= e.To.Value
	case ChampionshipClinch:
		holds = ok && slices.Contains(standings(s, title, false).CanClinch(title, s.Info.Type == f1.Sprint, left), key)
	default:
		decided := func(s *timing.Session) bool { return ok && decidedFor(s, title, left) == key && !s.Flag.IsZero() }
		if holds = decided(s); !p.Some(decided) {
			return errChampionship
		}
	}
	if holds == (e.Status == f1.Retracted) {
		return fmt.Errorf("%w: %s holds: %v", errChampionship, e.Kind, holds)
	}
	return nil
}

// lineOf is a line of the feed's table, an empty one when it has none.
func lineOf(s *timing.Session, title rules.Title, key string) timing.ChampionshipLine {
	lines := s.Championship.Drivers
	if title == rules.Teams {
		lines = s.Championship.Teams
	}
	for _, l := range lines {
		if l.Key == key {
			return l
		}
	}
	return timing.ChampionshipLine{}
}
