package openf1

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"pitwall.live/internal/derive"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/ingest"
	"pitwall.live/internal/reference"
	"pitwall.live/internal/sessionlog"
	"pitwall.live/internal/tables"
)

// counting lets requests through and counts those for sessions: one begins every round.
type counting struct{ rounds atomic.Int64 }

func (c *counting) RoundTrip(r *http.Request) (*http.Response, error) {
	if strings.HasSuffix(r.URL.Path, "/"+sessionsOf) {
		c.rounds.Add(1)
	}
	return http.DefaultTransport.RoundTrip(r)
}

// reading is how our own server is followed in tests: as fast as it answers.
func (s *stand) reading() ReadConfig {
	cfg := DefaultRead()
	cfg.URL = s.server.URL + "/openf1"
	cfg.PerSecond, cfg.PerMinute = 0, 0
	cfg.Idle = 10 * time.Millisecond
	return cfg
}

// followed is the log of a session that was followed by ingest until the second round began.
func (s *stand) followed(cfg ReadConfig) []feed.Message {
	s.Helper()
	rounds := &counting{}
	cfg.Transport = rounds
	r, err := NewReader(cfg)
	if err != nil {
		s.Fatal(err)
	}
	var log *sessionlog.Log
	ic := ingest.Default()
	ic.DataDir = s.TempDir()
	ic.Hooks.Opened = func(_, _ string, l *sessionlog.Log) error { log = l; return nil }
	in := ingest.New(ic)
	ctx, cancel := context.WithCancel(s.Context())
	ended := make(chan error, 1)
	go func() { ended <- in.Run(ctx, r) }()
	until(s, "the second round", func() bool { return rounds.rounds.Load() > 1 })
	cancel()
	if err := <-ended; err != nil {
		s.Fatal(err)
	}
	defer func() {
		if err := in.Close(); err != nil {
			s.Error(err)
		}
	}()
	if log == nil {
		s.Fatal("no session was opened")
	}
	var all []feed.Message
	if err := log.Each(1, func(m *feed.Message) error {
		c := *m
		c.Payload = slices.Clone(m.Payload)
		all = append(all, c)
		return nil
	}); err != nil {
		s.Fatal(err)
	}
	for _, st := range in.Status() {
		if st.Error != "" {
			s.Errorf("status: %s", st.Error)
		}
	}
	return all
}

// carried says what OpenF1 carries of our tables.
var carried = map[string]string{
	"drivers":      "driver_number tla first_name last_name team team_colour",
	"laps":         "driver_number lap_number date_start lap_time_ms s1_ms s2_ms s3_ms speed_i1_kmh speed_i2_kmh speed_st_kmh",
	"stints":       "driver_number stint_number compound lap_start tyre_age_at_start",
	"positions":    "driver_number time position",
	"race_control": "time driver_number lap_number category flag scope sector message",
	"weather":      "time air_c track_c humidity_pct pressure_hpa rainfall wind_deg wind_ms",
}

func tableOf(t *testing.T, messages []feed.Message, table, columns string) map[string]int {
	t.Helper()
	d := derive.New("1", derive.Wish{})
	for i := range messages {
		m := messages[i]
		m.Offset = uint64(i + 1)
		if err := d.Take(&m); err != nil {
			t.Fatal(err)
		}
	}
	desc, err := tables.Find(table)
	if err != nil {
		t.Fatal(err)
	}
	all := map[string]int{}
	for row := range d.Rows().Cells(table) {
		var parts []string
		for name := range strings.FieldsSeq(columns) {
			c := row[desc.Index(name)]
			v := "-"
			switch typ := desc.Columns[desc.Index(name)].Type; {
			case !c.Known:
			case typ == tables.Float:
				v = fmt.Sprint(c.F)
			case typ == tables.Int || typ == tables.Bool || typ == tables.Time:
				v = fmt.Sprint(c.N)
			default:
				v = c.S
			}
			parts = append(parts, name+"="+v)
		}
		all[strings.Join(parts, " ")]++
	}
	return all
}

// deviant is how many rows of a table differ, recording by recording. The numbers are those that were found, not a bound
// set beforehand; a row that comes to differ in place of another is not noticed. What OpenF1 does not carry:
//
//   - laps: the first of a race has no start where the service tells no SESSION STARTED (the archive of the sprint has no
//     SessionData); that is all 19 of the sprint.
//
//   - stints: the age is the first TotalLaps that the service has seen, often 0 for tyres that were used before.
//
//   - laps: of a lap whose end the feed does not tell, the next one's values are that lap's (race, car 81, laps 44 and 45).
//
//   - derived laps: the lap after the flag is a row when its start was told before the flag was (race, car 4).
//
//   - derived race_control: the lap of SESSION STARTED and FINISHED is that of a message which is told later here (race, 2).
//
// What we make of it otherwise than the feed does:
//
//   - laps: one in the practice that ended in the pits is missing; a lap that ended in its first sector shows the trap's speed
//     of the lap before (practice, 8); a lap without a start keeps none (qualifying, car 18).
//   - stints: tyres are put to the wrong visit where the list was opened early and visits and stints differ in number (sprint,
//     car 55; practice, car 55; qualifying, car 18; the race, whose lists have tyres that nobody fitted).
//   - derived stints of the sprint: laps follow the stops, where the service's own follow the list that was opened early.
var deviant = map[string]map[string]int{
	"2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint":           {"laps": 19, "stints": 20, "derived stints": 36},
	"2024/2024-07-07_British_Grand_Prix/2024-07-05_Practice_1":     {"laps": 9, "stints": 6},
	"2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying": {"laps": 1, "stints": 10},
	reconstructedRace: {"laps": 2, "stints": 30, "derived laps": 1, "derived stints": 17, "derived race_control": 2},
}

// reconstructedRace is a full race of today with every topic, but not a recording.
const reconstructedRace = "2025-03-16_Australian_Grand_Prix_Race"

// original are the messages of a recording, without samples.
func original(t *testing.T, path string) []feed.Message {
	t.Helper()
	in := "archive"
	if path == reconstructedRace {
		in = "reconstructed"
	}
	return reference.Messages(t, reference.Path(t, "live-timing", in, filepath.FromSlash(path)), feed.TopicCarData, feed.TopicPosition)
}

// TestFollowRecording follows real recordings served by our own server, and holds the log that ingest makes of it to them:
// by our tables, in the columns that OpenF1 carries, and by what OpenF1 would derive from either.
func TestFollowRecording(t *testing.T) {
	for path, deviant := range deviant {
		t.Run(filepath.Base(path), func(t *testing.T) {
			if !strings.Contains(path, "Qualifying") && os.Getenv("PITWALL_FULL") == "" {
				t.Skip("slow: PITWALL_FULL=1 follows it")
			}
			original := original(t, path)
			s := newStand(t)
			s.hold(original, nil)
			got := s.followed(s.reading())
			for table, columns := range carried {
				compareTables(t, table, deviant[table], tableOf(t, original, table, columns), tableOf(t, got, table, columns))
			}
			likeDerived(t, deviant, original, got)
		})
	}
}

// compareTables holds rows to those expected, all but as many as are known to differ.
func compareTables(t *testing.T, table string, deviant int, want, have map[string]int) {
	t.Helper()
	total := 0
	var missing, more []string
	for row, n := range want {
		total += n
		if have[row] < n {
			missing = append(missing, row)
		}
	}
	for row, n := range have {
		if want[row] < n {
			more = append(more, row)
		}
	}
	t.Logf("%s: %d rows, %d differ", table, total, len(missing))
	if len(missing) == deviant && len(more) <= deviant {
		return
	}
	slices.Sort(missing)
	slices.Sort(more)
	t.Errorf("%s: %d rows are missing and %d more than expected, known are %d:\n- %s\n+ %s", table, len(missing), len(more), deviant,
		strings.Join(missing[:min(len(missing), 20)], "\n- "), strings.Join(more[:min(len(more), 20)], "\n+ "))
}

// likeDerived holds what OpenF1 would derive from the messages made of its rows to those rows.
func likeDerived(t *testing.T, deviant map[string]int, original, got []feed.Message) {
	t.Helper()
	of := func(all []feed.Message) map[string]map[string]*document {
		d := NewDerivation(0)
		for i := range all {
			d.Take(&all[i])
		}
		return d.newest
	}
	want, have := of(original), of(got)
	for _, c := range []string{driversOf, lapsOf, stintsOf, positionOf, raceControlOf, weatherOf} {
		var wrong []string
		for key, w := range want[c] {
			if h := have[c][key]; h == nil || !same(w, h) {
				wrong = append(wrong, key)
			}
		}
		t.Logf("derived %s: %d rows, %d differ", c, len(want[c]), len(wrong))
		if missing := len(want[c]) - len(have[c]); len(wrong) != deviant["derived "+c] || missing < 0 || missing > len(wrong) {
			t.Errorf("derived %s: of %d rows %d differ, %d are there: %v", c, len(want[c]), len(wrong), len(have[c]), wrong[:min(len(wrong), 20)])
		}
	}
}
