package almanac

import (
	"errors"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/f1"
)

func line(driver, team string, position int, text string, points float64) Result {
	return Result{Driver: driver, Constructor: team, Position: f1.Some(position), PositionText: text, Points: f1.Some(points)}
}

// book is a season of races.
func book(season int, races ...[]Result) *Book {
	b := &Book{Weekends: map[Round]*Weekend{}}
	for i, results := range races {
		b.Races = append(b.Races, Race{Season: season, Round: i + 1})
		b.Weekend(Round{season, i + 1}).Results = results
	}
	b.Index()
	return b
}

// table is a championship in a line.
func table(list []Standing) string {
	var out []string
	for _, s := range list {
		out = append(out, s.PositionText+" "+s.ID+" "+strings.TrimSuffix(strings.TrimRight(time.Duration(s.Points.Value*1e9).String(), "0"), "s"))
	}
	return strings.Join(out, ", ")
}

// Championships count as their season did: all results, the best of the season or of its halves, of a team one car only;
// equal points by places, and who never saw the flag has none.
func TestStandings(t *testing.T) {
	two := [][]Result{
		{line("a", "x", 1, "1", 9), line("b", "x", 2, "2", 6), line("c", "y", 3, "3", 4), line("d", "y", 4, "R", 0)},
		{line("b", "x", 1, "1", 9), line("c", "y", 2, "2", 6), line("a", "x", 3, "3", 4), line("d", "z", 4, "R", 0)},
		{line("c", "y", 1, "1", 9), line("b", "x", 2, "2", 6), line("a", "x", 3, "R", 0), line("d", "z", 4, "W", 0)},
	}
	for _, c := range []struct {
		season, rounds int
		teams          bool
		want           string
	}{
		{2005, 3, false, "1 b 21, 2 c 19, 3 a 13, - d 0"},
		{2005, 1, false, "1 a 9, 2 b 6, 3 c 4, - d 0"},
		{2005, 3, true, "1 x 34, 2 y 19, - z 0"},
		// Of three rounds the first half has two: all but one of each half count, of the second none.
		{1970, 3, false, "1 b 9, 2 a 9, 3 c 6, - d 0"},
		{1970, 3, true, "1 x 9, 2 y 6, - z 0"},
		{1955, 3, true, ""}, // there was no such championship
	} {
		b := book(c.season, two...)
		got := table(b.StandingsAfter(Round{c.season, c.rounds}, c.teams))
		if got != c.want {
			t.Errorf("%d after %d, teams %v: %s, want %s", c.season, c.rounds, c.teams, got, c.want)
		}
	}
	b := book(2005, two...)
	if s := b.StandingsAfter(Round{2005, 3}, false); strings.Join(s[3].Constructors, " ") != "y z" || s[0].Wins != f1.Some(1) || s[3].Wins != f1.Some(0) || s[3].Points != f1.Some(0.0) {
		t.Errorf("%+v", s)
	}
	published := []Standing{{ID: "q"}}
	b.Weekend(Round{2005, 3}).Drivers = published
	if s := b.StandingsAfter(Round{2005, 3}, false); len(s) != 1 || s[0].ID != "q" {
		t.Errorf("what was published does not hold: %+v", s)
	}
}

// Who shares points and every place shares the position, and the next is counted on.
func TestEqualStandings(t *testing.T) {
	b := book(2005, []Result{line("a", "x", 1, "1", 10), line("b", "y", 1, "1", 10), line("c", "z", 3, "3", 6)})
	if got := table(b.StandingsAfter(Round{2005, 1}, false)); got != "1 a 10, 1 b 10, 3 c 6" {
		t.Error(got)
	}
}

// What is read is judged by what was there and by how long ago it was.
func TestJudge(t *testing.T) {
	race := time.Date(2026, 3, 8, 15, 0, 0, 0, time.UTC)
	page := func(after time.Duration, s Status, body string) *Page {
		return &Page{Known: race.Add(after), Status: s, Body: []byte(body)}
	}
	for _, c := range []struct {
		name  string
		was   *Page
		is    *Page
		event time.Time
		want  Status // "": nothing new
	}{
		{"first", nil, page(5*time.Hour, "", "[1]"), race, Provisional},
		{"first of long ago", nil, page(LongPast+time.Hour, "", "[1]"), race, Final},
		{"first of a list", nil, page(0, "", "[1]"), time.Time{}, Final},
		{"the same too soon", page(5*time.Hour, Provisional, "[1]"), page(28*time.Hour, "", "[1]"), race, ""},
		{"the same a day later", page(5*time.Hour, Provisional, "[1]"), page(29*time.Hour, "", "[1]"), race, Final},
		{"changed before it was final", page(5*time.Hour, Provisional, "[1]"), page(6*time.Hour, "", "[2]"), race, Provisional},
		{"changed after", page(29*time.Hour, Final, "[1]"), page(50*time.Hour, "", "[2]"), race, Revised},
		{"changed again", page(50*time.Hour, Revised, "[2]"), page(60*time.Hour, "", "[1]"), race, Revised},
		{"revised and the same", page(50*time.Hour, Revised, "[2]"), page(99*time.Hour, "", "[2]"), race, ""},
	} {
		if news := Judge(c.was, c.is, c.event); news != (c.want != "") || c.is.Status != c.want {
			t.Errorf("%s: %v %q, want %q", c.name, news, c.is.Status, c.want)
		}
	}
}

// A page that is none is refused, a body of other rows than its kind's is an error that names it.
func TestPages(t *testing.T) {
	if _, err := NewBook([]Page{{Name: Name{Kind: "nothing"}}}); !errors.Is(err, ErrPage) {
		t.Error(err)
	}
	if _, err := NewBook([]Page{{Name: Name{Kind: Results, Season: 2023, Round: 4}, Body: []byte(`{"a":1}`)}}); err == nil || !strings.Contains(err.Error(), "results of 2023 round 4") {
		t.Error(err)
	}
}

// Timing's names find the people and teams of the record; who is new is added.
func TestNames(t *testing.T) {
	b := &Book{Drivers: []Driver{{ID: "michael_schumacher", GivenName: "Michael", FamilyName: "Schumacher", Code: "MSC", DateOfBirth: "1969-01-03"},
		{ID: "mick_schumacher", GivenName: "Mick", FamilyName: "Schumacher", Code: "MSC", DateOfBirth: "1999-03-22"}, {ID: "perez", GivenName: "Sergio", FamilyName: "Pérez", Code: "PER"}},
		Constructors: []Constructor{{ID: "red_bull", Name: "Red Bull"}, {ID: "haas", Name: "Haas F1 Team"}}}
	b.Index()
	for _, c := range []struct{ given, family, code, want string }{
		{"Mick", "Schumacher", "MSC", "mick_schumacher"}, {"Michael", "Schumacher", "MSC", "michael_schumacher"}, {"M", "Schumacher", "MSC", "mick_schumacher"}, // of a code the youngest bearer
		{"Sergio", "Perez", "PER", "perez"}, {"", "", "PER", "perez"}, {"Arvid", "Lindblad", "LIN", "lindblad"}, {"", "", "", ""},
		{"Max", "Verstappen", "VER", "max_verstappen"}, {"Lewis", "Hamilton", "HAM", "hamilton"}, {"Nicolas", "Hamilton", "HAN", "nicolas_hamilton"},
	} {
		if got := b.Whoever(Driver{GivenName: c.given, FamilyName: c.family, Code: c.code}); got != c.want {
			t.Errorf("%s %s: %s, want %s", c.given, c.family, got, c.want)
		}
	}
	for name, want := range map[string]string{"Red Bull Racing": "red_bull", "Haas F1 Team": "haas", "Haas": "haas", "Cadillac": "cadillac", "": ""} {
		if got := b.Team(name); got != want {
			t.Errorf("%s: %s, want %s", name, got, want)
		}
	}
	if b.Driver("lindblad").FamilyName != "Lindblad" || b.Constructor("cadillac").Name != "Cadillac" {
		t.Error("who is new is not in the book")
	}
}

// What is left of a clone is found, what is gone is not, and the book that it was made from is as it was.
func TestKeep(t *testing.T) {
	b := &Book{Drivers: []Driver{{ID: "a", GivenName: "A", FamilyName: "B"}, {ID: "c", GivenName: "C", FamilyName: "D"}}, Constructors: []Constructor{{ID: "x", Name: "X"}, {ID: "y", Name: "Y Team"}},
		Circuits: []Circuit{{ID: "p", Name: "P"}, {ID: "q", Name: "Q"}}}
	b.Index()
	c := b.Clone()
	c.Keep(map[string]bool{"c": true}, map[string]bool{"y": true}, map[string]bool{"q": true})
	if c.Driver("c").FamilyName != "D" || c.Driver("a").FamilyName != "" || c.Constructor("x").Name != "x" || c.Constructor("y").Name != "Y Team" || c.Circuit("q").Name != "Q" || c.Circuit("p").Name != "p" {
		t.Errorf("%+v", c)
	}
	if id := c.Whoever(Driver{GivenName: "C", FamilyName: "D"}); id != "c" || len(c.Drivers) != 1 {
		t.Errorf("%s of %+v", id, c.Drivers)
	}
	if id := c.Whoever(Driver{GivenName: "A", FamilyName: "B"}); id != "b" {
		t.Errorf("who is gone is %s", id)
	}
	if b.Driver("a").FamilyName != "B" || b.Whoever(Driver{GivenName: "A", FamilyName: "B"}) != "a" || b.Circuit("p").Name != "P" || b.Team("X") != "x" {
		t.Errorf("%+v", b)
	}
}
