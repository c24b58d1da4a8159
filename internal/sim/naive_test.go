package sim_test

import (
	"bufio"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"errors"
	"io"
	"os"
	"path/filepath"
	"strconv"
	"strings"
	"testing"

	"pitwall.live/internal/f1"
	"pitwall.live/internal/feed"
	"pitwall.live/internal/sim"
)

// naive is the reader that the simulator must be as hard for as reality is: it takes LastLapTime as it
// comes and writes it to the lap that NumberOfLaps then shows.
type naive struct {
	laps map[string]int
	got  map[lapKey]string
}

func newNaive() *naive { return &naive{laps: map[string]int{}, got: map[lapKey]string{}} }

func (n *naive) read(payload []byte) {
	var m struct {
		Lines map[string]struct {
			NumberOfLaps *int
			LastLapTime  *struct{ Value *string }
		}
	}
	if json.Unmarshal(payload, &m) != nil {
		return
	}
	for num, l := range m.Lines {
		if l.NumberOfLaps != nil {
			n.laps[num] = *l.NumberOfLaps
		}
		if l.LastLapTime != nil && l.LastLapTime.Value != nil && *l.LastLapTime.Value != "" {
			car, err := strconv.Atoi(num)
			if err == nil {
				n.got[lapKey{car, n.laps[num]}] = *l.LastLapTime.Value
			}
		}
	}
}

// right is the share of laps with a time that the reader has right.
func (n *naive) right(want map[lapKey]string) float64 {
	ok := 0
	for k, w := range want {
		if n.got[k] == w {
			ok++
		}
	}
	return float64(ok) / float64(len(want))
}

// onReal is the naive reader's share on a real recording, judged by FastF1's reading of it.
func onReal(t *testing.T, session string) float64 {
	t.Helper()
	root := filepath.Join("..", "..", "..", "shared", "data")
	if _, err := os.Stat(root); err != nil {
		t.Skip("no ../shared: the real recordings are not here")
	}
	n := newNaive()
	r := gunzip(t, filepath.Join(root, "live-timing", "archive", session, "TimingData.jsonStream.gz"))
	sc := bufio.NewScanner(r)
	sc.Buffer(make([]byte, 1<<20), 1<<20)
	for sc.Scan() {
		if line := strings.TrimPrefix(sc.Text(), "\ufeff"); len(line) > 12 {
			n.read([]byte(line[12:]))
		}
	}
	if err := sc.Err(); err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(gunzip(t, filepath.Join(root, "oracle_fastf1", session, "laps.csv.gz"))).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	col := map[string]int{}
	for i, name := range rows[0] {
		col[name] = i
	}
	want := map[lapKey]string{}
	for _, row := range rows[1:] {
		ms, err := strconv.ParseFloat(row[col["LapTime"]], 64)
		if err != nil {
			continue
		}
		car, _ := strconv.Atoi(row[col["Driver"]])
		lap, _ := strconv.ParseFloat(row[col["NumberOfLaps"]], 64)
		want[lapKey{car, int(lap)}] = lapText(int64(ms))
	}
	return n.right(want)
}

func gunzip(t *testing.T, path string) io.Reader {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	return z
}

func lapText(ms int64) string {
	s := strconv.FormatInt(ms/60000, 10) + ":"
	if ms%60000 < 10000 {
		s += "0"
	}
	f := strconv.FormatInt(1000+ms%1000, 10)[1:]
	return s + strconv.FormatInt(ms%60000/1000, 10) + "." + f
}

func onSim(t *testing.T, cfg sim.Config) float64 {
	t.Helper()
	s, err := sim.New(cfg)
	if err != nil {
		t.Fatal(err)
	}
	n := newNaive()
	var m feed.Message
	for {
		err := s.Next(&m)
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			t.Fatal(err)
		}
		if m.Topic == feed.TopicTimingData {
			n.read(m.Payload)
		}
	}
	want := map[lapKey]string{}
	for _, l := range s.Truth().Laps {
		if l.LapTime.Known {
			want[lapKey{l.DriverNumber, l.LapNumber}] = lapText(l.LapTime.Value.Milliseconds())
		}
	}
	return n.right(want)
}

// TestNaiveReader: reading lap times as they come fails on the simulator about as it does on recordings.
func TestNaiveReader(t *testing.T) {
	quiet := []string{feed.TopicCarData, feed.TopicPosition}
	race := onSim(t, sim.Config{Session: f1.Race, Seed: 2, Without: quiet})
	quali := onSim(t, sim.Config{Session: f1.Qualifying, Circuit: "mexico_city", Seed: 2, Season: 2025, Without: quiet})
	t.Logf("simulated: race %.1f %%, qualifying %.1f %%", 100*race, 100*quali)
	if race < .86 || race > .995 {
		t.Errorf("race: %.1f %% right, on real races about 96 %%", 100*race)
	}
	if quali < .1 || quali > .7 {
		t.Errorf("qualifying: %.1f %% right, on real ones 20 to 60 %%", 100*quali)
	}
	realRace := onReal(t, "2018/2018-04-29_Azerbaijan_Grand_Prix/2018-04-29_Race")
	realSprint := onReal(t, "2025/2025-05-04_Miami_Grand_Prix/2025-05-03_Sprint")
	realQuali := onReal(t, "2025/2025-10-26_Mexico_City_Grand_Prix/2025-10-25_Qualifying")
	t.Logf("real: race %.1f %%, sprint %.1f %%, qualifying %.1f %%", 100*realRace, 100*realSprint, 100*realQuali)
	near := func(what string, got, want float64) {
		t.Helper()
		if got < want-.1 || got > want+.1 {
			t.Errorf("%s: %.1f %% right on the simulator, %.1f %% on the recording", what, 100*got, 100*want)
		}
	}
	near("race", race, realRace)
	near("qualifying", quali, realQuali)
}

// TestNaivePasses: taking a better position for a pass is wrong most of the time, as it is in reality,
// where about a dozen of 62 gains were passes.
func TestNaivePasses(t *testing.T) {
	gains, passes := 0, 0
	for seed := range uint64(8) {
		s := each(t, sim.Config{Session: f1.Race, Circuit: []string{"zandvoort", "monza", "catalunya", "sakhir"}[seed%4], Seed: seed,
			Without: []string{feed.TopicCarData, feed.TopicPosition}}, func(*feed.Message) {})
		gains += s.Truth().Gains
		for _, p := range s.Truth().Passes {
			if p.Lap > 1 {
				passes++
			}
		}
	}
	wrong := 1 - float64(passes)/float64(gains)
	t.Logf("%d positions gained, %d passes on the track after lap 1: %.0f %% wrong", gains, passes, 100*wrong)
	if wrong < .706 || wrong > .906 {
		t.Errorf("%.0f %% of gained positions are no passes, want 81 %% within ten points", 100*wrong)
	}
}
