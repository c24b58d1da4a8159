package storetest

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"pgregory.net/rapid"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/store"
	"pitwall.live/internal/tables"
)

// cellsOf are rows of a table as cells.
func cellsOf[R any](table tables.Table[R], rows ...R) []tables.Row {
	var out []tables.Row
	for row := range table.Cells(slices.Values(rows)) {
		out = append(out, slices.Clone(row))
	}
	return out
}

// finds asks a store and gives kind and id of what it found.
func finds(t tester, s store.Reader, text string, limit int) []string {
	t.Helper()
	hits, err := s.Search(context.Background(), text, limit)
	if err != nil {
		t.Fatalf("search %q: %v", text, err)
	}
	var out []string
	for _, h := range hits {
		out = append(out, strings.TrimRight(h.Kind+" "+h.ID+" "+h.Session, " "))
	}
	return out
}

func expect(t *testing.T, s store.Reader, text string, want ...string) {
	t.Helper()
	if got := finds(t, s, text, 0); !slices.Equal(got, want) {
		t.Errorf("search %q: %q, want %q", text, got, want)
	}
}

// searchable stores two races with drivers, events and messages, and reference data.
func searchable(t *testing.T, s store.Store) {
	baku := race("9574", "Azerbaijan Grand Prix", 2018)
	baku.CircuitID, baku.DateStart = "baku", f1.Some(start)
	interlagos := race("9636", "São Paulo Grand Prix", 2024)
	interlagos.CircuitID, interlagos.DateStart = "interlagos", f1.Some(start.AddDate(6, 0, 0))
	for i, row := range []f1.SessionRow{baku, interlagos} {
		key := row.SessionKey
		events := []f1.EventRow{
			{Event: f1.Event{SessionKey: key, ID: "e0", Kind: "stop", Time: start, Status: f1.Confirmed, Detail: "SOFT to HARD"}},
			{Event: f1.Event{SessionKey: key, ID: "e1", Kind: "stop", Time: start, Status: f1.Retracted, Detail: "SOFT to MEDIUM"}},
			{Event: f1.Event{SessionKey: key, ID: "e2", Kind: "overtake", Time: start, Status: f1.Confirmed}},
		}
		drivers := []f1.DriverRow{{SessionKey: key, DriverNumber: 44, TLA: "HAM", FirstName: "Lewis", LastName: "HAMILTON", Team: fmt.Sprint("Team ", i)}, {SessionKey: key, DriverNumber: 27, TLA: "HUL", FirstName: "Nico", LastName: "Hülkenberg"}}
		if i == 0 {
			drivers = append(drivers, f1.DriverRow{SessionKey: key, DriverNumber: 7, TLA: "RAI", FirstName: "Kimi", LastName: "Räikkönen"})
		}
		b := only(row)
		for _, c := range []struct {
			table string
			rows  []tables.Row
		}{
			{"drivers", cellsOf(tables.Drivers, drivers...)},
			{"events", cellsOf(tables.Events, events...)},
			{"race_control", cellsOf(tables.RaceControl,
				f1.RaceControlRow{SessionKey: key, MessageID: 1, Time: start.AddDate(6*i, 0, 0), Flag: "YELLOW", Message: "YELLOW IN TRACK SECTOR 3"},
				f1.RaceControlRow{SessionKey: key, MessageID: 2, Time: start.AddDate(6*i, 0, 0).Add(time.Minute), Message: "CAR 44 (HAM) TIME 1:43.009 DELETED - TRACK LIMITS"})},
		} {
			d := describe(c.table)
			b.Changes = append(b.Changes, whole(&d, inOrder(&d, c.rows)))
		}
		mustWrite(t, s, b)
	}
	if err := s.PutReference(context.Background(), &store.Reference{
		Circuits: []store.Circuit{{ID: "interlagos", Name: "Autódromo José Carlos Pace", Country: "Brazil"}, {ID: "suzuka", Name: "鈴鹿サーキット", Country: "Japan"}},
		Drivers:  []store.Driver{{ID: "RAI", Name: "Kimi-Matias Räikkönen", Nationality: "Finnish"}, {ID: "SØR", Name: "Søren Łukasz", Nationality: "Danish"}},
	}); err != nil {
		t.Fatal(err)
	}
}

// What is found, by beginnings of words without marks, in which order; a question is never more than words.
func search(t *testing.T, open Open) {
	s := open(t)
	expect(t, s, "baku")
	searchable(t, s)
	expect(t, s, "azerbaijan", "session azerbaijan_2018_race 9574")
	expect(t, s, "AZER 2018", "session azerbaijan_2018_race 9574")
	expect(t, s, "9574", "session azerbaijan_2018_race 9574")
	expect(t, s, "azer 2024")
	expect(t, s, "sao paulo", "session sao_paulo_2024_race 9636")
	expect(t, s, "São", "session sao_paulo_2024_race 9636")
	expect(t, s, "race", "session sao_paulo_2024_race 9636", "session azerbaijan_2018_race 9574")
	expect(t, s, "baku", "session azerbaijan_2018_race 9574", "circuit baku")
	// The reference data name a circuit that sessions have too.
	expect(t, s, "jose", "circuit interlagos")
	expect(t, s, "鈴鹿", "circuit suzuka")
	expect(t, s, "raikkonen", "driver RAI")
	expect(t, s, "räikk kimi", "driver RAI")
	expect(t, s, "soren luk", "driver SØR")
	expect(t, s, "hulk", "driver HUL")
	// A driver of several sessions is found once, before the messages that name him, newest first.
	expect(t, s, "ham", "driver HAM", "race_control 2 9636", "race_control 2 9574")
	expect(t, s, "44", "driver HAM", "race_control 2 9636", "race_control 2 9574")
	expect(t, s, "yellow sector", "race_control 1 9636", "race_control 1 9574")
	expect(t, s, "soft", "event e0 9574", "event e0 9636")
	expect(t, s, "medium") // taken back
	for _, limit := range []int{1, 2} {
		if got, want := finds(t, s, "ham", limit), []string{"driver HAM", "race_control 2 9636"}[:limit]; !slices.Equal(got, want) {
			t.Errorf("first %d: %q, want %q", limit, got, want)
		}
	}
	hits, err := s.Search(context.Background(), "hamilton", 0)
	if err != nil || len(hits) != 1 || hits[0] != (store.Hit{Kind: "driver", ID: "HAM", Title: "Lewis HAMILTON", Detail: "Team 1"}) {
		t.Errorf("%+v, %v", hits, err)
	}
	hits, err = s.Search(context.Background(), "deleted", 1)
	if err != nil || len(hits) != 1 || hits[0] != (store.Hit{Kind: "race_control", Session: "9636", ID: "2", Title: "CAR 44 (HAM) TIME 1:43.009 DELETED - TRACK LIMITS",
		Time: f1.Some(start.AddDate(6, 0, 0).Add(time.Minute))}) {
		t.Errorf("%+v, %v", hits, err)
	}
	for _, nothing := range []string{"", " ", `"`, "*", "-", "()", "%", "'; DROP TABLE sessions; --", "NEAR(ham yellow)", `words:"ham`, "ham NOT yellow", "\x00", "\xff\xfe", strings.Repeat("x", 10_000)} {
		expect(t, s, nothing)
	}
	expect(t, s, `"ham"`, "driver HAM", "race_control 2 9636", "race_control 2 9574")
	expect(t, s, "ham*^ -", "driver HAM", "race_control 2 9636", "race_control 2 9574")
	rapid.Check(t, func(t *rapid.T) { finds(t, s, rapid.OneOf(rapid.String(), texts).Draw(t, "text"), 3) })
}

// What is found follows what is stored.
func searchFollows(t *testing.T, open Open) {
	s := open(t)
	row := race("9574", "Azerbaijan Grand Prix", 2018)
	row.CircuitID = "baku"
	offset := uint64(0)
	step := func(changes ...store.Change) {
		t.Helper()
		offset++
		mustWrite(t, s, &store.Batch{Session: row, From: offset - 1, Offset: offset, Changes: changes})
	}
	message := func(id int, text string) tables.Row {
		return cellsOf(tables.RaceControl, f1.RaceControlRow{SessionKey: "9574", MessageID: id, Time: start, Message: text})[0]
	}
	event := func(id, detail string, status f1.EventStatus) tables.Row {
		return cellsOf(tables.Events, f1.EventRow{Event: f1.Event{SessionKey: "9574", ID: id, Kind: "stop", Time: start, Status: status, Detail: detail}})[0]
	}
	step(store.Change{Table: "race_control", Rows: []tables.Row{message(1, "GREEN LIGHT"), message(2, "RED LIGHT")}},
		store.Change{Table: "events", Rows: []tables.Row{event("a", "first", f1.Provisional), event("b", "second", f1.Provisional)}, At: []int{0, 1}, Len: 2})
	expect(t, s, "light", "race_control 1 9574", "race_control 2 9574")
	expect(t, s, "stop", "event a 9574", "event b 9574")
	step(store.Change{Table: "race_control", Rows: []tables.Row{message(1, "GREEN FLAG")}, Gone: []tables.Row{message(2, "")}},
		store.Change{Table: "events", Rows: []tables.Row{event("a", "first", f1.Retracted)}, At: []int{0}, Len: 2})
	expect(t, s, "light")
	expect(t, s, "flag", "race_control 1 9574")
	expect(t, s, "stop", "event b 9574")
	step(store.Change{Table: "events", Rows: []tables.Row{event("a", "first", f1.Confirmed)}, At: []int{0}, Len: 1})
	expect(t, s, "stop", "event a 9574")
	row.Event, row.CircuitID = "Monaco Grand Prix", "monaco"
	step()
	expect(t, s, "azerbaijan")
	expect(t, s, "baku")
	expect(t, s, "monaco", "session monaco_2018_race 9574", "circuit monaco")
	row.CircuitID = ""
	step()
	expect(t, s, "monaco", "session monaco_2018_race 9574")
	mustWrite(t, s, &store.Batch{Session: row, Offset: offset, Whole: true})
	expect(t, s, "flag")
	expect(t, s, "stop")
	expect(t, s, "monaco", "session monaco_2018_race 9574")
	if err := s.Remove(context.Background(), "9574"); err != nil {
		t.Fatal(err)
	}
	expect(t, s, "monaco")
}
