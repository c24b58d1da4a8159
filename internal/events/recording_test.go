package events_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"slices"
	"strings"
	"testing"

	"pitwall.live/internal/events"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/timing"
)

// Recordings that several tests judge by.
const (
	azerbaijan2018 = "archive/2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race"
	australia2025  = "reconstructed/2025-03-16_Australian_Grand_Prix_Race"
	miami2025      = "archive/2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint"
	imola2024      = "recordings/2024-05-18_imola_qualifying_hubframes"
	abuDhabi2025   = "recordings/2025-12-07_abudhabi_race_last12min_pyrepr"
)

// detect runs all detectors over messages.
func detect(messages []feed.Message) (*events.Detection, *timing.Session) {
	d, s := events.Start(events.Defaults()), timing.New()
	s.AltKey = "1"
	for i := range messages {
		ch := s.Apply(&messages[i])
		d.Step(s, &messages[i], ch)
	}
	return d, s
}

// rowsOf reads the rows of a compressed CSV that f takes, as maps by column.
func rowsOf(t testing.TB, path string, f func(map[string]string) bool) []map[string]string {
	t.Helper()
	file, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close() //nolint:errcheck // only read
	z, err := gzip.NewReader(file)
	if err != nil {
		t.Fatal(err)
	}
	all, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var rows []map[string]string
	for _, rec := range all[1:] {
		row := make(map[string]string, len(rec))
		for i, name := range all[0] {
			row[name] = rec[i]
		}
		if f(row) {
			rows = append(rows, row)
		}
	}
	return rows
}

// officialRows are the rows of an official table about one weekend.
func officialRows(t testing.TB, file, year, round string) []map[string]string {
	t.Helper()
	rows := rowsOf(t, reference.Path(t, "results/f1db", file), func(r map[string]string) bool { return r["year"] == year && r["round"] == round })
	if len(rows) == 0 {
		t.Fatalf("%s has nothing of %s round %s", file, year, round)
	}
	return rows
}

// lapTable are FastF1's rows of a weekend.
func lapTable(t testing.TB, file, round string) []map[string]string {
	t.Helper()
	return rowsOf(t, reference.Path(t, "laps/fastf1", file), func(r map[string]string) bool { return r["RoundNumber"] == round })
}

// held are the events of a journal that hold at its end, of kinds that begin with one of the words.
func held(journal []f1.Event, beginnings ...f1.EventKind) []f1.Event {
	return slices.DeleteFunc(events.Newest(journal), func(e f1.Event) bool {
		begins := func(k f1.EventKind) bool { return strings.HasPrefix(string(e.Kind), string(k)) }
		return e.Status == f1.Retracted || !slices.ContainsFunc(beginnings, begins)
	})
}
