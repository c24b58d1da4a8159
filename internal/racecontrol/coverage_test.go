package racecontrol_test

import (
	"cmp"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"io/fs"
	"maps"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"pitwall.live/internal/dialect/recording"
	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/racecontrol"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sim"
	"pitwall.live/internal/timing"
)

// source is what race control said in one recording or table, in order.
type source struct {
	name string
	rows []f1.RaceControlRow
}

// everything reads race control from every recording and table of the reference data.
func everything(t testing.TB) []source {
	t.Helper()
	root := reference.Path(t)
	var all []source
	for _, pattern := range []string{"live-timing/archive/*/*/*", "live-timing/recordings/*", "live-timing/reconstructed/*"} {
		folders, err := filepath.Glob(filepath.Join(root, pattern))
		if err != nil || len(folders) == 0 {
			t.Fatalf("%s: no recordings (%v)", pattern, err)
		}
		for _, dir := range folders {
			if info, err := os.Stat(dir); err != nil || !info.IsDir() {
				continue
			}
			all = append(all, source{strings.TrimPrefix(dir, root+"/"), recorded(t, dir)})
		}
	}
	return append(all, tables(t, root)...)
}

// recorded plays the race control of a recording into the timing room, which merges it.
func recorded(t testing.TB, dir string) []f1.RaceControlRow {
	t.Helper()
	r, err := recording.Open(dir)
	if err != nil {
		t.Fatalf("%s: %v", dir, err)
	}
	defer func() {
		if err := r.Close(); err != nil {
			t.Error(err)
		}
	}()
	s := timing.New()
	for {
		var m feed.Message
		if err := r.Next(&m); errors.Is(err, io.EOF) {
			return s.RaceControlRows()
		} else if err != nil {
			t.Fatalf("%s: %v", dir, err)
		}
		if m.Topic == feed.TopicRaceControlMessages || m.Topic == feed.TopicSessionInfo {
			s.Apply(&m)
		}
	}
}

// tables reads race control out of OpenF1's documents.
func tables(t testing.TB, root string) []source {
	t.Helper()
	var all []source
	err := filepath.WalkDir(filepath.Join(root, "openf1"), func(path string, d fs.DirEntry, err error) error {
		golden := filepath.Base(filepath.Dir(path)) == "derived_golden"
		if err != nil || !strings.HasSuffix(path, ".gz") || !golden && !strings.HasPrefix(d.Name(), "race_control") {
			return err
		}
		f, err := os.Open(path)
		if err != nil {
			return err
		}
		defer f.Close()
		z, err := gzip.NewReader(f)
		if err != nil {
			return err
		}
		s := source{name: strings.TrimPrefix(path, root+"/")}
		if strings.HasSuffix(path, ".csv.gz") {
			s.rows, err = fromCSV(z)
		} else {
			var tree any
			err = json.NewDecoder(z).Decode(&tree)
			fromJSON(tree, &s.rows)
		}
		all = append(all, s)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return all
}

func fromCSV(r io.Reader) ([]f1.RaceControlRow, error) {
	c := csv.NewReader(r)
	head, err := c.Read()
	if err != nil {
		return nil, err
	}
	lines, err := c.ReadAll()
	if err != nil {
		return nil, err
	}
	var rows []f1.RaceControlRow
	for _, line := range lines {
		fields := map[string]any{}
		for i, name := range head {
			fields[name] = line[i]
		}
		fromJSON(fields, &rows)
	}
	return rows, nil
}

// fromJSON collects every object that has a message.
func fromJSON(v any, rows *[]f1.RaceControlRow) {
	switch v := v.(type) {
	case []any:
		for _, e := range v {
			fromJSON(e, rows)
		}
	case map[string]any:
		if text, ok := v["message"].(string); ok {
			str := func(key string) string { s, _ := v[key].(string); return s }
			row := f1.RaceControlRow{Category: str("category"), Flag: str("flag"), Scope: str("scope"), Message: text}
			if n, err := strconv.Atoi(str("sector")); err == nil {
				row.Sector = f1.Some(n)
			}
			*rows = append(*rows, row)
			return
		}
		for _, key := range slices.Sorted(maps.Keys(v)) {
			fromJSON(v[key], rows)
		}
	}
}

var (
	code   = regexp.MustCompile(`\([A-Z]{3}\)`)
	digits = regexp.MustCompile(`\d+`)
	year   = regexp.MustCompile(`\d{4}`)
)

// formOf is a text without its numbers and names.
func formOf(text string) string {
	return digits.ReplaceAllString(code.ReplaceAllString(text, "(X)"), "9")
}

// agrees holds the text alone to what the feed says in fields beside it, and returns how many there were.
func agrees(t *testing.T, row *f1.RaceControlRow) (fields int) {
	t.Helper()
	text := racecontrol.Parse(&f1.RaceControlRow{Message: row.Message})
	says := func(field bool, same bool) {
		if field {
			fields++
		}
		if field && !same {
			t.Errorf("%+v is read as %+v", row, text)
		}
	}
	flag := racecontrol.Parse(&f1.RaceControlRow{Message: "?", Flag: row.Flag}).Kind
	says(row.Flag != "", text.Kind == flag)
	says(row.Scope != "", string(text.Scope) == strings.ToLower(row.Scope))
	says(row.Sector.Known, text.Sector == row.Sector)
	says(row.DriverNumber.Known, text.About(row.DriverNumber.Value) && len(text.Cars) == 1)
	says(row.Category == "Drs", text.Kind == racecontrol.DRSEnabled || text.Kind == racecontrol.DRSDisabled)
	return fields
}

// TestCoverage reads all that race control said in the reference data: at least 98 of 100 messages, and of
// their forms, have a meaning. With -v it prints how often each kind was read and from what, to be read for
// forms that a kind should not have swallowed, and every form without a meaning.
func TestCoverage(t *testing.T) {
	type tally struct {
		messages int
		forms    map[string]int
		sample   map[string]string
	}
	kinds := map[racecontrol.Kind]*tally{}
	texts := map[string]bool{}
	total, known, forms, knownForms, checked := 0, 0, 0, 0, 0
	for _, s := range everything(t) {
		for i := range s.rows {
			m := racecontrol.Parse(&s.rows[i])
			if m.Text != s.rows[i].Message {
				t.Fatalf("%q became %q", s.rows[i].Message, m.Text)
			}
			checked += agrees(t, &s.rows[i])
			k := kinds[m.Kind]
			if k == nil {
				k = &tally{forms: map[string]int{}, sample: map[string]string{}}
				kinds[m.Kind] = k
			}
			form := formOf(m.Text)
			if k.forms[form] == 0 {
				forms++
				if m.Kind != racecontrol.Unknown {
					knownForms++
				}
				k.sample[form] = m.Text
			}
			k.messages++
			k.forms[form]++
			texts[m.Text] = true
			total++
			if m.Kind != racecontrol.Unknown {
				known++
			}
		}
	}
	for _, kind := range slices.SortedFunc(maps.Keys(kinds), func(a, b racecontrol.Kind) int {
		return cmp.Compare(kinds[b].messages, kinds[a].messages)
	}) {
		k := kinds[kind]
		t.Logf("%5d messages, %3d forms: %s", k.messages, len(k.forms), kind)
		for _, form := range slices.Sorted(maps.Keys(k.forms)) {
			t.Logf("        %4d × %s", k.forms[form], k.sample[form])
		}
	}
	t.Logf("%d of %d messages have a meaning (%.2f %%), %d of %d forms (%.2f %%), %d distinct texts",
		known, total, 100*float64(known)/float64(total), knownForms, forms, 100*float64(knownForms)/float64(forms), len(texts))
	t.Logf("%d fields beside the texts say the same", checked)
	if total < 1500 || checked < 1500 || known*100 < total*98 || knownForms*100 < forms*98 {
		t.Errorf("coverage: %d of %d messages, %d of %d forms", known, total, knownForms, forms)
	}
}

// TestIncidentsOfTheRecordings joins every message about an incident in the recordings and prints the
// incidents with -v. Every penalty that was served is one that was given, and since 2022, when race control
// began to note every incident first, every step goes on with what was noted.
func TestIncidentsOfTheRecordings(t *testing.T) {
	later, joined, incidents, served := 0, 0, 0, 0
	for _, s := range everything(t) {
		if !strings.HasPrefix(s.name, "live-timing/") {
			continue // the tables tell of the same sessions
		}
		var x racecontrol.Incidents
		chains := map[string][]string{}
		var order []string
		for i := range s.rows {
			m := racecontrol.Parse(&s.rows[i])
			key, first := x.Hear(&m)
			if key == "" {
				continue
			}
			if first {
				order = append(order, key)
				incidents++
			}
			chains[key] = append(chains[key], m.Text)
			if m.Kind == racecontrol.IncidentNoted && !m.Correction {
				if !first {
					t.Errorf("%s: %q went on with %q", s.name, m.Text, key)
				}
				continue
			}
			later++
			if !first {
				joined++
			} else if year.FindString(s.name) >= "2022" || m.Kind == racecontrol.PenaltyServed {
				t.Errorf("%s: %q goes on with nothing", s.name, m.Text)
			}
			if m.Kind == racecontrol.PenaltyServed {
				served++
			}
		}
		if len(order) > 0 {
			t.Logf("%s", s.name)
		}
		for _, key := range order {
			t.Logf("    %s\n            %s", key, strings.Join(chains[key], "\n            "))
		}
	}
	t.Logf("%d incidents; %d of %d later steps joined; %d penalties served", incidents, joined, later, served)
	if later == 0 || joined*100 < later*80 || served == 0 {
		t.Errorf("%d of %d later steps joined", joined, later)
	}
}

// TestSimulatorIsUnderstood: all that the simulator says in the name of race control has a meaning, the
// one of its fields.
func TestSimulatorIsUnderstood(t *testing.T) {
	kinds := map[racecontrol.Kind]int{}
	for _, kind := range []f1.SessionType{f1.Race, f1.Sprint, f1.Qualifying, f1.Practice1} {
		for seed := range uint64(2) {
			for _, season := range []int{2024, 2026} {
				s, err := sim.New(sim.Config{Session: kind, Seed: seed, Season: season, Length: 30 * time.Minute, Laps: 25, Before: time.Minute,
					Without: []string{feed.TopicCarData, feed.TopicPosition}})
				if err != nil {
					t.Fatal(err)
				}
				var m feed.Message
				for err = s.Next(&m); err == nil; err = s.Next(&m) {
				}
				if !errors.Is(err, io.EOF) {
					t.Fatal(err)
				}
				for _, row := range s.Truth().RaceControl {
					m := racecontrol.Parse(&row)
					kinds[m.Kind]++
					if m.Kind == racecontrol.Unknown {
						t.Errorf("%q is not understood", row.Message)
					}
					agrees(t, &row)
				}
			}
		}
	}
	t.Logf("%v", kinds)
	if len(kinds) < 25 {
		t.Errorf("the simulator said %d kinds of messages only", len(kinds))
	}
}
